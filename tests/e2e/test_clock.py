"""What the clock and the change log start, with real workers and the real beat."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from tests.e2e.conftest import EndToEnd
from tests.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def company(cvr: int, name: str) -> dict[str, object]:
    """A company with hardly more than a name, as the register writes it."""
    ever = {"gyldigFra": "2020-01-01", "gyldigTil": None}
    return {
        "cvrNummer": cvr,
        "enhedsNummer": 4_990_000_000,
        "navne": [{"navn": name, "periode": ever}],
        "livsforloeb": [{"periode": ever}],
    }


def read_started_at(end_to_end: EndToEnd, batch: str) -> datetime:
    """When the batch started, which the API does not tell."""
    with psycopg.connect(end_to_end.system.variables["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT started_at FROM reporting_batch WHERE id = %s", (batch,)).fetchone()
    assert row is not None
    moment: datetime = row[0]
    return moment


def take_in(end_to_end: EndToEnd, folder: Path, document: dict[str, object]) -> None:
    """Import a document from the command line, as a person does."""
    file = folder / "documents.jsonl"
    file.write_text(json.dumps(document) + "\n", encoding="utf-8")
    end_to_end.system.manage("import_companies", str(file))


def test_a_scheduled_batch_starts_within_ten_seconds_of_its_time(end_to_end: EndToEnd) -> None:
    client = end_to_end.client
    [known] = end_to_end.system.fictional_companies(1)
    scheduled_at = datetime.now(UTC) + timedelta(seconds=4)

    batch = client.order(
        {
            "batchName": "senere",
            "type": "Revision",
            "format": "{cvr}",
            "scheduledTime": f"{scheduled_at:%Y-%m-%d %H:%M:%S}",
            "items": [{"cvr": known}],
        }
    )
    assert batch["status"] == "Scheduled"
    wait_until(lambda: client.batch(batch["id"])["completionPercentage"] == 1, seconds=60)

    started_at = read_started_at(end_to_end, batch["id"])
    assert scheduled_at.replace(microsecond=0) <= started_at <= scheduled_at + timedelta(seconds=10)


def test_a_listener_runs_when_a_new_version_is_imported(end_to_end: EndToEnd, tmp_path: Path) -> None:
    client = end_to_end.client
    take_in(end_to_end, tmp_path, company(99990007, "Lytteprøven ApS"))
    batch = client.order(
        {
            "batchName": "lytter",
            "type": "ReelleEjere",
            "format": "{cvr}-{name}",
            "isListener": True,
            "notificationWebhookUrl": end_to_end.webhooks.url(),
            "items": [{"cvr": 99990007}],
        }
    )
    assert batch["status"] == "Listening"

    take_in(end_to_end, tmp_path, company(99990007, "Lytteprøven Efter ApS"))
    [call] = end_to_end.webhooks.calls.wait_for(1, seconds=60)

    assert call.json["name"] == "99990007-Lytteprøven Efter ApS"
    assert [item["name"] for item in client.items(batch["id"])] == ["99990007-Lytteprøven Efter ApS"]
    assert client.request("POST", f"/apps/reporting/batches/{batch['id']}/stop").json()["status"] == "ListeningStopped"
