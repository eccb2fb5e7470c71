"""The order within an order key, and side by side without one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from delivery.claiming import Claim, claim_next
from delivery.outcomes import Outcome
from delivery.recording import record
from delivery.sweeping import due_endpoints

pytestmark = pytest.mark.django_db


def claims(endpoint, now) -> list[Claim]:
    found = []
    while claim := claim_next(endpoint=endpoint, now=now):
        found.append(claim)
    return found


def test_it_claims_only_the_head_of_each_order_key(endpoint, queue):
    first = queue(endpoint, order_key="99000007")
    queue(endpoint, order_key="99000007")
    other = queue(endpoint, order_key="99000015")
    free, free_too = queue(endpoint), queue(endpoint)
    now = timezone.now()
    assert list(due_endpoints(now=now)) == [(endpoint.pk, 4)]
    assert [claim.delivery.pk for claim in claims(endpoint, now)] == [first.pk, other.pk, free.pk, free_too.pk]


def test_it_lets_the_next_of_a_key_go_when_the_one_before_has_settled(endpoint, queue):
    queue(endpoint, order_key="99000007")
    second = queue(endpoint, order_key="99000007")
    now = timezone.now()
    (head,) = claims(endpoint, now)
    record(claim=head, outcome=Outcome(duration=timedelta(), status_code=500), now=now)
    assert (claims(endpoint, now), list(due_endpoints(now=now))) == ([], [])

    later = now + timedelta(minutes=10)
    (head,) = claims(endpoint, later)
    record(claim=head, outcome=Outcome(duration=timedelta(), status_code=200), now=later)
    assert [claim.delivery.pk for claim in claims(endpoint, later)] == [second.pk]


def test_it_asks_for_no_more_lanes_than_the_setting_allows(endpoint, queue, settings):
    settings.DELIVERY_LANES_PER_ENDPOINT = 3
    for _ in range(5):
        queue(endpoint)
    assert list(due_endpoints(now=timezone.now())) == [(endpoint.pk, 3)]


def test_it_finds_due_work_of_many_endpoints_in_one_query(
    endpoint, organisation, queue, settings, django_assert_num_queries
):
    from delivery.endpoints import find_or_create_endpoint

    others = [
        find_or_create_endpoint(organisation=organisation, url=f"https://{name}.example/") for name in ("a", "b", "c")
    ]
    for other in others[:2]:
        queue(other)
    queue(others[2], now=timezone.now() + timedelta(hours=1))
    with django_assert_num_queries(1):
        found = list(due_endpoints(now=timezone.now()))
    assert sorted(found) == sorted((other.pk, 1) for other in others[:2])
