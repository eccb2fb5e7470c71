"""Companies a second into the register, and peak memory, beside a bare loop that only parses the same JSON lines."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from itertools import cycle, islice
from typing import Any

import psycopg

from bench.measuring import RESULTS, peak_megabytes, report
from local.system import System

SIZES = (10_000, 100_000)
FIRST_CVR, LAST_CVR = 98_000_000, 99_999_999
MEASURED = 1_000  # documents whose size is averaged
PLACE_OF_CVR = b'"cvrNummer":0,'
WRITTEN = "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint FROM pg_stat_user_tables"
EMPTIED = "TRUNCATE companies_company, companies_change RESTART IDENTITY CASCADE"


@cache
def fiction() -> list[tuple[bytes, bytes]]:
    """The fictional documents as lines, each in two parts: before and behind its number."""
    from companies.sources.sample.generator import sample_documents

    made = ({"_source": {"Vrvirksomhed": {**document, "cvrNummer": 0}}} for document in sample_documents())
    texts = (json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode() for one in made)
    return [(before, behind) for before, _, behind in (text.partition(PLACE_OF_CVR) for text in texts)]


def lines(number: int) -> Iterator[bytes]:
    """So many documents, one a line: the fictional ones again and again, each under a number of its own."""
    from companies.cvr import is_valid_cvr

    numbers = (text for cvr in range(FIRST_CVR, LAST_CVR) if is_valid_cvr(text := str(cvr)))
    for (before, behind), cvr in zip(cycle(fiction()), islice(numbers, number), strict=False):
        yield b'%b"cvrNummer":%b,%b' % (before, cvr.encode(), behind)


def parse(number: int) -> dict[str, Any]:
    """What no program can do without: parse each line."""
    count = sum("_source" in json.loads(line) for line in lines(number))
    return {"parsed": count}


def take_in(number: int) -> dict[str, Any]:
    """Import the lines."""
    from django.utils import timezone

    from companies.importing import import_documents

    summary = import_documents(lines(number), now=timezone.now(), source="cvr-re")
    return {"created": summary.created, "unchanged": summary.unchanged, "refused": summary.refused}


WORK = {"bare": parse, "import": take_in}


def work_alone(kind: str, number: int) -> None:
    """Do one kind of work in this process and print what it took."""
    import django

    # Neither getting ready nor making up the fiction is any part of it.
    django.setup()
    fiction()
    start = time.perf_counter()
    done = WORK[kind](number)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "peak": peak_megabytes(), **done}))


def in_process(system: System, kind: str, number: int) -> dict[str, Any]:
    """The same in a process of its own, whose memory is its own."""
    command = [sys.executable, "-m", "bench.import", "--alone", kind, str(number)]
    environment = {**os.environ, **system.variables, "DJANGO_SETTINGS_MODULE": "lasso.settings"}
    told = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    measured: dict[str, Any] = json.loads(told)
    return measured


def ask(statement: str) -> Any:
    """One value of the database, as it is when all that was written has been counted."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        return connection.execute(statement).fetchone()


def measure(system: System, number: int) -> list[dict[str, Any]]:
    """Bare loop, first import and second import of so many documents."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(EMPTIED)
    bare = in_process(system, "bare", number)
    rows = [{"documents": number, "work": "bare loop", **_figures(number, bare, bare), "rows written": 0}]
    for work in ("first import", "second import"):
        [before] = ask(WRITTEN)
        took = in_process(system, "import", number)
        expected = {"first import": "created", "second import": "unchanged"}[work]
        if took[expected] != number:
            raise RuntimeError(f"The {work} of {number} documents did not find all of them {expected}: {took}")
        [after] = ask(WRITTEN)
        rows.append({"documents": number, "work": work, **_figures(number, took, bare), "rows written": after - before})
    return rows


def _figures(number: int, took: dict[str, Any], bare: dict[str, Any]) -> dict[str, float]:
    return {
        "s": took["seconds"],
        "documents/s": number / took["seconds"],
        "times the bare loop": took["seconds"] / bare["seconds"],
        "peak, MB": took["peak"],
    }


def main() -> None:
    """Measure each size in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, nargs="+", default=SIZES, help="how many, for each turn")
    parser.add_argument("--alone", nargs=2, metavar=("WORK", "DOCUMENTS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        work_alone(options.alone[0], int(options.alone[1]))
        return
    rows = []
    # Only the database is wanted: no process is started that would take its share of the machine.
    with System(RESULTS / "import", variables={"LOG_LEVEL": "warning"}) as system:
        system.prepare()
        for number in options.documents:
            rows += measure(system, number)
    peaks = [row["peak, MB"] for row in rows if row["work"] == "first import"]
    report(
        "import",
        rows=rows,
        bytes_a_document=sum(map(len, lines(MEASURED))) // MEASURED,
        peak_of_the_last_against_the_first_size=peaks[-1] / peaks[0],
    )


if __name__ == "__main__":
    main()
