"""``python -m lasso.embedded [--data DIR] COMMAND…``: run a command with PostgreSQL and Redis of its own.

``DATABASE_URL``, ``REDIS_URL`` and ``SECRET_KEY`` are set for the command; what the environment sets already is used
as it is and nothing is started for it. Signals are passed on to the command, its exit code is ours (128 + n when
signal n ended it, 127 when there is no such command), and both servers end with it.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import secrets
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from lasso.embedded.postgresql import PostgreSQL
from lasso.embedded.processes import ServerError, unblock_signals
from lasso.embedded.redis import Redis

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "var" / "embedded"
PASSED_ON = frozenset(
    {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH}
)
ENDING = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT})
SENT_BY_A_TERMINAL = frozenset({signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGWINCH})
SI_KERNEL = 0x80  # a signal's origin, <asm-generic/siginfo.h>


class Interrupted(Exception):  # noqa: N818 it is no error
    """A signal asked us to end before the command was started."""

    def __init__(self, number: signal.Signals) -> None:
        super().__init__(number)
        self.number = number


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    options = read_arguments(arguments)
    # Held back and read one by one below, so that no moment exists in which a signal could leave a server behind.
    signal.pthread_sigmask(signal.SIG_BLOCK, PASSED_ON | {signal.SIGCHLD})
    try:
        with ExitStack() as stack:
            environment = dict(os.environ)
            environment |= stack.enter_context(servers(options.data.resolve(), fast=options.fast))
            stop_if_asked_to()
            return run_command(options.command, environment=environment)
    except Interrupted as interruption:
        return 128 + interruption.number
    except ServerError as error:
        print(f"lasso.embedded: {error}", file=sys.stderr)
        return 1


def read_arguments(arguments: list[str] | None) -> argparse.Namespace:
    """Our own options, and the command with its."""
    parser = argparse.ArgumentParser(
        prog="python -m lasso.embedded", description="Run a command with a PostgreSQL and a Redis of its own."
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("LASSO_DATA") or DEFAULT_FOLDER),
        help="folder for the servers' data (default: LASSO_DATA, or %(default)s)",
    )
    parser.add_argument(
        "--fast", action="store_true", help="do not wait for the disk: for tests, data may be lost with the machine"
    )
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND…", help="the command to run")
    options = parser.parse_args(arguments)
    if options.command[:1] == ["--"]:
        del options.command[0]
    if not options.command:
        parser.error("say which command to run, for instance: python -m lasso.embedded ./manage.py migrate")
    return options


@contextmanager
def servers(folder: Path, *, fast: bool) -> Iterator[dict[str, str]]:
    """Run whichever servers the environment does not name, and give the variables that lead to them.

    Raises:
        ServerError: the folder is in use or a server does not start.
    """
    variables: dict[str, str] = {}
    with ExitStack() as stack:
        if not all(map(is_set, ("DATABASE_URL", "REDIS_URL", "SECRET_KEY"))):
            stack.enter_context(locked(folder))
        for name, server in (
            ("DATABASE_URL", PostgreSQL(folder / "postgres", fast=fast)),
            ("REDIS_URL", Redis(folder / "redis")),
        ):
            if not is_set(name):
                stop_if_asked_to()
                stack.callback(server.stop)
                server.start()
                variables[name] = server.url
        if not is_set("SECRET_KEY"):
            variables["SECRET_KEY"] = keep_secret_key(folder / "secret_key")
        yield variables


def is_set(name: str) -> bool:
    """Whether the environment gives a variable, itself or as the name of a file (as ``lasso.env`` reads it)."""
    return bool(os.environ.get(name, "").strip() or os.environ.get(f"{name}_FILE", "").strip())


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder for this run alone; the kernel lets go of it however the run ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise ServerError(
                f"{folder} is in use by {lock.read().strip() or 'another run'}. "
                "Wait until it has ended, or choose another folder with --data."
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()} ({shlex.join(sys.argv[1:])})\n")
        lock.flush()
        yield


def keep_secret_key(path: Path) -> str:
    """The folder's secret key; made at the first use, readable by the owner alone."""
    if not path.exists():
        making = path.with_name(f"{path.name}.new")
        making.unlink(missing_ok=True)
        with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(50))
        making.rename(path)
    return path.read_text(encoding="utf-8")


def stop_if_asked_to() -> None:
    """Raise ``Interrupted`` when a signal to end has come while servers were started."""
    for number in signal.sigpending() & ENDING:
        raise Interrupted(signal.Signals(number))


def run_command(command: list[str], *, environment: dict[str, str]) -> int:
    """Run the command to its end, passing signals on, and return its exit code."""
    try:
        # If we are killed, so that nothing can be passed on any more, the kernel asks the command to end.
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig=TERM", "--", *command], env=environment, preexec_fn=unblock_signals
        )
    except FileNotFoundError:
        raise ServerError("setpriv is not installed (package util-linux).") from None
    while process.poll() is None:
        received = signal.sigwaitinfo(PASSED_ON | {signal.SIGCHLD})
        number = signal.Signals(received.si_signo)
        # What the terminal sends goes to the whole foreground group: the command has it already.
        from_terminal = received.si_code == SI_KERNEL and number in SENT_BY_A_TERMINAL
        if number != signal.SIGCHLD and not from_terminal:
            process.send_signal(number)
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


if __name__ == "__main__":
    sys.exit(main())
