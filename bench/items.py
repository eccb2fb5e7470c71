"""A page of items: the first against the last of 100,000, beside pages by OFFSET."""

from __future__ import annotations

import os
import statistics
import time
from typing import Any

import psycopg

from bench.measuring import report, running_system
from local.client import Client

REPORTS = 100_000
PAGE = 100
ROUNDS = 40

FINISH_ALL = """
WITH numbered AS (
    SELECT id, row_number() OVER (ORDER BY position) AS number FROM reporting_report WHERE batch_id = %(batch)s)
UPDATE reporting_report AS report
SET status = CASE WHEN number %% 10 = 0 THEN 'Failed' ELSE 'Completed' END,
    failure = CASE WHEN number %% 10 = 0 THEN 'no such company' ELSE '' END,
    pdf = CASE WHEN number %% 10 = 0 THEN '' ELSE 'reports/x.pdf' END,
    file_name = 'report ' || number, finished_number = number, finished_at = now()
FROM numbered WHERE numbered.id = report.id
"""
BY_OFFSET = """
SELECT * FROM reporting_report WHERE batch_id = %s AND finished_number IS NOT NULL
ORDER BY created_at, id LIMIT %s OFFSET %s
"""


def order_finished(client: Client) -> str:
    """A batch whose reports are all finished, by one statement."""
    batch = client.order(
        {
            "batchName": "many",
            "type": "Revision",
            "format": "{cvr}",
            "scheduledTime": "2999-01-01 00:00:00",
            "items": [{"cvr": 10_000_000 + number} for number in range(REPORTS)],
        }
    )
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(FINISH_ALL, {"batch": batch["id"]})
        connection.execute("VACUUM ANALYZE reporting_report")
    return str(batch["id"])


def page(client: Client, batch: str, **query: Any) -> tuple[float, dict[str, Any]]:
    """One page and how long it took, in milliseconds."""
    start = time.perf_counter()
    answer = client.request("GET", f"/apps/reporting/batches/{batch}/items", params={"pageSize": PAGE, **query}).json()
    return (time.perf_counter() - start) * 1000, answer


def last_token(client: Client, batch: str) -> str:
    """The token of the last page, found as a client finds it: by walking."""
    token, found = "", ""
    while True:
        _, answer = page(client, batch, pageSize=1000, **({"cToken": token} if token else {}))
        if answer["continuationToken"] is None:
            return found
        found = token = answer["continuationToken"]


def offset_page(batch: str, start: int) -> float:
    """The same page by OFFSET, without any of our program around it, in milliseconds."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        began = time.perf_counter()
        connection.execute(BY_OFFSET, (batch, PAGE, start)).fetchall()
        return (time.perf_counter() - began) * 1000


def main() -> None:
    """Measure pages in turn: first, last, first and last by OFFSET."""
    measured: dict[str, list[float]] = {name: [] for name in ("first", "last", "first OFFSET", "last OFFSET")}
    with running_system("items", API_REQUESTS_PER_MINUTE="100000") as system:
        client = system.create_organisation("Bench", email="bench@lasso.example")
        batch = order_finished(client)
        token = last_token(client, batch)
        for _ in range(ROUNDS):
            measured["first"].append(page(client, batch)[0])
            measured["last"].append(page(client, batch, cToken=token)[0])
            measured["first OFFSET"].append(offset_page(batch, 0))
            measured["last OFFSET"].append(offset_page(batch, REPORTS - PAGE))
    medians = {name: statistics.median(times) for name, times in measured.items()}
    report(
        "items",
        rows=[{"page": name, "ms (median)": value} for name, value in medians.items()],
        reports=REPORTS,
        last_against_first=medians["last"] / medians["first"],
        last_against_first_by_offset=medians["last OFFSET"] / medians["first OFFSET"],
    )


if __name__ == "__main__":
    main()
