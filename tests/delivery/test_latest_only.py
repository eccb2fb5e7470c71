"""Messages of which only the newest of a company matters: what takes whose place, and whose schedule."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from delivery.claiming import Claim, claim_next
from delivery.latest import SUPERSEDED, queue_latest, withdraw
from delivery.models import Delivery, Endpoint
from delivery.outcomes import Outcome
from delivery.purposes import PURPOSES
from delivery.queueing import NewDelivery, queue_deliveries, queue_delivery
from delivery.recording import record, record_and_claim
from delivery.redelivering import recover, redeliver, refusal
from delivery.sweeping import release_claims
from local.receivers import WebhookHandler
from tests import receivers
from tests.delivery.conftest import NOON, proven
from tests.delivery.policy import listened
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db

Status = Delivery.Status
MINUTE = timedelta(minutes=1)
CVR = "99000007"
REFUSED = Outcome(duration=timedelta(), status_code=500)
TAKEN = Outcome(duration=timedelta(), status_code=200)


def say(endpoint: Endpoint, value: Any, *, now: datetime = NOON, cvr: str = CVR) -> Delivery:
    """Queue the company's latest values."""
    return queue_latest(
        endpoint=endpoint,
        purpose="integration_update",
        body={"cvr": cvr, "value": value},
        order_key=cvr,
        cvr=cvr,
        label=f"Fiktiv {value}",
        now=now,
    )


def state(delivery: Delivery) -> tuple[str, int, int, datetime]:
    delivery.refresh_from_db()
    return delivery.status, delivery.attempt_count, delivery.charged_count, delivery.due_at


def claimed(endpoint: Endpoint, *, now: datetime = NOON) -> Claim:
    """What is due, claimed."""
    claim = claim_next(endpoint=endpoint, now=now)
    assert claim is not None
    return claim


def tried(endpoint: Endpoint, outcome: Outcome, *, now: datetime) -> Delivery:
    """Claim what is due, and record this of it."""
    claim = claimed(endpoint, now=now)
    record(claim=claim, outcome=outcome, now=now)
    return claim.delivery


def test_it_is_the_updates_of_integrations(endpoint):
    assert [purpose.name for purpose in PURPOSES.values() if purpose.is_latest_only] == ["integration_update"]
    (constraint,) = [one for one in Delivery._meta.constraints if one.name == "delivery_latest_once"]
    assert "integration_update" in str(constraint)


def test_it_gives_one_that_was_never_tried_the_new_body_in_place(endpoint):
    first = say(endpoint, 1)
    second = say(endpoint, 2, now=NOON + MINUTE)
    assert (second.pk, second.public_id) == (first.pk, first.public_id)
    row = Delivery.objects.get()
    assert (row.body, row.label, row.cvr, row.order_key) == ('{"cvr":"99000007","value":2}', "Fiktiv 2", CVR, CVR)
    assert (row.created_at, row.due_at, row.deadline_at) == (NOON, NOON, NOON + timedelta(days=1))
    assert (row.status, row.attempt_count, row.organisation_id) == (Status.WAITING, 0, endpoint.organisation_id)


def test_it_keeps_companies_and_endpoints_apart(organisation, endpoint, receiver):
    from delivery.endpoints import find_or_create_endpoint

    other = find_or_create_endpoint(organisation=organisation, url=receiver.url("/other"))
    assert len({say(endpoint, 1).pk, say(endpoint, 1, cvr="99000015").pk, say(other, 1).pk}) == 3


def test_it_supersedes_one_that_waits_for_a_later_try_and_takes_over_its_schedule(endpoint):
    old = say(endpoint, 1)
    tried(endpoint, REFUSED, now=NOON)
    old.refresh_from_db()
    new = say(endpoint, 2, now=NOON + 5 * timedelta(seconds=1))

    assert new.pk > old.pk
    assert new.public_id != old.public_id
    assert (new.charged_count, new.due_at, new.deadline_at) == (1, old.due_at, old.deadline_at)
    assert (new.attempt_count, new.created_at) == (0, NOON + 5 * timedelta(seconds=1))
    old.refresh_from_db()
    assert (old.status, old.last_error, old.settled_at) == (Status.CANCELLED, SUPERSEDED, new.created_at)
    assert old.attempts.get().status_code == 500


