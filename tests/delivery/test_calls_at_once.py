"""How many calls to an endpoint are under way at once, over all workers, and which kind comes first."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from delivery import patience
from delivery.claiming import Claim, calls_at_once, claim_next
from delivery.models import Delivery, Endpoint
from delivery.outcomes import Outcome
from delivery.recording import record, record_and_claim
from delivery.sweeping import due_endpoints
from local.receivers import WebhookHandler
from tests import receivers

Status = Delivery.Status
pytestmark = pytest.mark.django_db
GOOD = Outcome(duration=timedelta(seconds=1), status_code=200)
BAD = Outcome(duration=timedelta(seconds=1), status_code=500)


def claims(endpoint: Endpoint, count: int, **options: bool) -> list[Claim]:
    found = [claim_next(endpoint=endpoint, now=timezone.now(), **options) for _ in range(count)]
    return [claim for claim in found if claim is not None]


def test_it_claims_no_more_than_the_setting_allows(endpoint, queue, settings):
    settings.DELIVERY_LANES_PER_ENDPOINT = 3
    for _ in range(5):
        queue(endpoint)
    made = claims(endpoint, 5)
    assert len(made) == calls_at_once(endpoint) == 3

    record(claim=made[0], outcome=GOOD, now=timezone.now())
    assert len(claims(endpoint, 5)) == 1


def test_the_endpoint_may_have_a_limit_of_its_own(endpoint, queue):
    Endpoint.objects.update(max_in_flight=6)
    endpoint.refresh_from_db()
    for _ in range(8):
        queue(endpoint)
    assert list(due_endpoints(now=timezone.now())) == [(endpoint.pk, 6)]
    assert len(claims(endpoint, 8)) == calls_at_once(endpoint) == 6


def test_the_call_that_has_just_ended_makes_room_for_the_next(endpoint, queue):
    Endpoint.objects.update(max_in_flight=1)
    endpoint.refresh_from_db()
    first, second = queue(endpoint), queue(endpoint)
    [claim] = claims(endpoint, 2)
    judged, following = record_and_claim(claim=claim, outcome=GOOD, now=timezone.now())
    assert judged is not None
    assert judged.status == Status.DELIVERED
    assert following is not None
    assert (claim.delivery.pk, following.delivery.pk) == (first.pk, second.pk)
    assert (claim.has_more, following.has_more) == (True, False)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (Status.DELIVERED, Status.SENDING)
    assert first.attempts.get().status_code == 200
    assert second.attempts.get().status_code is None


def test_the_next_of_its_order_key_follows_in_the_same_statement(endpoint, queue):
    first, second = queue(endpoint, order_key="99000007"), queue(endpoint, order_key="99000007")
    [claim] = claims(endpoint, 2)
    _, following = record_and_claim(claim=claim, outcome=GOOD, now=timezone.now())
    assert following is not None
    assert (claim.delivery.pk, following.delivery.pk) == (first.pk, second.pk)


def test_a_late_result_is_dropped_and_the_lane_goes_on(endpoint, queue):
    queue(endpoint)
    second = queue(endpoint)
    [slow] = claims(endpoint, 1)
    Delivery.objects.filter(pk=slow.delivery.pk).update(attempt_count=2)
    judged, following = record_and_claim(claim=slow, outcome=GOOD, now=timezone.now())
    assert judged is None
    assert following is not None
    assert following.delivery.pk == second.pk
    assert Delivery.objects.get(pk=slow.delivery.pk).status == Status.SENDING


def test_a_late_result_lets_nothing_pass_the_one_that_took_over(endpoint, queue):
    """Its delivery is being sent by another worker: it holds its key, and a place."""
    first, second = queue(endpoint, order_key="99000007"), queue(endpoint, order_key="99000007")
    [slow] = claims(endpoint, 2)
    Delivery.objects.filter(pk=first.pk).update(attempt_count=2)
    assert record_and_claim(claim=slow, outcome=GOOD, now=timezone.now()) == (None, None)

    Endpoint.objects.update(max_in_flight=1)
    Delivery.objects.filter(pk=second.pk).update(order_key="")
    assert record_and_claim(claim=slow, outcome=GOOD, now=timezone.now()) == (None, None)
    second.refresh_from_db()
    assert second.status == Status.WAITING


@pytest.mark.parametrize("state", [{"last_success_at": None}, {"failure_count": 3}])
def test_one_that_was_never_reached_or_fails_gets_one_call_at_a_time(endpoint, queue, state):
    Endpoint.objects.update(**state)
    endpoint.refresh_from_db()
    for _ in range(4):
        queue(endpoint)
    assert list(due_endpoints(now=timezone.now())) == [(endpoint.pk, 1)]
    [claim] = claims(endpoint, 4)
    assert calls_at_once(endpoint) == 1

    record(claim=claim, outcome=GOOD, now=timezone.now())
    endpoint.refresh_from_db()
    assert len(claims(endpoint, 4)) == 3


@pytest.fixture
def room(monkeypatch) -> patience.Room:
    """A worker's room for two endpoints that struggle."""
    room = patience.Room(2)
    monkeypatch.setattr(patience, "_room", room)
    return room


