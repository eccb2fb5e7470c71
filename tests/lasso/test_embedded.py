"""`python -m lasso.embedded COMMAND…`, run as a person runs it: real processes, real servers, real signals."""

from __future__ import annotations

import json
import os
import pty
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from lasso.embedded.postgresql import find_program, others_can_enter
from lasso.embedded.processes import find_processes, is_alive
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
SET_BY_US = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "LASSO_DATA")
SHOW_ENVIRONMENT = (
    f"import json, os; print(json.dumps({{name: os.environ.get(name) for name in {SET_BY_US!r}}}), flush=True)"
)
WAIT = f"{SHOW_ENVIRONMENT}; import signal; signal.pause()"
# A command that says which signals it got and ends with 5 at TERM.
REPORT_SIGNALS = f"""{SHOW_ENVIRONMENT}
import signal, sys
for name in ("SIGHUP", "SIGINT", "SIGUSR1", "SIGUSR2"):
    # Not by print, which may be at work when the signal comes.
    report = lambda number, frame: os.write(1, signal.Signals(number).name.encode() + b"\\n")
    signal.signal(getattr(signal, name), report)
signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(5))
print("ready", flush=True)
while True:
    signal.pause()
"""


def environment(**variables: str) -> dict[str, str]:
    """The environment of a shell in which nothing of ours is set, and ``variables``."""
    unset = {*SET_BY_US, *(f"{name}_FILE" for name in SET_BY_US)}
    return {name: value for name, value in os.environ.items() if name not in unset} | variables


def arguments(folder: Path, *command: str, fast: bool = True) -> list[str]:
    return [sys.executable, "-m", "lasso.embedded", "--data", str(folder), *(["--fast"] if fast else []), *command]


