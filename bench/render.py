"""Reports by either engine, beside plain WeasyPrint calls and headless Chromium: CPU, phases, memory."""

from __future__ import annotations

import argparse
import os
import random
import statistics
from collections import defaultdict
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.batch import TYPES, compose_all
from bench.measuring import RESULTS, report
from bench.presses import WAYS, Worker
from local.system import System

# Milliseconds by way of printing, one after the other for (round, document).
Measured = dict[str, dict[tuple[int, Path], dict[str, float]]]
# Caches are full after so many documents; from here on memory is held to be flat.
SETTLED = 100


def measure(files: list[Path], *, rounds: int, ways: Iterable[str]) -> Measured:
    """Each document by each way in a random order, so that whatever else the machine does meets all alike."""
    order = random.Random(1)
    measured: Measured = defaultdict(dict)
    with ExitStack() as stack:
        workers = [stack.enter_context(Worker(way)) for way in ways]
        for number in range(rounds + 1):
            for file in order.sample(files, len(files)):
                for worker in order.sample(workers, len(workers)):
                    answer = worker.print(file)
                    # The first round only warms.
                    if number:
                        measured[worker.way][number, file] = answer
    return measured


def type_of(file: Path) -> str:
    """The report type of a composed document's file."""
    return file.stem.partition("-")[2]


def rows_of(measured: Measured) -> list[dict[str, Any]]:
    """A row for each type with the median milliseconds of each way, and one with their averages."""
    rows = []
    for kind in TYPES:
        row: dict[str, Any] = {"type": kind}
        for way, answers in measured.items():
            own = [answer for (_, file), answer in answers.items() if type_of(file) == kind]
            if "pages" not in row:
                row["pages"] = statistics.mean(answer["pages"] for answer in own)
            row[f"{way}, ms"] = statistics.median(answer["ms"] for answer in own)
        rows.append(row)
    average = {column: statistics.mean(row[column] for row in rows) for column in rows[0] if column != "type"}
    return [*rows, {"type": "average", **average}]


def ratio(measured: Measured, *, slower: str, faster: str) -> float:
    """How many times less the second takes: the median over the documents, each by both ways in the same round."""
    return statistics.median(answer["ms"] / measured[faster][place]["ms"] for place, answer in measured[slower].items())


def average_ratio(rows: list[dict[str, Any]], *, slower: str, faster: str) -> float:
    """The same of the averages of the four types."""
    average = rows[-1]
    return float(average[f"{slower}, ms"] / average[f"{faster}, ms"])


def phases(cvrs: list[str], *, rounds: int) -> list[dict[str, Any]]:
    """Where the time of a report goes, in milliseconds by the wall clock, for each type."""
    import django

    django.setup()
    from bench.phases import PHASES, time_phases

    taken: dict[str, list[dict[str, float]]] = {
        kind: [time_phases(cvr, kind) for _ in range(rounds) for cvr in cvrs] for kind in TYPES
    }
    return [
        {"type": kind, **{f"{phase}, ms": statistics.median(time[phase] for time in times) for phase in PHASES}}
        for kind, times in taken.items()
    ]


def memory(files: list[Path], *, reports: int) -> list[dict[str, Any]]:
    """Megabytes that a worker of either engine holds once it has settled, and after so many reports."""
    found = []
    for way in ("standard", "fast"):
        with Worker(way) as worker:
            held = [worker.print(files[number % len(files)])["megabytes"] for number in range(reports)]
        settled = held[min(SETTLED, reports // 2)]
        found.append(
            {
                "engine": way,
                "reports": reports,
                "settled, MB": settled,
                "end, MB": held[-1],
                "most, MB": max(held),
                "end/settled": held[-1] / settled,
            }
        )
    return found


def compare(files: list[Path], cvrs: list[str], *, rounds: int, ways: list[str]) -> None:
    """Measure and report the ways of printing beside each other, and where our time goes."""
    measured = measure(files, rounds=rounds, ways=ways)
    spent = phases(cvrs, rounds=rounds)
    rows = rows_of(measured)
    facts: dict[str, Any] = {}
    for ours in ("standard", "fast"):
        for theirs in (way for way in ways if way not in {"standard", "fast"} and ours in ways):
            facts[f"{ours} is faster than {theirs}, median of pairs"] = ratio(measured, slower=theirs, faster=ours)
            facts[f"{ours} is faster than {theirs}, on average"] = average_ratio(rows, slower=theirs, faster=ours)
    report("render_phases", rows=spent)
    report("render", rows=rows, documents=len(files), rounds=rounds, **facts)


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=6, help="each gets a report of all four types")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--memory",
        type=int,
        default=0,
        metavar="REPORTS",
        help="only watch memory, over so many by each engine",
    )
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    options = parser.parse_args()
    with System(RESULTS / "render", variables={"LOG_LEVEL": "warning"}) as system:
        system.prepare()
        os.environ.update(system.variables, DJANGO_SETTINGS_MODULE="lasso.settings")
        system.manage("create_organisation", "Bench", "--email", "b@lasso.example", "--beneficial-owners", "--quiet")
        cvrs = system.fictional_companies(options.companies)
        files = compose_all(cvrs, RESULTS / "render" / "html")
        if options.memory:
            report("render_memory", rows=memory(files, reports=options.memory), documents=len(files))
        else:
            compare(files, cvrs, rounds=options.rounds, ways=options.ways)


if __name__ == "__main__":
    main()
