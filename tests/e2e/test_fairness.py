"""A small batch does not wait for a large one."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import EndToEnd
from tests.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

LARGE = 5_000


def test_a_batch_of_one_is_done_while_one_of_five_thousand_has_hardly_begun(end_to_end: EndToEnd) -> None:
    client = end_to_end.client
    [company] = end_to_end.system.fictional_companies(1)
    order = {"batchName": "stor", "type": "Finans", "format": "{cvr}", "items": [{"cvr": company}] * LARGE}
    large = client.order(order)["id"]
    wait_until(lambda: client.batch(large)["completionPercentage"] > 0, seconds=60)
    begun = round(client.batch(large)["completionPercentage"] * LARGE)

    small = client.order({**order, "batchName": "lille", "items": [{"cvr": company}]})["id"]
    wait_until(lambda: client.batch(small)["completionPercentage"] == 1, seconds=60)
    done_meanwhile = round(client.batch(large)["completionPercentage"] * LARGE) - begun
    client.request("POST", f"/apps/reporting/batches/{large}/cancel")

    # Four lanes of the large batch stand before the small one; none works for longer than its turn.
    assert done_meanwhile < 100
