"""Reports a second end to end, beside a bare loop of the same engine in one process per core."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import time
from pathlib import Path
from typing import Any

from bench.measuring import RESULTS, report, running_system
from local.client import Client
from local.system import System

TYPES = ("Revision", "RevisionUdvidet", "ReelleEjere", "Finans")


def compose_all(cvrs: list[str], folder: Path) -> list[Path]:
    """The HTML of each company in each type, exactly as the workers compose it, one file each."""
    import django

    django.setup()
    from django.utils import timezone

    from accounts.models import Organisation
    from reporting.collecting import collect
    from reporting.contents.composing import compose
    from reporting.models import ReportType

    organisation = Organisation.objects.latest("created_at")
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for cvr in cvrs:
        for kind in TYPES:
            material = collect(cvr=cvr, report_type=ReportType(kind), organisation=organisation, now=timezone.now())
            file = folder / f"{cvr}-{kind}.html"
            file.write_text(compose(material).html, encoding="utf-8")
            files.append(file)
    return files


def bare_worker(files: list[Path], engine: str, next_file: Any, ready: Any, go: Any) -> None:
    """A process that does nothing but render, with the same engine, stylesheet and collector settings."""
    import django

    django.setup()
    from reporting.document import freeze_collector, render_pdf, warm_up
    from reporting.engines import Engine

    texts = [file.read_text(encoding="utf-8") for file in files]
    warm_up()
    freeze_collector()
    ready.wait()
    go.wait()
    while True:
        # One after the other from one pile, so that no process ends early while the other has the long ones.
        with next_file.get_lock():
            number = next_file.value
            next_file.value += 1
        if number >= len(texts):
            return
        render_pdf(texts[number], engine=Engine(engine))


def bare_seconds(files: list[Path], engine: str, processes: int) -> float:
    """How long the bare loop takes for all files, starting when every process is warm."""
    context = multiprocessing.get_context("spawn")
    ready, go, next_file = context.Barrier(processes + 1), context.Event(), context.Value("i", 0)
    workers = [
        context.Process(target=bare_worker, args=(files, engine, next_file, ready, go)) for _ in range(processes)
    ]
    for worker in workers:
        worker.start()
    ready.wait()
    start = time.perf_counter()
    go.set()
    for worker in workers:
        worker.join()
    return time.perf_counter() - start


def system_seconds(client: Client, cvrs: list[str], engine: str) -> float:
    """How long four batches, one of each type, take from the first order to the last report."""
    start = time.perf_counter()
    items = [{"cvr": cvr} for cvr in cvrs]
    orders = [{"batchName": kind, "type": kind, "format": "{cvr}", "engine": engine, "items": items} for kind in TYPES]
    batches = [client.order(order)["id"] for order in orders]
    while not all(client.batch(batch)["completionPercentage"] == 1 for batch in batches):
        time.sleep(0.2)
    return time.perf_counter() - start


def measure(system: System, *, companies: int, rounds: int, engine: str) -> list[dict[str, float]]:
    """Bare loop and system in turn, the same companies in the same run."""
    client = system.create_organisation("Bench", email="bench@lasso.example")
    processes = os.cpu_count() or 1
    cvrs = system.fictional_companies(companies)
    files = compose_all(cvrs, RESULTS / "batch" / "html")
    # One round that does not count: every worker has made a report of each type.
    system_seconds(client, cvrs[:2], engine)
    rows = []
    for number in range(1, rounds + 1):
        bare = bare_seconds(files, engine, processes)
        ours = system_seconds(client, cvrs, engine)
        rows.append(
            {
                "round": number,
                "bare, reports/s": len(files) / bare,
                "ours, reports/s": len(files) / ours,
                "ratio": bare / ours,
            }
        )
    return rows


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=50, help="each gets a report of all four types")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engine", choices=("standard", "fast"), default="standard")
    options = parser.parse_args()
    processes = os.cpu_count() or 1
    with running_system("batch", REPORT_PROCESSES=str(processes), API_REQUESTS_PER_MINUTE="100000") as system:
        os.environ.update(system.variables, DJANGO_SETTINGS_MODULE="lasso.settings")
        rows = measure(system, companies=options.companies, rounds=options.rounds, engine=options.engine)
    report(
        "batch" if options.engine == "standard" else f"batch_{options.engine}",
        rows=rows,
        engine=options.engine,
        processes=processes,
        reports_a_round=options.companies * len(TYPES),
        median_ratio=statistics.median(row["ratio"] for row in rows),
    )


if __name__ == "__main__":
    main()
