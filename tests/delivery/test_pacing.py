"""How often an endpoint is called: never more often than it allows, and no attempt is spent on waiting."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from delivery.claiming import claim_next
from delivery.models import Delivery, Endpoint
from delivery.pacing import MARGIN, next_call_at
from delivery.sending import due
from tests import receivers
from tests.delivery.conftest import NOON

Status = Delivery.Status
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@given(
    per_second=st.none() | st.integers(1, 5),
    per_minute=st.none() | st.integers(1, 20),
    waits=st.lists(st.integers(0, 2000), max_size=60),
)
def test_no_stretch_of_time_holds_more_calls_than_allowed(
    per_second: int | None, per_minute: int | None, waits: list[int]
) -> None:
    now, calls = NOON, list[datetime]()
    for milliseconds in waits:
        now += timedelta(milliseconds=milliseconds)
        now = next_call_at(calls, per_second=per_second, per_minute=per_minute, now=now)
        calls.append(now)
    for most, stretch in ((per_second, SECOND), (per_minute, MINUTE)):
        if most is not None:
            for first, beyond in zip(calls, calls[most:], strict=False):
                assert beyond - first > stretch


@given(per_second=st.integers(1, 5), count=st.integers(0, 10))
def test_a_call_waits_no_longer_than_it_must(per_second: int, count: int) -> None:
    calls = [NOON] * count
    opens_at = next_call_at(calls, per_second=per_second, per_minute=None, now=NOON)
    assert opens_at == (NOON + SECOND + MARGIN if count >= per_second else NOON)


def paced(endpoint: Endpoint, **rates: int) -> Endpoint:
    for name, value in rates.items():
        setattr(endpoint, name, value)
    endpoint.save()
    return endpoint


@pytest.mark.django_db
def test_it_makes_as_many_calls_as_the_rate_allows_and_sleeps(endpoint, receiver, queue, run_lane, alarms):
    paced(endpoint, rate_per_minute=2)
    deliveries = [queue(endpoint) for _ in range(3)]
    began_at = timezone.now()
    assert run_lane(endpoint) is False
    assert len(receiver.calls.all()) == 2
    endpoint.refresh_from_db()
    [(opens_at, width)] = alarms
    assert width == 1
    assert opens_at == endpoint.next_call_at
    assert MINUTE <= endpoint.next_call_at - began_at < MINUTE + 5 * SECOND
    assert due() == [], "the sweep leaves it asleep"
    deliveries[2].refresh_from_db()
    assert (deliveries[2].status, deliveries[2].attempt_count) == (Status.WAITING, 0)

    with time_machine.travel(endpoint.next_call_at, tick=True):
        assert due() == [(endpoint.pk, 1)]
        run_lane(endpoint)
    deliveries[2].refresh_from_db()
    assert (deliveries[2].status, deliveries[2].attempt_count) == (Status.DELIVERED, 1)


@pytest.mark.django_db
def test_lanes_share_one_rate(endpoint, queue):
    paced(endpoint, rate_per_second=3)
    for _ in range(6):
        queue(endpoint)
    lanes = [Endpoint.objects.get(pk=endpoint.pk) for _ in range(3)]
    now = timezone.now()
    claims = [claim_next(endpoint=lane, now=now) for lane in lanes * 2]
    assert [claim is not None for claim in claims] == [True] * 3 + [False] * 3


@pytest.mark.django_db
def test_looking_for_work_uses_up_no_call(endpoint, queue):
    paced(endpoint, rate_per_minute=1)
    now = timezone.now()
    assert claim_next(endpoint=endpoint, now=now) is None
    queue(endpoint)
    assert claim_next(endpoint=endpoint, now=now) is not None


@pytest.mark.django_db
def test_a_pause_that_is_over_wakes_nobody(endpoint, receiver, queue, run_lane, alarms):
    """A lane that woke itself for it would do so again and again, as fast as it can."""
    Endpoint.objects.update(paused_until=timezone.now() - SECOND, next_call_at=timezone.now() - SECOND)
    queue(endpoint)
    run_lane(endpoint)
    run_lane(endpoint)
    assert len(receiver.calls.all()) == 1
    assert alarms == []


@pytest.mark.django_db
def test_a_pause_wakes_a_lane_when_it_ends(endpoint, receiver, queue, run_lane, alarms):
    receiver.behaviour = receivers.answer(429, headers={"Retry-After": "30"})
    queue(endpoint)
    run_lane(endpoint)
    endpoint.refresh_from_db()
    # As many as the endpoint takes: all lanes end at a pause.
    assert alarms == [(endpoint.paused_until, 4)]
