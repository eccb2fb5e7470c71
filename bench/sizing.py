"""What a report costs each process, the database and the disk: the figures that docs/sizing.md calculates with."""

from __future__ import annotations

import argparse
import os
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import psutil
import psycopg

from bench.batch import TYPES
from bench.measuring import report, running_system
from bench.sink import Sink
from local.client import Client

# A process is known by what stands in its command line.
KINDS = {
    "gunicorn": "web",
    "--hostname reports@": "reports",
    "--hostname deliveries@": "deliveries",
    "lasso beat": "beat",
    "redis-server": "redis",
    "postgres": "postgresql",
}
# What grows with reports and deliveries; what stands in none of them belongs to the register and stays.
TABLES = {
    "batch item and report": ("reporting_batchitem", "reporting_report"),
    "delivery and attempt": ("delivery_delivery", "delivery_attempt"),
}
WAL = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
# What these batches still have to do; the database may hold what earlier runs left.
OPEN = """
SELECT (SELECT count(*) FROM reporting_batch WHERE id = ANY(%(batches)s::uuid[]) AND status = 'Executing')
  + (SELECT count(*) FROM delivery_delivery
     WHERE batch_id = ANY(%(batches)s::uuid[]) AND status IN ('Waiting', 'Sending'))
"""


def processes() -> dict[str, list[psutil.Process]]:
    """The system's processes by kind."""
    found: dict[str, list[psutil.Process]] = defaultdict(list)
    # The servers are children of lasso.embedded, which started us too.
    for process in psutil.Process(os.getppid()).children(recursive=True):
        try:
            command = f"{process.name()} {' '.join(process.cmdline())}"
        except psutil.NoSuchProcess:
            continue
        kind = next((kind for mark, kind in KINDS.items() if mark in command), None)
        if kind:
            found[kind].append(process)
    return found


def cpu_seconds() -> dict[str, float]:
    """The CPU that each kind has used so far, that of ended children included."""
    total: dict[str, float] = {}
    for kind, some in processes().items():
        times = [process.cpu_times() for process in some if process.is_running()]
        total[kind] = sum(one.user + one.system + one.children_user + one.children_system for one in times)
    return total


def proportional_megabytes() -> dict[str, float]:
    """The memory of each kind, what its processes share counted once."""
    return {
        kind: sum(process.memory_full_info().pss for process in some if process.is_running()) / 1e6
        for kind, some in processes().items()
    }


def table_bytes(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """What each group of tables takes on the disk, indexes and long values included."""
    found = {}
    for group, tables in TABLES.items():
        sizes = [connection.execute(f"SELECT pg_total_relation_size('{table}')").fetchone() for table in tables]
        found[group] = sum(size[0] for size in sizes if size)
    return found


def wait(condition: Callable[[], bool], seconds: float) -> None:
    """Until it holds.

    Raises:
        TimeoutError: it did not in so many seconds.
    """
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError(f"Not within {seconds:.0f} s.")
        time.sleep(0.2)


def one(connection: psycopg.Connection[Any], statement: str, **parameters: Any) -> int:
    """A statement's only value."""
    row = connection.execute(statement, parameters or None).fetchone()
    assert row is not None
    return int(row[0])


def measure(
    client: Client, connection: psycopg.Connection[Any], sink: Sink, *, engine: str, cvrs: list[str], patience: float
) -> dict[str, float]:
    """Order a batch of each type with a webhook and a mail a report, and divide what it took by the reports."""
    items = [{"cvr": cvr} for cvr in cvrs]
    before, wal, sizes = cpu_seconds(), one(connection, WAL), table_bytes(connection)
    started, connections = time.perf_counter(), 0
    batches = [
        client.order(
            {
                "batchName": f"{kind} {engine}",
                "type": kind,
                "format": "{cvr}-{type}",
                "engine": engine,
                "items": items,
                "notificationWebhookUrl": sink.url("/webhook"),
                "notificationEmail": "sizing@lasso.example",
            }
        )["id"]
        for kind in TYPES
    ]
    count = len(items) * len(TYPES)

    def is_done() -> bool:
        nonlocal connections
        connections = max(connections, one(connection, CONNECTIONS))
        return one(connection, OPEN, batches=batches) == 0

    wait(is_done, patience)
    seconds = time.perf_counter() - started
    after = cpu_seconds()
    connection.execute("VACUUM (ANALYZE) reporting_report, reporting_batchitem, delivery_delivery, delivery_attempt")
    grown = {group: (size - sizes[group]) / count for group, size in table_bytes(connection).items()}
    pdf = one(
        connection,
        "SELECT avg(pdf_size)::int FROM reporting_report WHERE pdf <> '' AND batch_id = ANY(%(batches)s::uuid[])",
        batches=batches,
    )
    return {
        "reports": count,
        "reports/s": count / seconds,
        **{f"{kind}, CPU ms a report": (after[kind] - before.get(kind, 0.0)) / count * 1000 for kind in sorted(after)},
        "PDF, KB": pdf / 1000,
        **{f"{group}, KB": size / 1000 for group, size in grown.items()},
        "WAL, KB a report": (one(connection, WAL) - wal) / count / 1000,
        "connections at most": connections,
    }


def main() -> None:
    """Measure both engines and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=250, help="by the fast engine, each in all four types")
    parser.add_argument("--standard-companies", type=int, default=30)
    parser.add_argument("--patience", type=float, default=900, help="seconds for each engine")
    options = parser.parse_args()
    cores = os.cpu_count() or 1
    with (
        running_system("sizing", REPORT_PROCESSES=str(cores), API_REQUESTS_PER_MINUTE="100000") as system,
        Sink() as sink,
    ):
        client = system.create_organisation("Sizing", email="sizing@lasso.example")
        cvrs = system.fictional_companies(options.companies)
        with psycopg.connect(system.environment["DATABASE_URL"], autocommit=True) as connection:
            # A round that does not count: every process has done all of it once, and each receiver has answered.
            measure(client, connection, sink, engine="fast", cvrs=cvrs[:4], patience=options.patience)
            idle = proportional_megabytes()
            found = {
                engine: measure(
                    client, connection, sink, engine=engine, cvrs=cvrs[:companies], patience=options.patience
                )
                for engine, companies in (("standard", options.standard_companies), ("fast", options.companies))
            }
            busy = proportional_megabytes()
    report(
        "sizing",
        rows=[
            {"quantity": name, **{engine: values[name] for engine, values in found.items()}} for name in found["fast"]
        ],
        cores=cores,
        megabytes_at_the_beginning={kind: round(size) for kind, size in idle.items()},
        megabytes_at_the_end={kind: round(size) for kind, size in busy.items()},
    )


if __name__ == "__main__":
    main()
