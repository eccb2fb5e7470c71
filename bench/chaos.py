"""Nothing is lost: deliveries go out while workers are killed, Redis forgets everything and PostgreSQL restarts."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import psycopg
import redis

from bench.measuring import RESULTS, report
from bench.sink import Sink
from lasso.embedded.postgresql import PostgreSQL
from lasso.embedded.redis import Redis
from local.processes import ROOT
from local.receivers import MailReceiver
from local.system import System

# What happens when so many of the ids have come.
EVENTS = (
    (0.10, "kill"),
    (0.25, "flush"),
    (0.40, "kill"),
    (0.55, "restart"),
    (0.65, "flush"),
    (0.75, "kill"),
)
# A call that a kill cut off began before it, and no longer before than a call may take.
LONGEST_CALL_SECONDS = 20.0

OPEN = "SELECT count(*) FROM delivery_delivery WHERE status <> 'Delivered'"
TRIES = """
SELECT delivery.public_id::text, attempt.error_code, attempt.started_at
FROM delivery_attempt AS attempt JOIN delivery_delivery AS delivery ON delivery.id = attempt.delivery_id
WHERE attempt.error_code <> '' OR attempt.status_code IS DISTINCT FROM 200
"""


@dataclass(slots=True)
class Findings:
    """What a run came to."""

    queued: set[str] = field(default_factory=set)
    calls: Counter[str] = field(default_factory=Counter)
    kills: list[datetime] = field(default_factory=list)
    failed_tries: list[tuple[str, str, datetime]] = field(default_factory=list)  # id, error code, began at
    open_rows: int = 0
    seconds: float = 0.0
    seconds_of_events: list[tuple[str, float]] = field(default_factory=list)

    @property
    def lost(self) -> set[str]:
        """The ids that never came."""
        return self.queued - self.calls.keys()

    @property
    def duplicates(self) -> set[str]:
        """The ids that came more than once."""
        return {identity for identity, count in self.calls.items() if count > 1}

    @property
    def unexplained(self) -> set[str]:
        """The duplicates that no kill explains: none of their tries was under way at one."""
        explained = {
            identity
            for identity, code, began_at in self.failed_tries
            if code == "interrupted"
            and any(0 <= (kill - began_at).total_seconds() < LONGEST_CALL_SECONDS for kill in self.kills)
        }
        return self.duplicates - explained


@contextmanager
def own_system(folder: Path, *, fast: bool = False) -> Iterator[tuple[System, PostgreSQL, Redis]]:
    """The whole system on servers of its own, which may be restarted."""
    postgresql, own_redis = PostgreSQL(folder / "postgresql", fast=fast), Redis(folder / "redis")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        postgresql.start()
        own_redis.start()
        with MailReceiver() as mails:
            variables = {
                "DATABASE_URL": postgresql.url,
                "REDIS_URL": own_redis.url,
                "EMAIL_URL": mails.url,
                "SECRET_KEY": "chaos " * 10,
                "LOG_LEVEL": "warning",
            }
            with System(folder, variables=variables) as system:
                system.prepare()
                system.start()
                yield system, postgresql, own_redis
    finally:
        own_redis.stop()
        postgresql.stop()


def run(
    folder: Path, *, deliveries: int, endpoints: int, patience: float, fast: bool = False, echo: Callable[[str], None]
) -> Findings:
    """Queue, disturb, and wait until every id has come and every row is settled.

    Raises:
        TimeoutError: not within `patience` seconds.
        local.processes.ProcessError: a process that nobody killed has ended.
    """
    found = Findings()
    with Sink() as sink, own_system(folder, fast=fast) as (system, postgresql, own_redis):
        disturb = {
            "kill": lambda: kill(system, found),
            "flush": lambda: flush(own_redis),
            "restart": lambda: restart(postgresql),
        }
        started = time.monotonic()
        with queueing(system, sink, found, deliveries=deliveries, endpoints=endpoints) as require_queueing:
            for share, event in EVENTS:
                while_queueing = partial(came_while, require_queueing, sink, found, share * deliveries)
                wait(while_queueing, patience)
                echo(f"{event} after {len(found.calls)} of {deliveries}")
                before = time.monotonic()
                disturb[event]()
                found.seconds_of_events.append((event, time.monotonic() - before))
        wait(lambda: came(sink, found) >= deliveries, patience)
        wait(lambda: count_open(postgresql) == 0, patience)
        found.seconds = time.monotonic() - started
        came(sink, found)
        found.open_rows = count_open(postgresql)
        with psycopg.connect(postgresql.url) as connection:
            found.failed_tries = connection.execute(TRIES).fetchall()
        system.processes.require_running()
        system.wait_until_ready()
    return found


def kill(system: System, found: Findings) -> None:
    """End the delivery worker as a machine that is out of memory does, and start another."""
    system.processes.kill("deliveries")
    found.kills.append(datetime.now(UTC))
    system.processes.start("deliveries")


def flush(server: Redis) -> None:
    """Make Redis forget everything."""
    with redis.Redis.from_url(server.url) as connection:
        connection.flushall()


def restart(server: PostgreSQL) -> None:
    """Stop PostgreSQL, which breaks every connection, and start it again."""
    server.stop()
    server.start()


@contextmanager
def queueing(
    system: System, sink: Sink, found: Findings, *, deliveries: int, endpoints: int
) -> Iterator[Callable[[], None]]:
    """An application that queues while the block runs; its ids are complete at the end.

    Yields what raises a RuntimeError when it has failed.
    """
    command = ["-m", "bench.queueing", "--sink", sink.url(""), "--endpoints", str(endpoints)]
    process = subprocess.Popen(
        [sys.executable, *command, "--deliveries", str(deliveries)],
        cwd=ROOT,
        env=system.environment,
        stdout=subprocess.PIPE,
        text=True,
    )

    def read() -> None:
        assert process.stdout is not None
        found.queued.update(line.strip() for line in process.stdout)

    reader = threading.Thread(target=read)
    reader.start()

    def require() -> None:
        if process.poll() not in {None, 0}:
            raise RuntimeError(f"bench.queueing ended with {process.returncode}.")

    with process:
        yield require
        process.wait()
        reader.join()
    require()


def came(sink: Sink, found: Findings) -> int:
    """How many different ids have come."""
    found.calls.update(identity for identity, _ in sink.take_calls())
    return len(found.calls)


def came_while(require_queueing: Callable[[], None], sink: Sink, found: Findings, least: float) -> bool:
    """Whether so many ids have come, while the one that queues them has not failed."""
    require_queueing()
    return came(sink, found) >= least


def count_open(server: PostgreSQL) -> int:
    """The rows that are not delivered."""
    with psycopg.connect(server.url) as connection:
        row = connection.execute(OPEN).fetchone()
        return int(row[0]) if row else 0


def wait(condition: Callable[[], object], patience: float) -> None:
    """Wait until it holds.

    Raises:
        TimeoutError: it does not.
    """
    until = time.monotonic() + patience
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError(f"It did not happen within {patience:.0f} s.")
        time.sleep(0.1)


def main() -> int:
    """Run, and say what was lost, doubled and left open; 1 when anything was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deliveries", type=int, default=20_000)
    parser.add_argument("--endpoints", type=int, default=50)
    options = parser.parse_args()
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)  # ours are restarted, which those must not be
    found = run(
        RESULTS / "chaos",
        deliveries=options.deliveries,
        endpoints=options.endpoints,
        patience=600.0,
        echo=lambda line: print(line, file=sys.stderr, flush=True),
    )
    interrupted = sum(code == "interrupted" for _, code, _ in found.failed_tries)
    report(
        "chaos",
        rows=[{"event": event, "seconds": seconds} for event, seconds in found.seconds_of_events],
        deliveries=len(found.queued),
        endpoints=options.endpoints,
        seconds=found.seconds,
        lost=len(found.lost),
        not_settled=found.open_rows,
        tries_cut_off_by_kills=interrupted,
        delivered_twice_or_more=len(found.duplicates),
        of_these_not_explained_by_a_kill=len(found.unexplained),
    )
    return 1 if found.lost or found.open_rows or found.unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
