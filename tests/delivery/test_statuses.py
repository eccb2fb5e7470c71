"""Each status from 100 to 599 with each HTTP purpose, and the answers that mean more than failure."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from delivery.models import Delivery, Endpoint
from local.receivers import WebhookHandler
from tests import receivers
from tests.delivery.policy import SLACK, WAITS, listened

pytestmark = pytest.mark.django_db

Status = Delivery.Status
# Two more stop the endpoint, and have tests of their own below.
STATUSES = [status for status in range(100, 600) if status not in {410, 429}]


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    return listened(monkeypatch)


def answer_as_told(handler: WebhookHandler) -> None:
    """The status that the body names; after an interim one nothing more comes."""
    status = int(handler.call.json["status"])
    if status < 200:
        handler.wfile.write(f"HTTP/1.1 {status} Interim\r\n\r\n".encode())
        handler.close_connection = True
        return
    receivers.answer(status)(handler)


def expected(purpose: str, status: int) -> tuple[str, int | None, str]:
    """State after one try, recorded status and error code."""
    if status < 200 and status != 101:
        return Status.WAITING, None, "connection_reset"
    delivered = range(200, 300) if purpose == "report_webhook" else (200, 201, 204)
    if status in delivered:
        return Status.DELIVERED, status, ""
    special = {
        ("report_webhook", 410): Status.FAILED,
        ("integration_export", 409): Status.DUPLICATE,
        ("integration_update", 404): Status.GONE,
    }
    return special.get((purpose, status), Status.WAITING), status, ""


@pytest.mark.parametrize("purpose", list(WAITS))
def test_it_judges_each_status(endpoint, receiver, queue, run_lane, settled, purpose):
    judge(endpoint, receiver, queue, run_lane, settled, purpose=purpose, method="POST", statuses=STATUSES)


@pytest.mark.parametrize("purpose", ["integration_export", "integration_update"])
def test_it_judges_no_differently_when_it_puts(endpoint, receiver, queue, run_lane, settled, purpose):
    # Those that mean something, and of each hundred the last.
    statuses = [status for status in STATUSES if status % 100 == 99 or status in {100, 101, 200, 201, 204, 404, 409}]
    judge(endpoint, receiver, queue, run_lane, settled, purpose=purpose, method="PUT", statuses=statuses)


def judge(endpoint, receiver, queue, run_lane, settled, *, purpose: str, method: str, statuses: list[int]) -> None:
    """Have each status answered once, and look at what is made of it."""
    Endpoint.objects.update(method=method)
    receiver.behaviour = answer_as_told
    moment = timezone.now()
    for status in statuses:
        queue(endpoint, purpose=purpose, body={"status": status}, now=moment)
    # The clock stands still: on a busy machine the first ones would be due again before the last ones were tried.
    with time_machine.travel(moment + timedelta(seconds=1), tick=False):
        while run_lane(endpoint, most=1000):
            pass
    got = {}
    for delivery in Delivery.objects.prefetch_related("attempts"):
        (attempt,) = delivery.attempts.all()
        status = int(delivery.body.removeprefix('{"status":').removesuffix("}"))
        got[status] = (delivery.status, attempt.status_code, attempt.error_code)
        assert (attempt.is_charged, delivery.charged_count) == (True, 1)
        if delivery.status == Status.WAITING:
            wait = WAITS[purpose][0]
            assert wait <= delivery.due_at - attempt.started_at <= wait * 1.1 + SLACK
    assert got == {status: expected(purpose, status) for status in statuses}
    assert [call.method for call in receiver.calls.all()] == [method] * len(statuses)
    assert len(settled) == sum(state != Status.WAITING for state, _, _ in got.values())


@pytest.mark.parametrize("purpose", list(WAITS))
@pytest.mark.parametrize(
    ("status", "headers", "pause"),
    [
        (429, {}, 60),
        (429, {"Retry-After": "7200"}, 3600),
        (429, {"Retry-After": "0"}, 1),
        (503, {"Retry-After": "120"}, 120),
    ],
)
def test_it_waits_as_the_receiver_asks_and_charges_nothing(
    endpoint, receiver, queue, run_lane, purpose, status, headers, pause
):
    receiver.behaviour = receivers.in_turn(receivers.answer(status, headers=headers), receivers.answer(200))
    delivery = queue(endpoint, purpose=purpose)
    run_lane(endpoint)
    delivery.refresh_from_db()
    endpoint.refresh_from_db()
    attempt = delivery.attempts.get()
    assert (delivery.status, delivery.charged_count, attempt.is_charged) == (Status.WAITING, 0, False)
    assert (attempt.status_code, attempt.next_due_at) == (status, delivery.due_at)
    assert timedelta(seconds=pause) <= endpoint.paused_until - attempt.started_at <= timedelta(seconds=pause) + SLACK
    with time_machine.travel(max(delivery.due_at, endpoint.paused_until) + timedelta(seconds=1), tick=True):
        run_lane(endpoint)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempt_count, delivery.charged_count) == (Status.DELIVERED, 2, 1)


def test_it_switches_a_report_webhook_off_at_410(endpoint, receiver, queue, run_lane, settled):
    receiver.behaviour = receivers.answer(410)
    delivery = queue(endpoint, purpose="report_webhook")
    run_lane(endpoint)
    endpoint.refresh_from_db()
    assert (endpoint.is_enabled, settled) == (False, [("report_webhook", "Failed")])
    assert delivery.attempts.get().status_code == 410


@pytest.mark.parametrize("purpose", ["integration_export", "integration_update"])
def test_it_takes_410_for_any_other_failure_of_an_integration(endpoint, receiver, queue, run_lane, purpose):
    receiver.behaviour = receivers.answer(410)
    delivery = queue(endpoint, purpose=purpose)
    run_lane(endpoint)
    endpoint.refresh_from_db()
    delivery.refresh_from_db()
    assert (endpoint.is_enabled, delivery.status, delivery.charged_count) == (True, Status.WAITING, 1)