def test_it_makes_no_more_than_three_attempts_while_changes_keep_coming(endpoint, receiver, run_lane, monkeypatch):
    seen = listened(monkeypatch)
    receiver.behaviour = receivers.answer(500)
    moment = timezone.now()
    for number in range(30):
        with time_machine.travel(moment + number * MINUTE, tick=True):
            say(endpoint, number, now=timezone.now())
            run_lane(endpoint)
    calls = [call.json["value"] for call in receiver.calls.all()]
    failed_count = Delivery.objects.filter(status=Status.FAILED).count()
    # At once, after a minute, after ten: three for each that failed for good, and the first of the one behind them.
    assert failed_count == 2
    assert 6 <= len(calls) <= 8
    assert calls == sorted(calls)
    assert seen == [("integration_update", "Failed")] * failed_count
    # No id was sent with two bodies, and no body with two ids.
    sent = {(call.headers["webhook-id"], call.body) for call in receiver.calls.all()}
    assert len(sent) == len({sender for sender, _ in sent}) == len({body for _, body in sent})
    assert Delivery.objects.filter(status=Status.WAITING, endpoint=endpoint).count() == 1


def test_it_waits_behind_one_that_is_under_way(endpoint):
    old = say(endpoint, 1)
    claim = claimed(endpoint)
    new = say(endpoint, 2, now=NOON)
    assert claim_next(endpoint=endpoint, now=NOON + MINUTE) is None
    assert say(endpoint, 3, now=NOON).pk == new.pk
    assert state(old)[0] == Status.SENDING
    record(claim=claim, outcome=TAKEN, now=NOON + MINUTE)
    assert state(old)[0] == Status.DELIVERED
    following = claimed(endpoint, now=NOON + MINUTE)
    assert (following.delivery.pk, following.delivery.body) == (new.pk, '{"cvr":"99000007","value":3}')


@pytest.mark.parametrize(
    ("outcome", "charged", "wait"),
    [
        (REFUSED, 1, 1 * MINUTE),
        (Outcome(duration=timedelta(), status_code=429, headers={"retry-after": "120"}), 0, 2 * MINUTE),
        (Outcome(duration=timedelta(), error_code="resolver_down", error="No look-up.", is_our_fault=True), 0, MINUTE),
    ],
)
def test_it_is_superseded_when_its_try_fails_and_a_newer_one_waits(endpoint, monkeypatch, outcome, charged, wait):
    seen = listened(monkeypatch)
    old = say(endpoint, 1)
    claim = claimed(endpoint)
    new = say(endpoint, 2, now=NOON + timedelta(seconds=1))
    recorded = record(claim=claim, outcome=outcome, now=NOON + timedelta(seconds=2))
    assert recorded is not None
    assert (recorded.status, recorded.due_at) == (Status.CANCELLED, None)
    old.refresh_from_db()
    assert (old.status, old.charged_count, old.last_error) == (Status.CANCELLED, charged, SUPERSEDED)
    assert old.last_status_code == outcome.status_code
    attempt = old.attempts.get()
    assert (attempt.status_code, attempt.error_code) == (outcome.status_code, outcome.error_code)
    assert (attempt.next_due_at, attempt.is_charged) == (None, charged == 1)
    new.refresh_from_db()
    assert (new.status, new.charged_count, new.attempt_count) == (Status.WAITING, charged, 0)
    assert wait <= new.due_at - (NOON + timedelta(seconds=2)) <= wait * 1.1
    assert new.deadline_at == old.deadline_at
    assert seen == []


def test_it_begins_its_own_attempts_when_the_one_under_way_fails_for_good(endpoint, monkeypatch):
    seen = listened(monkeypatch)
    old = say(endpoint, 1)
    Delivery.objects.update(charged_count=2)
    claim = claimed(endpoint)
    new = say(endpoint, 2, now=NOON)
    record(claim=claim, outcome=REFUSED, now=NOON)
    assert state(old)[0] == Status.FAILED
    assert state(new) == (Status.WAITING, 0, 0, NOON)
    assert seen == [("integration_update", "Failed")]


def test_it_cancels_what_waits_of_a_company_that_the_receiver_no_longer_has(endpoint, monkeypatch):
    seen = listened(monkeypatch)
    old, other = say(endpoint, 1), say(endpoint, 1, cvr="99000015")
    claim = claimed(endpoint)
    new = say(endpoint, 2, now=NOON)
    gone = Outcome(duration=timedelta(), status_code=404)
    _, following = record_and_claim(claim=claim, outcome=gone, now=NOON)
    assert following is not None
    new.refresh_from_db()
    assert (state(old)[0], new.status, new.settled_at) == (Status.GONE, Status.CANCELLED, NOON)
    assert new.last_error == "The receiver no longer has what it is about."
    assert following.delivery.pk == other.pk
    assert seen == [("integration_update", "Gone")]


