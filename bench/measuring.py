"""What the benchmarks share: a system to measure, and a table and a JSON file of what was measured."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.processes import ROOT
from local.receivers import MailReceiver
from local.system import System

RESULTS = ROOT / "var" / "bench"


@contextmanager
def running_system(name: str, *, delivery_processes: int = 1, **variables: str) -> Iterator[System]:
    """The whole system on the embedded servers, with the fictional register; everything is stopped at the end."""
    settings = {"LOG_LEVEL": "warning", **variables}
    with (
        MailReceiver() as mails,
        System(
            RESULTS / name, variables={"EMAIL_URL": mails.url, **settings}, delivery_processes=delivery_processes
        ) as system,
    ):
        system.prepare()
        system.start()
        yield system


def seconds_of(work: Callable[[], object]) -> float:
    """How long the work takes by the wall clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median_seconds(work: Callable[[], object], *, rounds: int) -> float:
    """The median of several runs, because this kind of machine is noisy."""
    return statistics.median(seconds_of(work) for _ in range(rounds))


def peak_megabytes() -> float:
    """The most memory that this program has held.

    Not `ru_maxrss`: in a child process that counts what its parent held when it was started.
    """
    return _megabytes("VmHWM")


def resident_megabytes() -> float:
    """The memory that this program holds now."""
    return _megabytes("VmRSS")


def _megabytes(field: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith(f"{field}:"))
    return int(kilobytes) / 1024


def report(name: str, *, rows: Sequence[Mapping[str, Any]], **facts: Any) -> None:
    """Print the rows as a table, the facts below it, and keep both as `var/bench/NAME.json`."""
    print_table(rows)
    for fact, value in facts.items():
        print(f"{fact.replace('_', ' ')}: {_shown(value)}")
    path = RESULTS / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    measured = {"benchmark": name, "measured_at": datetime.now(UTC).isoformat(), "rows": list(rows), **facts}
    path.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    print(f"(kept in {Path(path).relative_to(ROOT)})")


def print_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows with the same columns."""
    columns = list(rows[0])
    cells = [columns, *([_shown(row[column]) for column in columns] for row in rows)]
    widths = [max(len(line[index]) for line in cells) for index in range(len(columns))]
    for line in cells:
        print(
            "  ".join(
                cell.rjust(width) if index else cell.ljust(width)
                for index, (cell, width) in enumerate(zip(line, widths, strict=True))
            )
        )


def _shown(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
