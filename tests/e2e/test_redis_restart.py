"""Redis goes away and comes back empty: orders are taken meanwhile, and all work ends without a person."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import EndToEnd
from tests.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

SIZE = 20


def test_it_takes_orders_without_redis_and_finishes_all_of_them_with_it(end_to_end: EndToEnd) -> None:
    client, webhooks = end_to_end.client, end_to_end.webhooks
    order = {
        "batchName": "uden Redis",
        "type": "Revision",
        "engine": "fast",
        "format": "{cvr}",
        "notificationWebhookUrl": webhooks.url(),
        "items": [{"cvr": cvr} for cvr in end_to_end.system.fictional_companies(SIZE)],
    }
    before = client.order(order)["id"]
    wait_until(lambda: client.batch(before)["completionPercentage"] > 0, seconds=60)

    end_to_end.redis.stop()
    meanwhile = client.order(order)["id"]
    end_to_end.redis.start()

    wait_until(lambda: client.batch(before)["completionPercentage"] == 1, seconds=120)
    wait_until(lambda: client.batch(meanwhile)["completionPercentage"] == 1, seconds=120)
    wait_until(lambda: len({call.headers["webhook-id"] for call in webhooks.calls.all()}) == 2 * SIZE, seconds=120)
    assert len(list(client.items(before))) == len(list(client.items(meanwhile))) == SIZE
