"""Sending everything again that did not get through since a given time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from delivery import redelivering
from delivery.endpoints import find_or_create_endpoint
from delivery.models import Delivery
from delivery.redelivering import Recovered, recover
from tests.delivery.conftest import NOON

Status = Delivery.Status
SINCE = NOON
NOW = NOON + timedelta(hours=6)
HOUR = timedelta(hours=1)


@pytest.fixture
def endpoint(organisation):
    return find_or_create_endpoint(organisation=organisation, url="https://receiver.example/hook")


@pytest.fixture
def placed(endpoint, queue):
    """Queue a delivery and put it in a state."""

    def place(status, *, queued=NOON + HOUR, to=endpoint, **facts):
        delivery = queue(to, now=queued)
        if status in Delivery.SETTLED:
            facts.setdefault("settled_at", NOON + 2 * HOUR)
        Delivery.objects.filter(pk=delivery.pk).update(
            status=status, charged_count=3, attempt_count=facts.pop("attempt_count", 3), **facts
        )
        return delivery

    return place


def test_it_sends_again_what_failed_or_waits_since_then(endpoint, placed, woken, django_capture_on_commit_callbacks):
    again = [
        placed(Status.FAILED),
        placed(Status.FAILED, queued=NOON - HOUR, settled_at=SINCE),
        placed(Status.WAITING, queued=SINCE, due_at=NOW + HOUR),
    ]
    with django_capture_on_commit_callbacks(execute=True):
        assert recover(endpoint=endpoint, since=SINCE, now=NOW) == Recovered(count=3, has_more=False)
    for delivery in again:
        delivery.refresh_from_db()
        assert (delivery.status, delivery.charged_count, delivery.due_at) == (Status.WAITING, 0, NOW)
        assert (delivery.deadline_at, delivery.settled_at, delivery.is_failure_told) == (NOW + 24 * HOUR, None, False)
    assert woken[-1] == endpoint.pk


def test_it_leaves_all_others_as_they_are(organisation, endpoint, placed):
    other = find_or_create_endpoint(organisation=organisation, url="https://receiver.example/other")
    for status in (Status.DELIVERED, Status.DUPLICATE, Status.GONE, Status.CANCELLED, Status.SENDING):
        placed(status)
    placed(Status.FAILED, settled_at=SINCE - timedelta(seconds=1))
    placed(Status.WAITING, queued=SINCE - timedelta(seconds=1), due_at=NOW + HOUR)
    placed(Status.WAITING, due_at=NOW)  # due already
    placed(Status.FAILED, to=other)
    before = list(Delivery.objects.order_by("id").values())
    assert recover(endpoint=endpoint, since=SINCE, now=NOW) == Recovered(count=0, has_more=False)
    assert list(Delivery.objects.order_by("id").values()) == before


def test_it_takes_on_so_many_a_call(endpoint, placed, monkeypatch):
    monkeypatch.setattr(redelivering, "MOST_RECOVERED", 2)
    failed = [placed(Status.FAILED, settled_at=NOON + minutes * timedelta(minutes=1)) for minutes in (3, 1, 2)]
    placed(Status.WAITING, due_at=NOW + HOUR)
    assert recover(endpoint=endpoint, since=SINCE, now=NOW) == Recovered(count=2, has_more=True)
    # The newest of them is left.
    assert Delivery.objects.get(status=Status.FAILED) == failed[0]
    assert recover(endpoint=endpoint, since=SINCE, now=NOW + HOUR / 60) == Recovered(count=2, has_more=False)
    assert recover(endpoint=endpoint, since=SINCE, now=NOW + HOUR / 30) == Recovered(count=0, has_more=False)


@pytest.mark.django_db(transaction=True)
def test_it_counts_each_once_when_two_ask_at_once(endpoint, placed):
    for _ in range(30):
        placed(Status.FAILED)

    def ask(_: int) -> int:
        try:
            return recover(endpoint=endpoint, since=SINCE, now=NOW).count
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(ask, range(4)))
    assert sum(counts) == 30
    assert Delivery.objects.filter(status=Status.WAITING, due_at=NOW).count() == 30