def run(folder: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        arguments(folder, *command),
        cwd=ROOT,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def python(folder: Path, code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return run(folder, sys.executable, "-c", code, **variables)


def show_setting(name: str) -> str:
    """Code for a command that prints a setting of its PostgreSQL."""
    return (
        f"import os, psycopg; print(psycopg.connect(os.environ['DATABASE_URL']).execute('SHOW {name}').fetchone()[0])"
    )


class Running:
    """A run in the background, and the variables that its command was given."""

    def __init__(self, folder: Path, code: str, *, fast: bool) -> None:
        self.process = subprocess.Popen(
            arguments(folder, sys.executable, "-c", code, fast=fast),
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        self.variables: dict[str, str] = json.loads(self.line())

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)

    def children(self) -> dict[str, psutil.Process]:
        return {child.name(): child for child in psutil.Process(self.process.pid).children()}

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def start() -> Iterator[Callable[..., Running]]:
    """Start runs in the background; all are stopped at the end of the test."""
    runs: list[Running] = []

    def start_one(folder: Path, code: str = WAIT, *, fast: bool = True) -> Running:
        runs.append(Running(folder, code, fast=fast))
        return runs[-1]

    yield start_one
    for one in runs:
        one.close()


def assert_down(variables: dict[str, str]) -> None:
    """Neither server of these variables answers."""
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(variables["DATABASE_URL"])
    with redis.Redis.from_url(variables["REDIS_URL"]) as client, pytest.raises(redis.ConnectionError):
        client.ping()


def assert_up(variables: dict[str, str]) -> None:
    """Both servers of these variables answer."""
    with psycopg.connect(variables["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with redis.Redis.from_url(variables["REDIS_URL"]) as client:
        assert client.ping() is True


def test_it_gives_the_command_both_servers_and_ends_them_with_it(tmp_path: Path, start: Callable[..., Running]) -> None:
    running = start(tmp_path / "data")

    assert_up(running.variables)
    assert len(running.variables["SECRET_KEY"]) > 50
    running.end(signal.SIGTERM)
    assert_down(running.variables)


@pytest.mark.parametrize("code", [0, 1, 7])
def test_it_ends_with_the_exit_code_of_the_command(tmp_path: Path, code: int) -> None:
    assert python(tmp_path / "data", f"raise SystemExit({code})").returncode == code


def test_it_ends_with_128_and_the_signal_that_ended_the_command(tmp_path: Path) -> None:
    code = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"

    assert python(tmp_path / "data", code).returncode == 128 + signal.SIGKILL


def test_it_ends_with_127_when_there_is_no_such_command(tmp_path: Path) -> None:
    result = run(tmp_path / "data", "no-such-command")

    assert result.returncode == 127
    assert "no-such-command: No such file or directory" in result.stderr


def test_it_asks_for_a_command_and_starts_nothing_without_one(tmp_path: Path) -> None:
    result = run(tmp_path / "data")

    assert result.returncode == 2
    assert "say which command to run" in result.stderr
    assert not (tmp_path / "data").exists()


def test_it_passes_signals_on(tmp_path: Path, start: Callable[..., Running]) -> None:
    running = start(tmp_path / "data", REPORT_SIGNALS)
    assert running.line() == "ready"

    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGUSR1, signal.SIGUSR2):
        running.process.send_signal(number)
        assert running.line() == number.name
    assert_up(running.variables)
    assert running.end(signal.SIGTERM) == 5
    assert_down(running.variables)


def test_it_does_not_double_what_the_terminal_sends(tmp_path: Path) -> None:
    """A Ctrl-C reaches the command by itself; the command decides, and the servers stay until it has ended."""
    terminal, end = pty.openpty()
    process = subprocess.Popen(
        arguments(tmp_path / "data", sys.executable, "-c", REPORT_SIGNALS),
        cwd=ROOT,
        env=environment(),
        stdin=end,
        stdout=end,
        stderr=end,
        start_new_session=True,
        preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),  # noqa: PLW1509 it becomes its terminal
    )
    os.close(end)
    with os.fdopen(terminal, "rb+", buffering=0) as screen:

        def read_until(text: bytes, seen: bytes = b"") -> bytes:
            while text not in seen:
                seen += screen.read(1)
            return seen

        read_until(b"ready")
        screen.write(b"\x03")
        read_until(b"SIGINT")
        process.send_signal(signal.SIGUSR1)
        between = read_until(b"SIGUSR1")
        process.terminate()
        assert process.wait(30) == 5
    assert b"SIGINT" not in between


def test_it_starts_nothing_after_an_interrupt_and_leaves_nothing(tmp_path: Path) -> None:
    """The interrupt comes while PostgreSQL makes its data, before there is a command to pass it on to."""
    ran = tmp_path / "ran"
    process = subprocess.Popen(
        arguments(tmp_path / "data", "touch", str(ran)), cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL
    )
    wait_until(lambda: any((tmp_path / "data").glob("postgres.new-*/*")), seconds=15, interval=0.02)
    process.send_signal(signal.SIGINT)

    assert process.wait(60) == 128 + signal.SIGINT
    assert not ran.exists()
    assert not (tmp_path / "data" / "postgres" / "postmaster.pid").exists()
    assert find_processes(name="postgres", belongs=lambda found: str(tmp_path) in " ".join(found.cmdline())) == []


def test_it_keeps_two_folders_apart(tmp_path: Path, start: Callable[..., Running]) -> None:
    one, other = start(tmp_path / "one"), start(tmp_path / "other")
    assert one.variables["SECRET_KEY"] != other.variables["SECRET_KEY"]

    with psycopg.connect(one.variables["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE ours (id int)")
    with psycopg.connect(other.variables["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT to_regclass('ours')").fetchone() == (None,)
    with (
        redis.Redis.from_url(one.variables["REDIS_URL"]) as mine,
        redis.Redis.from_url(other.variables["REDIS_URL"]) as theirs,
    ):
        mine.set("ours", "1")
        assert theirs.get("ours") is None
    one.end(signal.SIGTERM)
    assert_up(other.variables)


def test_it_refuses_a_folder_that_is_in_use(tmp_path: Path, start: Callable[..., Running]) -> None:
    first = start(tmp_path / "data")
    ran = tmp_path / "ran"

    second = run(tmp_path / "data", "touch", str(ran))

    assert second.returncode == 1
    assert f"{tmp_path / 'data'} is in use by process {first.process.pid}" in second.stderr
    assert "choose another folder with --data" in second.stderr
    assert not ran.exists()
    assert_up(first.variables)


def test_it_keeps_data_and_secret_key_for_the_next_run(tmp_path: Path, start: Callable[..., Running]) -> None:
    first = start(tmp_path / "data")
    with psycopg.connect(first.variables["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    first.end(signal.SIGTERM)

    second = start(tmp_path / "data")

    with psycopg.connect(second.variables["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    assert second.variables["SECRET_KEY"] == first.variables["SECRET_KEY"]
    assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o600


def test_it_is_closed_to_other_users(tmp_path: Path, start: Callable[..., Running]) -> None:
    running = start(tmp_path / "data")

    with psycopg.connect(running.variables["DATABASE_URL"]) as connection:
        found = connection.execute("SHOW unix_socket_directories").fetchone()
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert found is not None
    assert stat.S_IMODE(Path(found[0]).stat().st_mode) == 0o700
    port = running.variables["REDIS_URL"].rpartition(":")[2].partition("/")[0]
    with (
        redis.Redis(host="127.0.0.1", port=int(port), retry=Retry(NoBackoff(), 0)) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()
    command_line = " ".join(running.children()["redis-server"].cmdline())
    assert "127.0.0.1" in command_line
    assert running.variables["REDIS_URL"].split(":")[2].split("@")[0] not in command_line


def test_it_waits_for_the_disk_unless_told_not_to(tmp_path: Path) -> None:
    command = [sys.executable, "-c", show_setting("fsync")]
    fast = run(tmp_path / "data", *command)
    durable = subprocess.run(
        [sys.executable, "-m", "lasso.embedded", *command],
        cwd=ROOT,
        env=environment(LASSO_DATA=str(tmp_path / "data")),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert (fast.stdout, durable.stdout) == ("off\n", "on\n")


@pytest.mark.parametrize("folder", ["deep/" * 30, "Blåbær Ægir/100%"])
def test_it_works_in_folders_with_difficult_names(tmp_path: Path, folder: str) -> None:
    """PostgreSQL's socket has room for 107 bytes of path; longer ones lead through a folder that ends with the run."""
    result = python(tmp_path / folder, show_setting("unix_socket_directories"))

    assert result.returncode == 0, result.stderr
    socket_folder = Path(result.stdout.strip())
    assert socket_folder == tmp_path / folder / "postgres" or not socket_folder.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has the right to such folders and another user for the server")
def test_it_works_below_a_folder_that_other_users_cannot_enter(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    assert run(closed / "data", "true").returncode == 0
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="run by a user, all the other tests show it")
@pytest.mark.skipif(
    not others_can_enter(find_program("initdb").parent),
    reason="initdb looks for its programs as the user, who cannot enter",
)
def test_it_works_for_a_user_who_is_not_root(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    os.chown(folder, NOBODY, NOBODY)
    # Passing is granted, because Python itself may stand where only root can go.
    as_user = [
        *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
        *("--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"),
    ]
    show = f"import os; print(os.geteuid()); {show_setting('server_encoding')}"

    result = subprocess.run(
        [*as_user, *arguments(folder, sys.executable, "-c", show)],
        cwd=ROOT,
        env=environment(HOME=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (result.returncode, result.stdout) == (0, f"{NOBODY}\nUTF8\n"), result.stderr
    assert {path.owner() for path in folder.iterdir()} == {"nobody"}


@pytest.mark.parametrize("victim", ["lasso.embedded", "all of it"])
def test_it_takes_over_from_a_killed_run(tmp_path: Path, start: Callable[..., Running], victim: str) -> None:
    killed = start(tmp_path / "data", fast=False)
    with psycopg.connect(killed.variables["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE kept (id int)")
    children = list(killed.children().values())
    if victim == "all of it":
        # Stopped first: none can notice the others' end and tidy up.
        everything = [psutil.Process(killed.process.pid), *psutil.Process(killed.process.pid).children(recursive=True)]
        for process in everything:
            process.suspend()
        for process in everything:
            process.kill()
        assert (tmp_path / "data" / "postgres" / "postmaster.pid").exists()
    killed.process.kill()
    killed.process.wait(30)

    following = start(tmp_path / "data")

    assert_up(following.variables)
    with psycopg.connect(following.variables["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT to_regclass('kept')").fetchone() == ("kept",)
    wait_until(lambda: not any(is_alive(child) for child in children), seconds=15)


def test_it_ends_servers_that_outlived_their_run(tmp_path: Path, start: Callable[..., Running]) -> None:
    """Left-overs that did not notice the end of their run (here: stopped meanwhile) are ended by their ids."""
    killed = start(tmp_path / "data")
    left = [killed.children()[name] for name in ("postgres", "redis-server")]
    for server in left:
        server.suspend()
    killed.process.kill()
    killed.process.wait(30)
    assert [server.status() for server in left] == [psutil.STATUS_STOPPED] * 2

    following = start(tmp_path / "data")

    assert_up(following.variables)
    assert not any(is_alive(server) for server in left)


def test_it_is_not_misled_by_an_id_that_now_belongs_to_another_process(
    tmp_path: Path, start: Callable[..., Running]
) -> None:
    assert run(tmp_path / "data", "true").returncode == 0
    stale = tmp_path / "data" / "postgres" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{tmp_path / 'data' / 'postgres'}\n1\n5432\n\n\n0 0\nready\n", encoding="utf-8")

    assert_up(start(tmp_path / "data").variables)


def test_it_starts_again_after_a_kill_while_the_data_was_made(tmp_path: Path, start: Callable[..., Running]) -> None:
    process = subprocess.Popen(arguments(tmp_path / "data", "true"), cwd=ROOT, env=environment())
    wait_until(lambda: any((tmp_path / "data").glob("postgres.new-*/*")), seconds=15, interval=0.02)
    process.kill()
    process.wait(30)

    assert_up(start(tmp_path / "data").variables)


def test_it_uses_the_servers_that_the_environment_names(tmp_path: Path) -> None:
    named = {
        "DATABASE_URL": "postgresql://db.example/one",
        "REDIS_URL": "redis://cache.example/2",
        "SECRET_KEY": "given",
    }

    result = python(tmp_path / "data", SHOW_ENVIRONMENT, **named)

    assert json.loads(result.stdout) == named | {"LASSO_DATA": None}
    assert not (tmp_path / "data").exists()


def test_it_starts_only_the_server_that_is_not_named(tmp_path: Path) -> None:
    result = python(tmp_path / "data", SHOW_ENVIRONMENT, DATABASE_URL="postgresql://db.example/one")

    found = json.loads(result.stdout)
    assert found["DATABASE_URL"] == "postgresql://db.example/one"
    assert found["REDIS_URL"].startswith("redis://:")
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["lock", "redis", "redis.log", "secret_key"]


def test_it_takes_a_variable_given_as_a_file_for_set(tmp_path: Path) -> None:
    """`lasso.env` refuses NAME together with NAME_FILE."""
    secret = tmp_path / "secret"
    secret.write_text("from a file", encoding="utf-8")

    result = python(tmp_path / "data", SHOW_ENVIRONMENT, SECRET_KEY_FILE=str(secret))

    assert json.loads(result.stdout)["SECRET_KEY"] is None


def programs(folder: Path, *paths: str) -> str:
    """A PATH with these programs and no others."""
    folder.mkdir()
    for path in paths:
        (folder / Path(path).name).symlink_to(path)
    return str(folder)


def test_it_needs_no_more_of_redis_than_debians_tools(tmp_path: Path) -> None:
    path = programs(tmp_path / "programs", "/usr/bin/setpriv", "/usr/bin/redis-check-rdb")
    code = "import os, redis; print(redis.Redis.from_url(os.environ['REDIS_URL']).ping())"

    result = python(tmp_path / "data", code, PATH=path, DATABASE_URL="postgresql://db.example/one")

    assert (result.stdout, result.stderr) == ("True\n", "")


def test_it_says_that_redis_is_not_installed(tmp_path: Path) -> None:
    path = programs(tmp_path / "programs", "/usr/bin/setpriv")

    result = run(tmp_path / "data", "true", PATH=path, DATABASE_URL="postgresql://db.example/one")

    assert result.returncode == 1
    assert "Redis is not installed: run bin/setup, or set REDIS_URL" in result.stderr
