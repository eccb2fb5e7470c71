"""Deliveries that settled long ago are forgotten, with their attempts, and no others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction

from delivery import forgetting
from delivery.endpoints import find_or_create_endpoint
from delivery.forgetting import forget_chunk, forget_old_deliveries
from delivery.models import Attempt, Delivery
from delivery.redelivering import redeliver
from tests.delivery.conftest import NOON

Status = Delivery.Status
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def endpoint(organisation):
    return find_or_create_endpoint(organisation=organisation, url="https://receiver.example/hook")


@pytest.fixture
def placed(endpoint: Any, queue: Any) -> Any:
    """A delivery with an attempt, settled so many days before noon, or open."""

    def place(days: float | None, status: Status = Status.DELIVERED, to: Any = endpoint) -> Delivery:
        delivery: Delivery = queue(to, now=NOON - 200 * DAY)
        Attempt.objects.create(delivery=delivery, number=1, started_at=NOON)
        if days is not None:
            Delivery.objects.filter(pk=delivery.pk).update(status=status, settled_at=NOON - days * DAY)
        return delivery

    return place


def test_it_forgets_what_settled_before_the_retention_and_nothing_else(organisation, placed, settings):
    settings.DELIVERY_RETENTION = 90 * DAY
    other = find_or_create_endpoint(organisation=organisation, url="https://receiver.example/other")
    kept = [placed(None), placed(90), placed(1, Status.FAILED)]
    for status in Delivery.SETTLED:
        placed(90.01, status)
    placed(120, to=other)

    assert forget_old_deliveries(now=NOON) == 6
    assert list(Delivery.objects.order_by("id")) == kept
    assert set(Attempt.objects.values_list("delivery_id", flat=True)) == {delivery.pk for delivery in kept}
    assert forget_old_deliveries(now=NOON) == 0


def test_it_works_in_chunks(placed, monkeypatch):
    monkeypatch.setattr(forgetting, "CHUNK", 2)
    for days in (100, 101, 102, 103, 104):
        placed(days)
    assert forget_chunk(settled_before=NOON - 90 * DAY) == 2
    # The oldest first.
    assert sorted((NOON - delivery.settled_at).days for delivery in Delivery.objects.all()) == [100, 101, 102]  # type: ignore[operator]
    assert forget_old_deliveries(now=NOON) == 3


@pytest.mark.django_db(transaction=True)
def test_it_passes_over_what_is_sent_again_this_moment(placed):
    delivery = placed(100)
    other = connections.create_connection("default")
    try:
        with transaction.atomic():
            assert redeliver(delivery=delivery, now=NOON) is True
            before = connections["default"]
            connections["default"] = other
            try:
                assert forget_chunk(settled_before=NOON - 90 * DAY) == 0
            finally:
                connections["default"] = before
    finally:
        other.close()
    delivery.refresh_from_db()
    assert (delivery.status, connection.in_atomic_block) == (Status.WAITING, False)
