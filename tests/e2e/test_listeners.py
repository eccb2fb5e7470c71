"""Listener batches with real workers and the real beat: who owns the company counts, and nothing else."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.companies.builders import Document, company, owner, participant_company, person, spell, value
from tests.e2e.conftest import EndToEnd
from tests.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

# Each is owned by the next; TOP is three levels up from ITEM.
ITEM, PARENT, GRANDPARENT, TOP = "99771100", "99771119", "99771127", "99771135"
INGA, ODD = person(4_009_900_201, "Inga Sivbjerg"), person(4_009_900_202, "Odd Sivbjerg")
READER = "reporting.listening"


def owned(cvr: str, by: Document, **fields: Any) -> Document:
    return company(cvr, deltagerRelation=[owner(by, value("1.0", "2020-01-01"))], **fields)


def telephone(number: str) -> list[Document]:
    return [spell("2010-01-01", kontaktoplysning=number, hemmelig=False)]


def take_in(end_to_end: EndToEnd, folder: Path, *documents: Document) -> float:
    """Import the documents from the command line, as a person does; when that was done."""
    file = folder / "documents.jsonl"
    file.write_text("".join(f"{json.dumps(document)}\n" for document in documents), encoding="utf-8")
    end_to_end.system.manage("import_companies", str(file))
    return time.monotonic()


def wait_until_read(end_to_end: EndToEnd) -> None:
    """Wait until the listeners' reader has taken the last change of the log."""
    read = "SELECT position = (SELECT max(id) FROM companies_change) FROM companies_changecursor WHERE reader = %s"

    def is_read() -> bool:
        with psycopg.connect(end_to_end.system.variables["DATABASE_URL"]) as connection:
            row = connection.execute(read, (READER,)).fetchone()
        return bool(row and row[0])

    wait_until(is_read, seconds=30)


def count_runs(end_to_end: EndToEnd, batch: str) -> int:
    with psycopg.connect(end_to_end.system.variables["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT count(*) FROM reporting_report WHERE batch_id = %s", (batch,)).fetchone()
    assert row is not None
    return int(row[0])


def test_a_change_of_an_owner_three_levels_up_runs_the_item_and_one_of_telephone_does_not(
    end_to_end: EndToEnd, tmp_path: Path
) -> None:
    chain = (
        owned(ITEM, participant_company(PARENT)),
        owned(PARENT, participant_company(GRANDPARENT)),
        owned(GRANDPARENT, participant_company(TOP)),
    )
    take_in(end_to_end, tmp_path, *chain, owned(TOP, INGA))
    client = end_to_end.client
    batch = client.order(
        {
            "batchName": "lytter opad",
            "type": "ReelleEjere",
            "format": "{cvr}-{name}",
            "isListener": True,
            "notificationWebhookUrl": end_to_end.webhooks.url(),
            "items": [{"cvr": int(ITEM)}],
        }
    )
    assert batch["status"] == "Listening"

    take_in(
        end_to_end,
        tmp_path,
        {**chain[0], "telefonNummer": telephone("71747812")},
        owned(TOP, INGA, telefonNummer=telephone("71747812")),
    )
    wait_until_read(end_to_end)
    assert count_runs(end_to_end, batch["id"]) == 0

    imported_at = take_in(end_to_end, tmp_path, owned(TOP, ODD, telefonNummer=telephone("71747812")))
    [call] = end_to_end.webhooks.calls.wait_for(1, seconds=60)
    print(f"from the end of the import to the webhook: {time.monotonic() - imported_at:.1f} s")

    assert call.json["name"] == f"{ITEM}-Prøvested {ITEM} ApS"
    assert [item["id"] for item in client.items(batch["id"])] == [call.json["id"]]
    assert count_runs(end_to_end, batch["id"]) == 1
    stopped = client.request("POST", f"/apps/reporting/batches/{batch['id']}/stop").json()
    assert stopped["status"] == "ListeningStopped"
