"""Nothing is lost and nothing is made twice: workers are killed and Redis forgets everything while a batch runs."""

from __future__ import annotations

import io
import zipfile
from collections import Counter

import pytest
import redis

from local.client import Client
from tests.e2e.conftest import EndToEnd
from tests.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]

# By the fast engine, but for one type: workers of both engines are killed, and the test takes a third of the time.
TYPES = {"Revision": "fast", "Finans": "fast", "ReelleEjere": "standard", "RevisionUdvidet": "fast"}
SIZE = 200


def finished(client: Client, batches: list[str]) -> int:
    """How many reports of the batches are done."""
    found = {batch["id"]: batch for batch in client.batches()}
    return sum(round(found[batch]["completionPercentage"] * found[batch]["batchSize"]) for batch in batches)


def test_it_makes_and_delivers_every_report_once(end_to_end: EndToEnd) -> None:
    client, processes = end_to_end.client, end_to_end.system.processes
    companies = end_to_end.system.fictional_companies(SIZE // len(TYPES))
    batches = [
        client.order(
            {
                "batchName": f"Batch {report_type}",
                "format": "{cvr}-{type}",
                "type": report_type,
                "engine": engine,
                "notificationWebhookUrl": end_to_end.webhooks.url(),
                "items": [{"cvr": int(cvr)} for cvr in companies],
            }
        )["id"]
        for report_type, engine in TYPES.items()
    ]

    for share, event in ((0.1, "reports"), (0.3, "redis"), (0.5, "deliveries"), (0.7, "reports")):
        wait_until(lambda share=share: finished(client, batches) >= share * SIZE, seconds=600)  # type: ignore[misc]
        if event == "redis":
            with redis.Redis.from_url(end_to_end.redis.url) as connection:
                connection.flushall()
        else:
            processes.kill(event)
            processes.start(event)
    wait_until(lambda: finished(client, batches) == SIZE, seconds=600)
    calls = end_to_end.webhooks.calls.all
    wait_until(lambda: len({call.headers["webhook-id"] for call in calls()}) == SIZE, seconds=120)

    for batch in batches:
        items = list(client.items(batch))
        archive = client.request("GET", f"/apps/reporting/batches/{batch}/download").content
        assert client.batch(batch)["status"] in {"Finished", "FinishedWithWarning"}
        assert sorted(item["cvr"] for item in items) == sorted(map(int, companies))
        assert len(set(zipfile.ZipFile(io.BytesIO(archive)).namelist())) == len(companies)
    # A receiver may be told twice of what a killed worker had just sent, but always under the same id.
    told = Counter(call.json["id"] for call in calls())
    assert len(told) == SIZE
    assert len({(call.json["id"], call.headers["webhook-id"]) for call in calls()}) == SIZE
