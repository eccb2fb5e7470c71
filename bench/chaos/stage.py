"""The stage of a chaos run: the whole system, with a PostgreSQL, a Redis and receivers of its own that may end."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil
import psycopg
import redis

from bench.chaos.receiving import Mails, Webhooks
from bench.chaos.register import Register
from lasso.embedded.postgresql import PostgreSQL
from lasso.embedded.processes import is_alive
from lasso.embedded.redis import Redis
from local.client import Client
from local.processes import Processes, children
from local.system import System

# What a process manager such as Heroku's gives a process that is asked to end, less a margin.
GRACE_SECONDS = 25.0
KILL_AFTER_SECONDS = 40.0


@dataclass(frozen=True, slots=True)
class Ending:
    """How a process that was asked to end did so."""

    name: str
    seconds: float
    code: int | None  # None: it had to be killed

    @property
    def is_graceful(self) -> bool:
        """In time, by itself, and well; one that had not begun to listen to signals had begun nothing else either."""
        return self.code in {0, -signal.SIGTERM} and self.seconds <= GRACE_SECONDS


class PipedProcesses(Processes):
    """Processes that write to a pipe: a limit on the size of files meets the files that they store and no log."""

    @contextmanager
    def output(self, name: str) -> Iterator[int]:
        """A pipe, which a thread copies into the log."""
        reading, writing = os.pipe()
        threading.Thread(target=_copy, args=(reading, self.log(name)), name=f"log of {name}", daemon=True).start()
        try:
            yield writing
        finally:
            os.close(writing)


def _copy(reading: int, path: Path) -> None:
    with os.fdopen(reading, "rb", buffering=0) as pipe, path.open("ab", buffering=0) as log:
        while part := pipe.read(1 << 16):
            log.write(part)


class Stage:
    """Everything that runs, and the hands that stop it.

    Args:
        folder: where all data and logs go; what an earlier run left there is removed.
        companies: how many the register has.
        is_fast: the database waits for no disk; a crash of it would then lose what was committed.
        variables: settings beside the usual.
    """

    def __init__(
        self,
        folder: Path,
        *,
        companies: int,
        is_fast: bool = False,
        delivery_processes: int = 2,
        variables: Mapping[str, str],
    ) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.folder = folder
        self.companies = companies
        self.postgresql = PostgreSQL(folder / "postgresql", fast=is_fast)
        self.redis = Redis(folder / "redis")
        self.webhooks, self.mails = Webhooks(), Mails()
        self.endings: list[Ending] = []
        self.orphans: list[str] = []  # processes that outlived the parent that was killed
        self._delivery_processes = delivery_processes
        self._variables = dict(variables)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.callback(self.redis.stop)
            self.redis.start()
            stack.callback(self.postgresql.stop)
            self.postgresql.start()
            stack.enter_context(self.webhooks)
            stack.enter_context(self.mails)
            self.system = self._system()
            stack.enter_context(self.system)
            self.system.processes.run("release")
            self.register = Register(
                environment=self.system.environment, log=self.folder / "register.log", companies=self.companies
            )
            stack.enter_context(self.register)
            self.system.start()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _system(self) -> System:
        variables = {
            "DATABASE_URL": self.postgresql.url,
            "REDIS_URL": self.redis.url,
            "EMAIL_URL": self.mails.url,
            "SECRET_KEY": "chaos " * 10,
            "LOG_LEVEL": "warning",
            **self._variables,
        }
        system = System(self.folder, variables=variables, delivery_processes=self._delivery_processes)
        system.processes = PipedProcesses(environment=system.environment, logs=self.folder / "logs")
        return system

    def create_organisation(self, name: str) -> Client:
        """A new organisation's client."""
        return self.system.create_organisation(name, email=f"{name.lower()}@customer.example")

    def rows(self, question: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        """The rows of an answer of the database."""
        with psycopg.connect(self.postgresql.url) as connection:
            return connection.execute(question, parameters).fetchall()

    def change(self, statement: str, parameters: Any = None) -> int:
        """How many rows a statement changed."""
        with psycopg.connect(self.postgresql.url) as connection:
            return connection.execute(statement, parameters).rowcount

    def queue_lengths(self) -> dict[str, int]:
        """How many messages each queue of Redis holds, those that a worker has taken included."""
        with redis.Redis.from_url(self.redis.url) as connection:
            found = {key: connection.llen(key) for key in self.queues()}
            return {**found, "unacked": connection.hlen("unacked")}

    @staticmethod
    def queues() -> tuple[str, ...]:
        """The queues that the Procfile's workers serve."""
        return ("sweeps", "reports", "deliveries", "register", "integrations")

    # --- Hands --------------------------------------------------------------------------------------------------------

    def named(self, kind: str) -> list[str]:
        """The names of the running processes of a type of the Procfile."""
        return [name for name in self.system.processes.running if name.partition(".")[0] == kind]

    def start(self, *names: str) -> None:
        """Start what has ended."""
        self.system.processes.start(*names)

    def kill(self, name: str) -> None:
        """End a process with all its children at once, as an exhausted machine does."""
        self.system.processes.kill(name)

    def kill_child(self, name: str, index: int) -> bool:
        """End one of the processes that it has forked; False when there is none."""
        found = children(self.system.processes.running[name])
        if found:
            with suppress(psutil.NoSuchProcess):
                found[index % len(found)].kill()
        return bool(found)

    def kill_parent(self, name: str, *, patience: float) -> None:
        """End a process but not its children, which are to notice and end by themselves."""
        process = self.system.processes.running.pop(name)
        left = children(process)
        process.kill()
        process.wait()
        until = time.monotonic() + patience
        while any(map(is_alive, left)) and time.monotonic() < until:
            time.sleep(0.1)
        self.orphans += [f"{name} {child.pid}" for child in left if is_alive(child)]
        for child in left:
            with suppress(psutil.NoSuchProcess):
                child.kill()

    def terminate(self, *names: str) -> list[Ending]:
        """Ask processes, and all that they have forked, to end, as a deploy does; how they did."""
        processes = {name: self.system.processes.running.pop(name) for name in names}
        forked = [child for process in processes.values() for child in children(process)]
        began_at = time.monotonic()
        for process in processes.values():
            os.killpg(process.pid, signal.SIGTERM)
        endings = [self._ended(name, process, began_at) for name, process in processes.items()]
        for child in forked:
            if is_alive(child):
                self.orphans.append(f"{child.pid} of {', '.join(names)}")
                child.kill()
        self.endings += endings
        return endings

    def _ended(self, name: str, process: psutil.Popen, began_at: float) -> Ending:
        try:
            code: int | None = process.wait(max(0.1, KILL_AFTER_SECONDS - (time.monotonic() - began_at)))
        except psutil.TimeoutExpired:
            code = None
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        return Ending(name, time.monotonic() - began_at, code)

    def freeze(self, name: str, seconds: float) -> None:
        """Stop the clock of a process and its children, as a machine does that is moved or swaps."""
        group = self.system.processes.running[name].pid
        os.killpg(group, signal.SIGSTOP)
        time.sleep(seconds)
        os.killpg(group, signal.SIGCONT)

    def limit_files(self, kind: str, size: int) -> None:
        """Let no file that the processes of this type write grow beyond so many bytes: their disk is full."""
        for name in self.named(kind):
            process = self.system.processes.running[name]
            for one in (process, *children(process)):
                with suppress(psutil.NoSuchProcess):
                    _, hard = one.rlimit(psutil.RLIMIT_FSIZE)
                    one.rlimit(psutil.RLIMIT_FSIZE, (size, hard))