def test_it_withdraws_what_waits_and_repeats_nothing_that_is_under_way(endpoint, monkeypatch):
    seen = listened(monkeypatch)
    under_way = say(endpoint, 1)
    claim = claimed(endpoint)
    waiting, other = say(endpoint, 2), say(endpoint, 3, cvr="99000015")
    assert withdraw(endpoint=endpoint, order_keys=[CVR], now=NOON, reason="Nothing more to say.") == 1
    assert withdraw(endpoint=endpoint, order_keys=["", "99000023"], now=NOON, reason="Nothing more to say.") == 0
    waiting.refresh_from_db()
    assert (waiting.status, waiting.last_error) == (Status.CANCELLED, "Nothing more to say.")
    assert (state(under_way)[0], state(other)[0]) == (Status.SENDING, Status.WAITING)
    record(claim=claim, outcome=REFUSED, now=NOON)
    under_way.refresh_from_db()
    assert (under_way.status, under_way.last_error) == (Status.CANCELLED, "Nothing more to say.")
    assert under_way.attempts.get().error == "The receiver answered with status 500."
    assert seen == []


def test_it_delivers_what_was_withdrawn_too_late(endpoint, monkeypatch):
    seen = listened(monkeypatch)
    under_way = say(endpoint, 1)
    claim = claimed(endpoint)
    assert withdraw(endpoint=endpoint, order_keys=[CVR], now=NOON, reason="Nothing more to say.") == 0
    record(claim=claim, outcome=TAKEN, now=NOON)
    assert state(under_way)[0] == Status.DELIVERED
    assert seen == [("integration_update", "Delivered")]


def test_it_withdraws_exports_too(endpoint, queue):
    first, second = (queue(endpoint, purpose="integration_export", order_key=CVR, now=NOON) for _ in range(2))
    claim = claimed(endpoint)
    assert withdraw(endpoint=endpoint, order_keys=[CVR], now=NOON, reason="Removed.") == 1
    record(claim=claim, outcome=REFUSED, now=NOON)
    assert (state(first)[0], state(second)[0]) == (Status.CANCELLED, Status.CANCELLED)


def test_it_takes_back_from_dead_workers_only_what_may_be_sent_again(endpoint):
    superseded, withdrawn, kept = (say(endpoint, 1, cvr=cvr) for cvr in (CVR, "99000015", "99000023"))
    claims = [claimed(endpoint) for _ in range(3)]
    Delivery.objects.filter(pk=superseded.pk).update(charged_count=1)
    new = say(endpoint, 2)
    withdraw(endpoint=endpoint, order_keys=["99000015"], now=NOON, reason="Removed.")
    worker = claims[0].delivery.worker_id
    assert worker is not None
    assert release_claims(dead=[worker], now=NOON + MINUTE) == 3
    assert [state(one)[0] for one in (superseded, withdrawn, kept)] == [
        Status.CANCELLED,
        Status.CANCELLED,
        Status.WAITING,
    ]
    superseded.refresh_from_db()
    withdrawn.refresh_from_db()
    assert (superseded.last_error, withdrawn.last_error) == (SUPERSEDED, "Removed.")
    assert state(new)[:3] == (Status.WAITING, 0, 1)
    assert {one.attempts.get().error_code for one in (superseded, withdrawn, kept)} == {"interrupted"}
    assert [one.attempts.get().next_due_at for one in (superseded, withdrawn, kept)] == [None, None, NOON + MINUTE]


def test_it_sends_only_the_newest_again(endpoint):
    old = say(endpoint, 1)
    tried(endpoint, TAKEN, now=NOON)
    new = say(endpoint, 2, now=NOON)
    old.refresh_from_db()
    assert redeliver(delivery=old, now=NOON) is False
    assert refusal(old).startswith("A newer message about the same company")
    tried(endpoint, TAKEN, now=NOON)
    assert redeliver(delivery=old, now=NOON) is False
    new.refresh_from_db()
    assert (redeliver(delivery=new, now=NOON), refusal(old)) == (True, refusal(old))
    assert [state(old)[0], state(new)[0]] == [Status.DELIVERED, Status.WAITING]


def test_it_recovers_only_the_newest_of_those_that_failed(endpoint):
    failed = []
    for value in (1, 2):
        failed.append(say(endpoint, value))
        Delivery.objects.filter(status=Status.WAITING).update(charged_count=2)
        tried(endpoint, REFUSED, now=NOON)
    other = say(endpoint, 1, cvr="99000015")
    Delivery.objects.filter(pk=other.pk).update(charged_count=2)
    tried(endpoint, REFUSED, now=NOON)
    assert recover(endpoint=endpoint, since=NOON, now=NOON + MINUTE).count == 2
    assert [state(one)[0] for one in (*failed, other)] == [Status.FAILED, Status.WAITING, Status.WAITING]


