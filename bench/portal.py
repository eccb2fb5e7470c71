"""The portal's long lists, first and last pages: 10,000 batches and a batch of 100,000, beside the bare SQL."""

from __future__ import annotations

import argparse
import os
import re
import statistics
import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
import requests

from bench.items import FINISH_ALL
from bench.measuring import report, running_system
from local.client import Client
from local.system import System

ROUNDS = 20
LIMIT_MS = 100

# Copies of one batch, a minute apart.
MORE_BATCHES = """
INSERT INTO reporting_batch
SELECT (jsonb_populate_record(batch, jsonb_build_object(
    'id', gen_random_uuid(), 'name', 'Batch number ' || number, 'created_at', now() - number * interval '1 minute'))).*
FROM reporting_batch AS batch, generate_series(1, %(count)s) AS number WHERE batch.id = %(batch)s
"""
BATCHES = """
SELECT * FROM reporting_batch WHERE organisation_id = (SELECT organisation_id FROM reporting_batch WHERE id = %(batch)s)
AND created_at <= %(before)s AND name ILIKE %(text)s ORDER BY created_at DESC, id DESC LIMIT 51
"""
REPORTS = """
SELECT * FROM reporting_report JOIN reporting_batchitem ON reporting_batchitem.id = item_id
WHERE reporting_report.batch_id = %(batch)s AND finished_number > %(after)s ORDER BY finished_number LIMIT 51
"""
# What follows the last page but one: written by the program itself, because walking there takes thousands of pages.
TOKENS = """
from lasso.paging import Listing
from reporting.models import Batch
batch = Batch.objects.get(pk={batch!r})
first = Batch.objects.filter(organisation=batch.organisation).order_by("created_at", "id")[50]
batches = Listing(scope=("portal.batches", str(batch.organisation_id), "", "", "", ""), shape=(str, str))
print(batches.token_at(first.created_at.isoformat(), str(first.pk)))
print(Listing(scope=("portal.reports", str(batch.pk), ""), shape=(int,)).token_at({after}))
"""


def sign_in(system: System, member: str, password: str) -> requests.Session:
    """A member's browser."""
    browser = requests.Session()
    browser.trust_env = False  # the machine's proxies do not lead to loopback
    form = browser.get(f"{system.url}/portal/sign-in", timeout=60).text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    assert token is not None
    answer = browser.post(
        f"{system.url}/portal/sign-in",
        data={"csrfmiddlewaretoken": token[1], "email": member, "password": password},
        timeout=60,
    )
    assert answer.url == f"{system.url}/portal", answer.url
    return browser


def place(client: Client, *, batches: int, reports: int) -> str:
    """One batch whose reports are all finished, and all the other batches."""
    items = [{"cvr": 10_000_000 + number} for number in range(reports)]
    order = {"batchName": "Large", "type": "Revision", "format": "{cvr}", "scheduledTime": "2999-01-01 00:00:00"}
    batch = client.order({**order, "items": items})["id"]
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(FINISH_ALL, {"batch": batch})
        connection.execute(MORE_BATCHES, {"batch": batch, "count": batches - 1})
        connection.execute("VACUUM ANALYZE reporting_report, reporting_batch, reporting_batchitem")
    return str(batch)


def page(browser: requests.Session, url: str) -> float:
    """How long a page takes from its request to its last byte, over loopback, in milliseconds."""
    start = time.perf_counter()
    answer = browser.get(url, timeout=60)
    took = (time.perf_counter() - start) * 1000
    assert answer.status_code == 200, f"{url} answered {answer.status_code}"
    return took


def bare(connection: psycopg.Connection[Any], query: str, values: Mapping[str, object]) -> float:
    """How long the rows of the page take without any of our program, in milliseconds."""
    start = time.perf_counter()
    connection.execute(query, values).fetchall()
    return (time.perf_counter() - start) * 1000


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the pages in turn, each beside its SQL."""
    parser = argparse.ArgumentParser(prog="bin/bench portal", description=__doc__)
    parser.add_argument("--batches", type=int, default=10_000)
    parser.add_argument("--reports", type=int, default=100_000)
    sizes = parser.parse_args(arguments)
    with running_system("portal", API_REQUESTS_PER_MINUTE="100000") as system:
        # The database is kept from run to run.
        house, member = f"Bench {uuid.uuid4().hex[:8]}", f"bench-{uuid.uuid4().hex[:8]}@lasso.example"
        client = system.create_organisation(house, email=member)
        browser = sign_in(system, member, system.manage("add_member", house, member).split()[-1])
        batch = place(client, batches=sizes.batches, reports=sizes.reports)
        code = TOKENS.format(batch=batch, after=sizes.reports - 50)
        tokens = system.manage("shell", "--no-imports", "--verbosity", "0", "--command", code).split()
        rows = measure(system, browser, batch, tokens, last_report=sizes.reports - 50)
    report(
        "portal",
        rows=rows,
        batches=sizes.batches,
        reports=sizes.reports,
        slowest_ms=max(row["ms (median)"] for row in rows),
        limit_ms=LIMIT_MS,
    )


def measure(
    system: System, browser: requests.Session, batch: str, tokens: Sequence[str], *, last_report: int
) -> list[dict[str, Any]]:
    """The median of each page and of its SQL."""
    all_batches: dict[str, object] = {"batch": batch, "before": "2999-01-01", "text": "%"}
    last_batches = {**all_batches, "before": oldest_but_50(batch)}
    batches, one = f"{system.url}/portal/batches", f"{system.url}/portal/batches/{batch}"
    pages: dict[str, tuple[str, str, dict[str, object]]] = {
        "batches, first page": (batches, BATCHES, all_batches),
        "batches, last page": (f"{batches}?page={tokens[0]}", BATCHES, last_batches),
        "batches, a name found": (f"{batches}?text=number+99", BATCHES, {**all_batches, "text": "%number 99%"}),
        "batches, no such name": (f"{batches}?text=nowhere", BATCHES, {**all_batches, "text": "%nowhere%"}),
        "a batch, first page": (one, REPORTS, {"batch": batch, "after": 0}),
        "a batch, last page": (f"{one}?page={tokens[1]}", REPORTS, {"batch": batch, "after": last_report}),
        "a batch, failed ones": (f"{one}?status=Failed", REPORTS, {"batch": batch, "after": 0}),
    }
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in pages}
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        for _ in range(ROUNDS):
            for name, (url, query, values) in pages.items():
                times[name].append((page(browser, url), bare(connection, query, values)))
    return [
        {
            "page": name,
            "ms (median)": statistics.median(took for took, _ in pairs),
            "SQL alone, ms": statistics.median(took for _, took in pairs),
        }
        for name, pairs in times.items()
    ]


def oldest_but_50(batch: str) -> object:
    """When the batch was made that the last page begins behind."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        found = connection.execute(
            "SELECT created_at FROM reporting_batch WHERE organisation_id = "
            "(SELECT organisation_id FROM reporting_batch WHERE id = %s) ORDER BY created_at LIMIT 1 OFFSET 50",
            [batch],
        ).fetchone()
    assert found is not None, "give more than 50 batches"
    return found[0]


if __name__ == "__main__":
    main()
