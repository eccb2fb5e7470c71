"""The private Redis: the system's server program on a free loopback port, behind a random password."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import time
from pathlib import Path

import psutil

from lasso.embedded.processes import ServerError, find_processes, last_lines, start_server, stop_processes

START_SECONDS = 30.0
STOP_STEPS = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))
PORT_TRIES = 5

# A port and not a unix socket: Celery, redis-py and limits each spell a socket's address in a way of their own, and one
# REDIS_URL has to do for all. Nothing is saved: rows in PostgreSQL are the truth, messages are hints.
CONFIGURATION = """
bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
save ""
appendonly no
daemonize no
"""


class Redis:
    """A Redis server on a loopback port; it keeps nothing on disk, ``folder`` only tells later runs that it is ours."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.log = self.folder.with_name(f"{self.folder.name}.log")
        self.port = 0
        self.password = secrets.token_urlsafe(24)
        self.process: psutil.Popen | None = None

    @property
    def url(self) -> str:
        """The address for ``REDIS_URL``."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Take over from a killed run and return when commands are answered. A restart keeps port and password.

        Raises:
            ServerError: the server cannot be started, with the reason.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._end_left_overs()
        program = self._find_program()
        # Another program may take the free port in the moment before Redis does.
        for _ in range(PORT_TRIES):
            self.port = self.port or free_port()
            if self._start_on_port(program):
                return
            self.port = 0
        raise ServerError(f"redis-server did not start; {self.log} ends with:\n{last_lines(self.log)}")

    def stop(self) -> None:
        """End the server; does nothing when it does not run."""
        if self.process is not None:
            stop_processes([self.process], steps=STOP_STEPS)
            self.process = None

    def _find_program(self) -> str:
        """The installed server; or the one in Debian's redis-tools, which unlike redis-server starts no service.

        Redis is one program that acts by the name it is called by; redis-tools has it as ``redis-check-rdb``.
        """
        if installed := shutil.which("redis-server"):
            return installed
        twin = shutil.which("redis-check-rdb")
        if twin is None:
            raise ServerError("Redis is not installed: run bin/setup, or set REDIS_URL to a server of your own.")
        link = self.folder / "redis-server"
        link.unlink(missing_ok=True)
        link.symlink_to(twin)
        return str(link)

    def _start_on_port(self, program: str) -> bool:
        self.process = start_server(
            ["setpriv", "--pdeathsig=TERM", "--", program, "-"],
            folder=self.folder,
            log=self.log,
            environment={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            # By standard input: an argument would show the password to every user of the machine.
            configuration=CONFIGURATION.format(port=self.port, password=self.password, folder=self.folder),
        )
        until = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < until:
            if self._answers():
                return True
            time.sleep(0.01)
        self.stop()
        return False

    def _answers(self) -> bool:
        """Whether a server that knows our password answers on the port."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\n") < 2 and (part := connection.recv(1024)):
                    answer += part
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"

    def _end_left_overs(self) -> None:
        left = find_processes(name="redis-server", belongs=lambda process: process.cwd() == str(self.folder))
        if stop_processes(left, steps=STOP_STEPS):
            raise ServerError(f"Redis of an earlier run still works in {self.folder} and cannot be stopped.")


def free_port() -> int:
    """A port on 127.0.0.1 that nothing listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
