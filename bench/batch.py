"""Reports a second end to end, beside two bare loops of the same engine in one process per core.

`bare print` only prints what was composed before. `bare make` collects, composes and prints, which is the least that
making the same reports costs: it orders, claims, stores, counts and delivers nothing.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

from bench.measuring import RESULTS, report, running_system
from local.client import Client
from local.system import System

TYPES = ("Revision", "RevisionUdvidet", "ReelleEjere", "Finans")


def compose_all(cvrs: list[str], folder: Path, *, languages: tuple[str, ...] = ("da",)) -> list[Path]:
    """The HTML of each company in each type and language, exactly as the workers compose it, one file each."""
    import django

    django.setup()
    from django.utils import timezone

    from accounts.models import Organisation
    from lasso.language import Language
    from reporting.collecting import collect
    from reporting.contents.composing import compose
    from reporting.models import ReportType

    organisation = Organisation.objects.latest("created_at")
    for language in languages:
        (folder / language).mkdir(parents=True, exist_ok=True)
    files = []
    for cvr, kind, language in product(cvrs, TYPES, languages):
        material = collect(
            cvr=cvr,
            report_type=ReportType(kind),
            organisation=organisation,
            now=timezone.now(),
            language=Language(language),
        )
        file = folder / language / f"{cvr}-{kind}.html"
        file.write_text(compose(material).html, encoding="utf-8")
        files.append(file)
    return files


def printing(files: list[Path], engine: str) -> Callable[[int], object]:
    """What prints the document of a number."""
    from reporting.document import render_pdf
    from reporting.engines import Engine

    texts = [file.read_text(encoding="utf-8") for file in files]
    return lambda number: render_pdf(texts[number], engine=Engine(engine))


def making(files: list[Path], engine: str) -> Callable[[int], object]:
    """What collects, composes and prints the report of a number: the one that the file of `compose_all` is of."""
    from django.utils import timezone

    from accounts.models import Organisation
    from reporting.collecting import collect
    from reporting.contents.composing import compose
    from reporting.document import render_pdf
    from reporting.engines import Engine
    from reporting.models import ReportType

    organisation = Organisation.objects.latest("created_at")

    def make(number: int) -> bytes:
        cvr, _, kind = files[number].stem.partition("-")
        material = collect(cvr=cvr, report_type=ReportType(kind), organisation=organisation, now=timezone.now())
        return render_pdf(compose(material).html, engine=Engine(engine))

    return make


BARE = {"bare print": printing, "bare make": making}


def bare_worker(way: str, files: list[Path], engine: str, next_file: Any, together: Any) -> None:
    """A process that does nothing else, with the same engine, stylesheet, templates and collector settings."""
    import django

    django.setup()
    from reporting.contents.templating import load_templates
    from reporting.document import freeze_collector, warm_up

    work = BARE[way](files, engine)
    load_templates()
    warm_up()
    # Once unmeasured: what the first report finds for all that follow.
    work(0)
    freeze_collector()
    together.wait()
    while True:
        # One after the other from one pile, so that no process ends early while the other has the long ones.
        with next_file.get_lock():
            number = next_file.value
            next_file.value += 1
        if number >= len(files):
            return
        work(number)


def bare_seconds(way: str, files: list[Path], engine: str, processes: int) -> float:
    """How long a bare loop takes for all files, starting when every process is warm."""
    context = multiprocessing.get_context("spawn")
    together, next_file = context.Barrier(processes + 1), context.Value("i", 0)
    workers = [
        context.Process(target=bare_worker, args=(way, files, engine, next_file, together)) for _ in range(processes)
    ]
    for worker in workers:
        worker.start()
    together.wait()
    start = time.perf_counter()
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
    """Bare loops and system in turn, the same companies in the same run."""
    client = system.create_organisation("Bench", email="bench@lasso.example")
    processes = os.cpu_count() or 1
    cvrs = system.fictional_companies(companies)
    files = compose_all(cvrs, RESULTS / "batch" / "html")
    # One round that does not count: every worker has made a report of each type.
    system_seconds(client, cvrs[:2], engine)
    rows = []
    for number in range(1, rounds + 1):
        bare = {way: bare_seconds(way, files, engine, processes) for way in BARE}
        ours = system_seconds(client, cvrs, engine)
        rows.append(
            {
                "round": number,
                **{f"{way}, reports/s": len(files) / seconds for way, seconds in bare.items()},
                "ours, reports/s": len(files) / ours,
                "ours/print": bare["bare print"] / ours,
                "ours/make": bare["bare make"] / ours,
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
        median_of_print=statistics.median(row["ours/print"] for row in rows),
        median_of_make=statistics.median(row["ours/make"] for row in rows),
    )


if __name__ == "__main__":
    main()
