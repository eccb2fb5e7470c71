"""Each fault of the menu with each purpose: what a try comes to, how often and when it is made, and how it ends."""

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

from delivery.endpoints import EndpointURLError, find_or_create_endpoint
from delivery.models import Attempt, Delivery, Endpoint
from delivery.testing import send_test
from lasso.http import resolving
from tests.delivery.conftest import proven
from tests.delivery.policy import SLACK, WAITS, listened
from tests.faults import HUGE, MENU, Fault, Stage, on_stage
from tests.name_server import NameServer

pytestmark = pytest.mark.django_db

# Faults that only the deadline ends get little time, so that twelve of them are borne.
SHORT = timedelta(seconds=0.15)
AMPLE = timedelta(seconds=10)
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
    return listened(monkeypatch)


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
