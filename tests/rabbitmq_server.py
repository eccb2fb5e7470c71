"""A RabbitMQ of the tests' own, on loopback ports, with its files in a folder.

`bin/setup` lays Debian's packages under var/packages without installing them, because installing starts a service that
everybody on the network can reach.
"""

from __future__ import annotations

import os
import secrets
import signal
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from kombu import Connection

from lasso.embedded.processes import last_lines, start_server, stop_processes
from lasso.embedded.redis import free_port
from tests.unpacked import PLACES

START_SECONDS = 120.0
STOP_STEPS = ((signal.SIGTERM, 30.0), (signal.SIGKILL, 5.0))
USER = "lasso"
CONFIGURATION = """
listeners.tcp.1 = 127.0.0.1:{port}
default_user = {user}
default_pass = {password}
log.console = true
log.console.level = warning
disk_free_limit.absolute = 10MB
"""
# Its programs look for Erlang in /usr/lib, wherever they lie themselves.
ERL = """#!/bin/sh
export ROOTDIR="{root}" BINDIR="{programs}" EMU=beam PROGNAME=erl
exec "$BINDIR/erlexec" "$@"
"""


class RabbitMQ:
    """A server that can be stopped and started again: it keeps its port, its queues and what is in them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "rabbitmq.log"
        self.erlang, self.programs, self.script = find_programs()
        self.port, self.names_port, self.nodes_port = free_port(), free_port(), free_port()
        self.password = secrets.token_urlsafe(16)
        self.url = f"amqp://{USER}:{self.password}@127.0.0.1:{self.port}//"
        self.processes: list[psutil.Popen] = []

    def start(self) -> None:
        """Return when the server takes connections."""
        (self.folder / "bin").mkdir(exist_ok=True)
        erl = self.folder / "bin" / "erl"
        erl.write_text(ERL.format(root=self.erlang, programs=self.programs))
        erl.chmod(0o755)
        configuration = CONFIGURATION.format(port=self.port, user=USER, password=self.password)
        (self.folder / "rabbitmq.conf").write_text(configuration)
        # Nodes find each other by this one's register of names; it would be started in the background and left behind.
        self._start(str(self.programs / "epmd"), "-port", str(self.names_port), "-address", "127.0.0.1")
        server = self._start(str(self.script))
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            assert server.poll() is None, f"RabbitMQ ended:\n{last_lines(self.log)}"
            assert time.monotonic() < until, f"RabbitMQ did not answer:\n{last_lines(self.log)}"
            time.sleep(0.05)

    def stop(self) -> None:
        """End it in good order; what is in its queues stays."""
        outlived = stop_processes(self.processes[::-1], steps=STOP_STEPS)
        assert outlived == []
        self.processes.clear()

    def consumers(self, queue: str) -> int:
        """How many workers take messages out of a queue."""
        with Connection(self.url) as connection:
            channel: Any = connection.default_channel
            return int(channel.queue_declare(queue, passive=True).consumer_count)

    def purge(self, *queues: str) -> None:
        """Throw away every message that waits in the queues."""
        with Connection(self.url) as connection:
            channel: Any = connection.default_channel
            for queue in queues:
                channel.queue_purge(queue)

    def _start(self, *arguments: str) -> psutil.Popen:
        process = start_server(
            ["setpriv", "--pdeathsig=TERM", "--", *arguments],
            folder=self.folder,
            log=self.log,
            environment=self._environment(),
        )
        self.processes.append(process)
        return process

    def _environment(self) -> dict[str, str]:
        folder = str(self.folder)
        return {
            "PATH": f"{folder}/bin:{os.environ.get('PATH', os.defpath)}",
            "HOME": folder,  # the nodes' shared secret is made here
            "LC_ALL": "C.UTF-8",
            # The script becomes the server, so that a signal and the end of the tests reach it.
            "RUNNING_UNDER_SYSTEMD": "true",
            "RABBITMQ_NODENAME": "lasso@localhost",
            "RABBITMQ_BASE": folder,
            "RABBITMQ_MNESIA_BASE": f"{folder}/mnesia",
            "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/enabled_plugins",
            "RABBITMQ_PLUGINS_DIR": str(self.script.parents[1] / "plugins"),
            "RABBITMQ_DIST_PORT": str(self.nodes_port),
            "ERL_EPMD_PORT": str(self.names_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}",
        }

    def _answers(self) -> bool:
        try:
            with Connection(self.url, connect_timeout=1) as connection:
                connection.connect()
                return bool(connection.connected)
        except OSError:
            return False


def find_programs() -> tuple[Path, Path, Path]:
    """Erlang's folder, the one of its programs, and RabbitMQ's script; skips the test where they are not."""
    for place in PLACES:
        erlang = place / "usr" / "lib" / "erlang"
        programs = sorted(erlang.glob("erts-*/bin"))
        scripts = sorted((place / "usr" / "lib" / "rabbitmq" / "lib").glob("*/sbin/rabbitmq-server"))
        if programs and scripts:
            return erlang, programs[-1], scripts[-1]
    pytest.skip("RabbitMQ is not there: on Debian and Ubuntu bin/setup fetches it, elsewhere install rabbitmq-server.")
