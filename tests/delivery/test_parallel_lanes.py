"""Several lanes at one endpoint at once, against a real database."""

from __future__ import annotations

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from delivery.claiming import claim_next
from delivery.models import Delivery, Endpoint
from delivery.outcomes import Outcome
from delivery.recording import record
from delivery.sending import deliver
from local.receivers import WebhookHandler
from tests import receivers
from tests.delivery.conftest import ShortTurn

Status = Delivery.Status
pytestmark = pytest.mark.django_db(transaction=True)


def in_thread(work: Any, *arguments: Any) -> Any:
    try:
        return work(*arguments)
    finally:
        connection.close()


def test_it_sends_each_delivery_once(endpoint, receiver, queue):
    ids = {str(queue(endpoint).public_id) for _ in range(60)}
    turns: list[Any] = [ShortTurn() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda turn: in_thread(deliver, endpoint.pk, turn), turns)) == [False] * 4
    assert Counter(request.headers["webhook-id"] for request in receiver.calls.all()) == Counter(ids)
    assert set(Delivery.objects.values_list("status", flat=True)) == {Status.DELIVERED}


@pytest.mark.parametrize(("state", "most"), [({"max_in_flight": 2}, 2), ({"last_success_at": None}, 1)])
def test_it_never_makes_more_calls_at_once_than_the_endpoint_takes(endpoint, receiver, queue, state, most):
    """Lanes that begin at the same moment do not see each other's claims."""
    Endpoint.objects.update(**state)
    under_way: list[int] = [0]
    seen: list[int] = []
    lock = threading.Lock()

    def watch(handler: WebhookHandler) -> None:
        with lock:
            under_way[0] += 1
            seen.append(under_way[0])
        receiver.closing.wait(0.02)
        with lock:
            under_way[0] -= 1
        receivers.answer(500)(handler)

    receiver.behaviour = watch
    together = threading.Barrier(4)

    def begin(turn: Any) -> bool:
        together.wait()
        return deliver(endpoint.pk, turn)

    for _ in range(5):
        for _ in range(8):
            queue(endpoint)
        turns: list[Any] = [ShortTurn(most=2, number=number) for number in range(4)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda turn: in_thread(begin, turn), turns))
        Endpoint.objects.update(failure_count=0)
    assert max(seen) == most


def test_it_never_sends_two_of_one_order_key_at_once(endpoint, receiver, queue):
    under_way: Counter[bytes] = Counter()
    most: Counter[bytes] = Counter()

    def watch(handler: WebhookHandler) -> None:
        body = handler.call.body
        under_way[body] += 1
        most[body] = max(most[body], under_way[body])
        receiver.closing.wait(0.01)
        under_way[body] -= 1
        receivers.answer(200)(handler)

    receiver.behaviour = watch
    for _ in range(8):
        for key in ("99000007", "99000015", "99000023"):
            queue(endpoint, order_key=key, body={"key": key})
    expected = {
        key: [str(one.public_id) for one in Delivery.objects.filter(order_key=key).order_by("id")]
        for key in ("99000007", "99000015", "99000023")
    }
    while Delivery.objects.filter(status=Status.WAITING).exists():
        turns: list[Any] = [ShortTurn() for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda turn: in_thread(deliver, endpoint.pk, turn), turns))
    for key, ids in expected.items():
        body = f'{{"key":"{key}"}}'.encode()
        assert [request.headers["webhook-id"] for request in receiver.calls.all() if request.body == body] == ids
        assert most[body] == 1


def test_it_keeps_the_order_of_each_key_over_retries_of_a_receiver_that_fails_at_random(endpoint, receiver, queue):
    dice = random.Random(20261122)
    keys = [f"9900{number:04}" for number in range(6)]
    received: dict[str, list[int]] = {key: [] for key in keys}
    lock = threading.Lock()

    def fail_at_random(handler: WebhookHandler) -> None:
        with lock:
            is_taken = dice.random() < 0.6
            if is_taken:
                received[handler.call.json["key"]].append(handler.call.json["number"])
        receivers.answer(200 if is_taken else 500)(handler)

    receiver.behaviour = fail_at_random
    queued_at = timezone.now() - timedelta(seconds=1)
    for number in range(5):
        for key in keys:
            # The purpose with the most attempts, so that none of them fails for good.
            queue(endpoint, order_key=key, body={"key": key, "number": number}, now=queued_at)

    moment = timezone.now()
    while Delivery.objects.filter(status=Status.WAITING).exists():
        with time_machine.travel(moment, tick=True), ThreadPoolExecutor(4) as pool:
            turns: list[Any] = [ShortTurn(number=number) for number in range(4)]
            list(pool.map(lambda turn: in_thread(deliver, endpoint.pk, turn), turns))
        moment += timedelta(minutes=10)

    assert received == {key: [0, 1, 2, 3, 4] for key in keys}
    assert set(Delivery.objects.values_list("status", flat=True)) == {Status.DELIVERED}
    assert Delivery.objects.filter(attempt_count__gt=1).count() > 5, "retries came in between"


def test_it_records_a_failure_while_another_delivery_is_being_queued(endpoint, queue):
    """The two must not wait for each other: the one that queues may hold what the recorder's callback wants."""
    queue(endpoint)
    now = timezone.now()
    claim = claim_next(endpoint=endpoint, now=now)
    assert claim is not None
    outcome = Outcome(duration=timedelta(seconds=1), status_code=500)
    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        queue(endpoint)
        # What the commit does first: it checks the foreign key, which holds on to the endpoint's row.
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        recorded = pool.submit(in_thread, lambda: record(claim=claim, outcome=outcome, now=now)).result(timeout=10)
    assert recorded is not None
    endpoint.refresh_from_db()
    assert endpoint.failure_count == 1