def test_it_is_queued_in_no_other_way(endpoint):
    with pytest.raises(ValueError, match="queue_latest"):
        queue_delivery(endpoint=endpoint, purpose="integration_update", body={}, order_key=CVR, now=NOON)
    with pytest.raises(ValueError, match="queue_latest"):
        queue_deliveries(
            endpoint=endpoint,
            purpose="integration_update",
            deliveries=[NewDelivery(body={}, order_key=CVR)],
            now=NOON,
        )
    for purpose, key in (("integration_export", CVR), ("integration_update", "")):
        with pytest.raises(ValueError, match="no purpose of which only the newest matters, or the order key is blank"):
            queue_latest(endpoint=endpoint, purpose=purpose, body={}, order_key=key, cvr=CVR, label="", now=NOON)
    assert Delivery.objects.count() == 0


# --- In parallel ------------------------------------------------------------------------------------------------------


def in_thread(work: Any, *arguments: Any) -> Any:
    try:
        return work(*arguments)
    finally:
        connection.close()


class FickleReceiver:
    """Takes about half of what comes, in any order of answers; notes the values it took, and how many came at once."""

    def __init__(self, cvrs: list[str]) -> None:
        self.taken: dict[str, list[int]] = {cvr: [] for cvr in cvrs}
        self.most = 0
        self._under_way: Counter[str] = Counter()
        self._dice = random.Random(20261122)
        self._lock = threading.Lock()

    def __call__(self, handler: WebhookHandler) -> None:
        cvr, value = handler.call.json["cvr"], handler.call.json["value"]
        with self._lock:
            self._under_way[cvr] += 1
            self.most = max(self.most, self._under_way[cvr])
        time.sleep(0.002)  # long enough to be seen beside another
        with self._lock:
            self._under_way[cvr] -= 1
            status = self._dice.choice([200, 200, 500, 429])
            if status == 200:
                self.taken[cvr].append(value)
        receivers.answer(status, headers={"Retry-After": "1"})(handler)


@pytest.mark.django_db(transaction=True)
def test_it_keeps_one_waiting_while_many_queue_and_lanes_send_at_once(endpoint, receiver, run_lane):
    """Never two at once of a company, never one older than the one before, and the newest at last."""
    cvrs = [CVR, "99000015", "99000023"]
    receiver.behaviour = fickle = FickleReceiver(cvrs)
    last: Counter[str] = Counter()
    is_over = threading.Event()

    def change(cvr: str) -> None:
        for _ in range(40):
            last[cvr] += 1
            with transaction.atomic():
                say(endpoint, last[cvr], cvr=cvr, now=timezone.now())

    def work() -> None:
        while not is_over.is_set():
            # What waits for a later try is due now, and no pause holds it up.
            Delivery.objects.filter(status=Status.WAITING).update(due_at=timezone.now(), charged_count=0)
            Endpoint.objects.update(paused_until=None, failure_count=0)
            run_lane(endpoint, most=5)

    with ThreadPoolExecutor(6) as pool:
        lanes = [pool.submit(in_thread, work) for _ in range(3)]
        list(pool.map(lambda cvr: in_thread(change, cvr), cvrs))
        try:
            wait_until(lambda: not Delivery.objects.filter(status__in=Delivery.OPEN).exists(), seconds=30)
        finally:
            is_over.set()
        for lane in lanes:
            lane.result()
    for cvr in cvrs:
        assert fickle.taken[cvr] == sorted(set(fickle.taken[cvr])), "in order, none twice"
        assert fickle.taken[cvr][-1] == last[cvr] == 40
    assert fickle.most == 1
    assert set(Delivery.objects.values_list("status", flat=True)) == {Status.DELIVERED, Status.CANCELLED}


@pytest.mark.django_db(transaction=True)
def test_it_lets_callers_of_the_same_company_wait_for_each_other(endpoint):
    """Without a lock of theirs: the constraint and the row are enough."""
    together = threading.Barrier(8)

    def change(number: int) -> None:
        together.wait()
        for turn in range(10):
            say(endpoint, f"{number}-{turn}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: in_thread(change, number), range(8)))
    assert Delivery.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_it_finds_a_newer_one_that_is_committed_while_its_failure_is_written_down(organisation, receiver):
    from delivery.endpoints import find_or_create_endpoint

    endpoint = proven(find_or_create_endpoint(organisation=organisation, url=receiver.url()))
    old = say(endpoint, 1)
    claim = claimed(endpoint)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            new = say(endpoint, 2)
            recording = pool.submit(in_thread, lambda: record(claim=claim, outcome=REFUSED, now=NOON))
            wait_until(is_anybody_blocked, seconds=10, interval=0.02)
        assert recording.result(timeout=10).status == Status.CANCELLED
    assert (state(old)[:3], state(new)[:3]) == ((Status.CANCELLED, 1, 1), (Status.WAITING, 0, 1))


def is_anybody_blocked() -> bool:
    """Whether another connection waits for a lock of ours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
