"""Accepting a batch: items a second over REST, beside the bare COPY of the same rows."""

from __future__ import annotations

import json
import os
import uuid

import psycopg
import requests

from bench.measuring import median_seconds, report, running_system
from local.client import Client

SIZES = (1, 1_000, 100_000)
ROUNDS = 3


def body_of(size: int) -> bytes:
    """An order of so many items, with the documentation's fields."""
    return json.dumps(
        {
            "batchName": f"{size} items",
            "type": "Revision",
            "format": "{cvr}-{name}",
            # Far ahead, so that nothing but accepting is measured.
            "scheduledTime": "2999-01-01 00:00:00",
            "items": [
                {"cvr": 10_000_000 + number, "format": "1234-{cvr}-{name}", "internalCustomerId": number}
                for number in range(size)
            ],
        }
    ).encode()


def order(client: Client, body: bytes) -> None:
    """Send the order as it stands."""
    answer = requests.post(
        f"{client.url}/apps/reporting/batches",
        data=body,
        headers={"lasso-api-key": client.key, "content-type": "application/json"},
        timeout=120,
    )
    answer.raise_for_status()


def bare_copy(body: bytes) -> None:
    """What no program can do without: parse the JSON and write each item and its report, in one transaction."""
    items = json.loads(body)["items"]
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE item (id bigserial PRIMARY KEY, position int, cvr text, format text, own bigint)"
        )
        cursor.execute("CREATE TEMP TABLE report (id uuid PRIMARY KEY, item bigint UNIQUE, status text)")
        with cursor.copy("COPY item (position, cvr, format, own) FROM STDIN") as copy:
            for position, item in enumerate(items):
                copy.write_row((position, str(item["cvr"]), item["format"], item["internalCustomerId"]))
        with cursor.copy("COPY report (id, item, status) FROM STDIN") as copy:
            for position in range(len(items)):
                copy.write_row((uuid.uuid4(), position, "Queued"))


def main() -> None:
    """Measure each size in turn with its baseline."""
    rows = []
    with running_system("accept") as system:
        client = system.create_organisation("Bench", email="bench@lasso.example")
        for size in SIZES:
            body = body_of(size)
            accepted = median_seconds(lambda body=body: order(client, body), rounds=ROUNDS)  # type: ignore[misc]
            bare = median_seconds(lambda body=body: bare_copy(body), rounds=ROUNDS)  # type: ignore[misc]
            rows.append(
                {
                    "items": size,
                    "accepted, s": accepted,
                    "items/s": size / accepted,
                    "bare COPY, s": bare,
                    "ratio": accepted / bare,
                }
            )
    report("accept", rows=rows, rounds=ROUNDS)


if __name__ == "__main__":
    main()
