"""Each fault of the menu with each purpose: what a try comes to, how often and when it is made, and how it ends.

The policy is written out here again, from the documentation, so that it is checked and not repeated.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from delivery import purposes
from delivery.endpoints import EndpointURLError, find_or_create_endpoint
from delivery.models import Attempt, Delivery, Endpoint
from delivery.purposes import register_settled
from delivery.testing import send_test
from lasso.http import resolving
from local.receivers import WebhookHandler
from tests import receivers
from tests.delivery.conftest import proven
from tests.faults import HUGE, MENU, Fault, Stage, on_stage
from tests.name_server import NameServer

pytestmark = pytest.mark.django_db

# Faults that only the deadline ends get little time, so that twelve of them are borne.
SHORT = timedelta(seconds=0.15)
AMPLE = timedelta(seconds=10)
# What a call may take beside the wait that is planned, on a machine with a lot to do.
SLACK = timedelta(seconds=40)

MINUTES = [5, 30, 120, 360, 720]
WAITS = {
    "report_webhook": [timedelta(minutes=wait) for wait in MINUTES],
    "integration_export": [timedelta(minutes=1), timedelta(minutes=10)],
    "integration_update": [timedelta(minutes=1), timedelta(minutes=10)],
}
Status = Delivery.Status


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    """The name server that every look-up asks."""
    monkeypatch.setattr(resolving, "_control", None)
    with NameServer() as server:
        monkeypatch.setattr(socket, "getaddrinfo", server.look_up)
        yield server


@pytest.fixture
def set_up(settings, names, tmp_path) -> Iterator[Callable[[Fault], tuple[Stage, str]]]:
    """Set a fault up for the test."""
    with ExitStack() as stack:

        def on(fault: Fault) -> tuple[Stage, str]:
            settings.OUTBOUND_DEADLINE = SHORT if fault.waits else AMPLE
            return stack.enter_context(on_stage(fault, settings=settings, names=names, folder=tmp_path))

        yield on


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Purpose and state of every delivery that settled."""
    monkeypatch.setattr(purposes, "_settled_functions", {})
    seen: list[tuple[str, str]] = []
    for purpose in WAITS:
        register_settled(purpose, lambda delivery: seen.append((delivery.purpose, delivery.status)))
    return seen


@dataclass
class Run:
    """A delivery from its queueing to its end, the clock moved from one due time to the next."""

    delivery: Delivery
    attempts: list[Attempt]
    ended_at: list[datetime]  # when the lane had made each attempt


@pytest.fixture
def run(organisation, queue, run_lane) -> Callable[..., Run]:
    def go(url: str, purpose: str) -> Run:
        endpoint = proven(find_or_create_endpoint(organisation=organisation, url=url))
        moment = timezone.now()
        delivery = queue(endpoint, purpose=purpose, now=moment)
        ended_at: list[datetime] = []
        while delivery.settled_at is None and len(ended_at) < 10:
            with time_machine.travel(moment - timedelta(seconds=2), tick=False):
                # Not before it is due.
                run_lane(endpoint)
            with time_machine.travel(moment, tick=True):
                run_lane(endpoint)
                ended_at.append(timezone.now())
            delivery.refresh_from_db()
            moment = delivery.due_at
        return Run(delivery, list(delivery.attempts.order_by("number")), ended_at)

    return go


@pytest.mark.parametrize("purpose", list(WAITS))
@pytest.mark.parametrize("fault", MENU, ids=lambda fault: fault.name)
def test_it_is_judged_tried_again_and_ended_as_the_policy_says(set_up, run, settled, fault, purpose):
    stage, url = set_up(fault)
    found = run(url, purpose)
    waits = [] if fault.status_code == 200 else WAITS[purpose]
    count = len(waits) + 1

    assert found.delivery.status == (Status.DELIVERED if fault.status_code == 200 else Status.FAILED)
    assert settled == [(purpose, found.delivery.status)]
    assert (found.delivery.attempt_count, found.delivery.charged_count) == (count, count)
    assert [(attempt.number, attempt.is_charged) for attempt in found.attempts] == [(n + 1, True) for n in range(count)]
    assert {(attempt.status_code, attempt.error_code) for attempt in found.attempts} == {
        (fault.status_code, fault.error_code)
    }
    for attempt, ended_at, wait in zip(found.attempts, found.ended_at, waits, strict=False):
        # A tenth is added at most; counted from when the attempt had failed.
        assert attempt.next_due_at is not None
        assert wait <= attempt.next_due_at - attempt.started_at <= wait * 1.1 + SLACK
        assert attempt.next_due_at <= ended_at + wait * 1.1
    assert found.attempts[-1].next_due_at is None
    _check_what_is_kept(found, fault)
    _check_who_was_called(stage, fault, count)
    endpoint = Endpoint.objects.get(pk=found.delivery.endpoint_id)
    assert (endpoint.is_enabled, endpoint.paused_until) == (True, None)
    assert endpoint.failure_count == (0 if fault.status_code == 200 else count)