@pytest.fixture
def called(monkeypatch) -> list[UUID]:
    """The endpoints whose turn came when another left the room."""
    subjects: list[UUID] = []
    monkeypatch.setattr(patience, "wake", lambda *, queue, subject: subjects.append(subject))
    return subjects


def test_those_that_struggle_get_no_more_than_their_room(endpoint, receiver, queue, run_lane, room, called):
    Endpoint.objects.update(failure_count=3)
    queue(endpoint)
    assert [room.enter(uuid4()), room.enter(uuid4())] == [True, True]
    assert run_lane(endpoint) is False
    assert receiver.calls.all() == []

    assert room.leave() == [endpoint.pk]
    run_lane(endpoint)
    assert len(receiver.calls.all()) == 1
    assert called == []


def test_who_struggles_leaves_the_room_to_those_who_came_before(endpoint, receiver, queue, run_lane, room, called):
    Endpoint.objects.update(failure_count=3)
    for _ in range(2):
        queue(endpoint)
    new = uuid4()
    assert room.enter(uuid4())

    def while_it_is_called(handler: WebhookHandler) -> None:
        assert room.enter(new) is False
        receivers.answer(500)(handler)

    receiver.behaviour = while_it_is_called
    assert run_lane(endpoint, most=0) is True, "it has more to send"
    assert called == [new]
    assert run_lane(endpoint) is False, "the place is kept for who came before"
    assert room.enter(new)
    assert len(receiver.calls.all()) == 1


def test_who_does_not_come_back_to_the_line_keeps_nobody_waiting(room, monkeypatch):
    monkeypatch.setattr(patience, "WAITING_SECONDS", 0.0)
    assert [room.enter(uuid4()) for _ in range(3)] == [True, True, False]
    room.leave()
    assert room.enter(uuid4())


def retry(endpoint: Endpoint, queue) -> Delivery:
    """A delivery that failed once, and is due again since long ago."""
    delivery: Delivery = queue(endpoint)
    Delivery.objects.filter(pk=delivery.pk).update(attempt_count=1, due_at=timezone.now() - timedelta(hours=1))
    return delivery


def test_first_tries_do_not_wait_behind_retries(endpoint, queue):
    waiting = [retry(endpoint, queue) for _ in range(2)]
    fresh = queue(endpoint)
    assert [claim.delivery.pk for claim in claims(endpoint, 2)] == [fresh.pk, waiting[0].pk]


def test_the_lane_of_retries_takes_them_first(endpoint, queue):
    fresh = [queue(endpoint) for _ in range(2)]
    waiting = retry(endpoint, queue)
    assert [claim.delivery.pk for claim in claims(endpoint, 2, prefers_retries=True)] == [waiting.pk, fresh[0].pk]


def test_retries_are_not_starved_where_there_is_one_lane_only(endpoint, receiver, queue, run_lane):
    Endpoint.objects.update(max_in_flight=1)
    waiting = retry(endpoint, queue)
    for _ in range(6):
        queue(endpoint)
    run_lane(endpoint)
    sent = [call.headers["webhook-id"] for call in receiver.calls.all()]
    assert len(sent) == 7
    assert sent.index(str(waiting.public_id)) == 4


def test_a_key_that_waits_for_its_retry_blocks_only_itself(endpoint, receiver, queue, run_lane):
    receiver.behaviour = receivers.in_turn(receivers.answer(500), receivers.answer(200))
    head, behind = queue(endpoint, order_key="99000007"), queue(endpoint, order_key="99000007")
    other = queue(endpoint, order_key="99000015")
    run_lane(endpoint)
    for delivery in (head, behind, other):
        delivery.refresh_from_db()
    assert [one.status for one in (head, behind, other)] == [Status.WAITING, Status.WAITING, Status.DELIVERED]
    assert (head.attempt_count, behind.attempt_count) == (1, 0)
