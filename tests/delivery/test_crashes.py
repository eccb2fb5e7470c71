"""What a killed worker leaves behind, and what a late one may not overwrite."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from delivery.claiming import LEASE, claim_next
from delivery.models import Delivery
from delivery.outcomes import Outcome
from delivery.recording import record
from delivery.sending import due, release
from delivery.sweeping import release_claims

Status = Delivery.Status
pytestmark = pytest.mark.django_db
GOOD = Outcome(duration=timedelta(seconds=1), status_code=200)
BAD = Outcome(duration=timedelta(seconds=1), status_code=500)


def test_it_sends_again_with_the_same_id_what_a_killed_worker_held(endpoint, receiver, queue, run_lane):
    delivery = queue(endpoint)
    claim = claim_next(endpoint=endpoint, now=timezone.now())
    assert claim is not None
    # The worker dies here. While its lease lasts, nobody else takes it.
    assert (release([]), run_lane(endpoint), receiver.calls.all(), due()) == (0, False, [], [])

    with time_machine.travel(timezone.now() + LEASE, tick=True):
        assert release([]) == 1
        assert due() == [(endpoint.pk, 1)]
        run_lane(endpoint)
    (request,) = receiver.calls.all()
    assert request.headers["webhook-id"] == str(delivery.public_id)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempt_count, delivery.charged_count) == (Status.DELIVERED, 2, 1)
    first, second = delivery.attempts.order_by("number")
    assert (first.error_code, first.is_charged, first.duration) == ("interrupted", False, None)
    assert (second.status_code, second.is_charged) == (200, True)


def test_it_drops_the_result_of_a_worker_that_was_taken_over(endpoint, queue):
    delivery = queue(endpoint)
    now = timezone.now()
    slow = claim_next(endpoint=endpoint, now=now)
    release_claims(dead=[], now=now + LEASE)
    taken_over = claim_next(endpoint=endpoint, now=now + LEASE)
    assert slow is not None
    assert taken_over is not None
    assert record(claim=slow, outcome=GOOD, now=now + LEASE) is None
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempt_count) == (Status.SENDING, 2)

    assert record(claim=taken_over, outcome=BAD, now=now + LEASE) is not None
    assert record(claim=slow, outcome=GOOD, now=now + LEASE) is None
    delivery.refresh_from_db()
    assert (delivery.status, delivery.charged_count) == (Status.WAITING, 1)


def test_what_kills_every_worker_is_tried_ever_later(endpoint, queue):
    delivery = queue(endpoint)
    now, waits = timezone.now(), []
    for _ in range(40):
        assert claim_next(endpoint=endpoint, now=now) is not None
        now += LEASE
        assert release_claims(dead=[], now=now) == 1
        delivery.refresh_from_db()
        waits.append((delivery.due_at - now) / timedelta(minutes=1))
        assert delivery.attempts.order_by("-number")[0].next_due_at == delivery.due_at
        now = delivery.due_at
    assert waits == [0, 0, 0, *range(1, 31), *[30] * 7]
    assert (delivery.status, delivery.charged_count) == (Status.WAITING, 0)


def test_it_gives_up_at_the_deadline_what_kills_every_worker(endpoint, queue):
    delivery = queue(endpoint)
    now = timezone.now()
    tries = 0
    while claim_next(endpoint=endpoint, now=now) is not None:
        tries += 1
        now += timedelta(hours=1)
        release_claims(dead=[], now=now)
        delivery.refresh_from_db()
        now = delivery.due_at
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempt_count, delivery.charged_count) == (Status.FAILED, tries, 0)
    assert tries == 22, "an hour each, and the waits between them"
    assert delivery.last_error == "The time for delivering it ran out."


def test_it_tries_once_what_was_never_tried_however_late(endpoint, receiver, queue, run_lane):
    delivery = queue(endpoint, now=timezone.now() - timedelta(days=3))
    run_lane(endpoint)
    assert len(receiver.calls.all()) == 1
    delivery.refresh_from_db()
    assert delivery.status == Status.DELIVERED
