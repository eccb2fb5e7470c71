"""RabbitMQ in place of Redis as the broker: named by its URL, broken in every way, and all work still ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from local.client import Client
from local.system import System
from tests.e2e.conftest import EndToEnd
from tests.rabbitmq_server import RabbitMQ
from tests.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

SIZE = 6
QUEUES = ("sweeps", "reports", "deliveries")


@pytest.fixture
def rabbitmq(tmp_path) -> Iterator[RabbitMQ]:
    server = RabbitMQ(tmp_path)
    server.start()
    yield server
    server.stop()


@contextmanager
def broker_of(system: System, url: str) -> Iterator[None]:
    """The system with another broker, and then again with its own."""
    try:
        system.stop()
        system.processes.environment["BROKER_URL"] = url
        system.start()
        yield
    finally:
        system.stop()
        del system.processes.environment["BROKER_URL"]
        system.start()


def order(client: Client, system: System, webhook: str, name: str) -> str:
    body: dict[str, Any] = {
        "batchName": name,
        "type": "Revision",
        "engine": "fast",
        "format": "{cvr}",
        "notificationWebhookUrl": webhook,
        "items": [{"cvr": cvr} for cvr in system.fictional_companies(SIZE)],
    }
    return str(client.order(body)["id"])


def test_it_finishes_all_work_over_rabbitmq(end_to_end: EndToEnd, rabbitmq: RabbitMQ) -> None:
    client, system, webhooks = end_to_end.client, end_to_end.system, end_to_end.webhooks

    def is_done(batch: str) -> bool:
        return bool(client.batch(batch)["completionPercentage"] == 1)

    def unpublished() -> int:
        return system.processes.log("web").read_text().count("lane_not_published")

    with broker_of(system, rabbitmq.url):
        wait_until(lambda: all(map(rabbitmq.consumers, QUEUES)), seconds=60)

        killed = order(client, system, webhooks.url(), "arbejderen dræbes")
        wait_until(lambda: client.batch(killed)["completionPercentage"] > 0, seconds=60)
        system.processes.kill("reports")
        system.processes.start("reports")

        rabbitmq.stop()
        away = order(client, system, webhooks.url(), "køen er væk")
        rabbitmq.start()
        assert unpublished() > 0
        wait_until(lambda: is_done(killed) and is_done(away), seconds=120)

        purged = order(client, system, webhooks.url(), "køen tømmes")
        rabbitmq.purge(*QUEUES)
        wait_until(lambda: is_done(purged), seconds=120)

        wait_until(lambda: len({call.headers["webhook-id"] for call in webhooks.calls.all()}) == 3 * SIZE, seconds=120)
        assert [len(list(client.items(batch))) for batch in (killed, away, purged)] == [SIZE] * 3
        system.processes.require_running()