def _check_what_is_kept(found: Run, fault: Fault) -> None:
    for attempt in found.attempts:
        assert attempt.duration is not None
        assert len(attempt.answer_body.encode()) <= 3 * 4096  # bytes that are no text become three
        assert len(attempt.answer_body) <= 4096
        assert bool(attempt.error) == (fault.status_code != 200)
        assert attempt.phases
        if fault.waits:
            assert attempt.duration >= SHORT
            # Nearly all of the time is in the phases; they are rounded to milliseconds.
            assert sum(attempt.phases.values()) >= SHORT / timedelta(milliseconds=1) * 0.8
    # What comes at the end, the owner reads.
    last = found.attempts[-1]
    assert found.delivery.last_error == ("" if fault.status_code == 200 else last.error)


def _check_who_was_called(stage: Stage, fault: Fault, count: int) -> None:
    if stage.receiver is not None:
        calls = stage.receiver.calls.all()
        assert len(calls) == (count if fault.calls else 0)
        assert len({call.headers["webhook-id"] for call in calls}) <= 1
    if stage.inner is not None:
        assert stage.inner.calls.all() == []


@pytest.mark.parametrize("fault", MENU, ids=lambda fault: fault.name)
def test_it_is_told_at_once_by_a_test_call(set_up, fault):
    stage, url = set_up(fault)
    result = send_test(url=url, auth=None, body={})
    assert (result.is_success, result.status_code, result.error_code) == (
        fault.status_code == 200,
        fault.status_code,
        fault.error_code,
    )
    assert bool(result.error) == (not result.is_success)
    assert (Delivery.objects.count(), Endpoint.objects.count()) == (0, 0)
    _check_who_was_called(stage, fault, 1)


def test_it_tells_at_once_by_a_test_call_that_a_url_cannot_be_called():
    with pytest.raises(EndpointURLError, match="not on the public internet"):
        send_test(url="http://169.254.169.254/latest/meta-data/", auth=None, body={})


# --- Each status -----------------------------------------------------------------------------------------------------


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
    receiver.behaviour = answer_as_told
    # These two stop the endpoint, and have tests of their own below.
    statuses = [status for status in range(100, 600) if status not in {410, 429}]
    moment = timezone.now()
    for status in statuses:
        queue(endpoint, purpose=purpose, body={"status": status}, now=moment)
    with time_machine.travel(moment + timedelta(seconds=1), tick=True):
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
    assert len(receiver.calls.all()) == len(statuses)
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


# --- What one fault must not do to the next call ---------------------------------------------------------------------


def test_it_takes_no_answer_for_the_next_call_from_what_was_too_much(set_up, organisation, queue, run_lane):
    fault = next(fault for fault in MENU if fault.name == "body longer than it says")
    _, url = set_up(fault)
    endpoint = find_or_create_endpoint(organisation=organisation, url=url)
    for _ in range(5):
        queue(endpoint)
    while run_lane(endpoint):
        pass
    assert set(Attempt.objects.values_list("status_code", "error_code")) == {(200, "")}
    assert Delivery.objects.filter(status=Status.DELIVERED).count() == 5


def test_it_reads_little_of_a_gigabyte(set_up, organisation, queue, run_lane, monkeypatch):
    fault = next(fault for fault in MENU if fault.name == "body of a gigabyte")
    _, url = set_up(fault)
    read: list[int] = []
    original: Any = socket.socket.recv_into

    def counted(self: Any, *args: Any, **kwargs: Any) -> int:
        read.append(original(self, *args, **kwargs))
        return read[-1]

    monkeypatch.setattr("lasso.http.deadlines.socket.socket.recv_into", counted, raising=False)
    result = send_test(url=url, auth=None, body={})
    assert (result.is_success, len(result.answer_body)) == (True, 4096)
    assert sum(read) < 1024 * 1024 < HUGE
