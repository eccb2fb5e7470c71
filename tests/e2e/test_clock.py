"""What the clock starts, with real workers and the real beat."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tests.e2e.conftest import EndToEnd
from tests.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def read_started_at(end_to_end: EndToEnd, batch: str) -> datetime:
    """When the batch started, which the API does not tell."""
    with psycopg.connect(end_to_end.system.variables["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT started_at FROM reporting_batch WHERE id = %s", (batch,)).fetchone()
    assert row is not None
    moment: datetime = row[0]
    return moment


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
