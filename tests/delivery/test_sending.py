"""One lane's turn against a real receiver: what is sent, and what is written down."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from delivery import purposes
from delivery.auth import AuthConfig, AuthMethod
from delivery.endpoints import disable_endpoint, find_or_create_endpoint
from delivery.models import Attempt, Delivery
from delivery.purposes import register_settled
from delivery.sending import due
from delivery.transports import kept
from delivery.transports.kept import close_kept
from lasso.encryption import decrypt
from local.receivers import WebhookHandler
from tests import receivers
from tests.waiting import wait_until

Status = Delivery.Status
pytestmark = pytest.mark.django_db


@pytest.fixture
def settled(monkeypatch):
    """Every delivery that settled, with the state it had in the settling transaction."""
    monkeypatch.setattr(purposes, "_settled_functions", {})
    seen: list[tuple[str, str]] = []
    register_settled("report_webhook", lambda delivery: seen.append((str(delivery.public_id), delivery.status)))
    return seen


def test_it_delivers_and_writes_it_down(endpoint, receiver, queue, run_lane, settled):
    delivery = queue(endpoint, body={"name": "Rød Grøn ApS"})
    assert run_lane(endpoint) is False
    (request,) = receiver.calls.all()
    assert (request.method, request.body) == ("POST", '{"name":"Rød Grøn ApS"}'.encode())
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    assert request.headers["user-agent"].startswith("Lasso/")
    assert request.headers["webhook-id"] == request.headers["idempotency-key"] == str(delivery.public_id)

    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempt_count, delivery.charged_count) == (Status.DELIVERED, 1, 1)
    assert (delivery.last_status_code, delivery.last_error) == (200, "")
    attempt = delivery.attempts.get()
    assert (attempt.number, attempt.status_code, attempt.error_code, attempt.is_charged) == (1, 200, "", True)
    assert attempt.next_due_at is None
    endpoint.refresh_from_db()
    assert (endpoint.last_success_at is not None, endpoint.failure_count) == (True, 0)
    assert settled == [(str(delivery.public_id), "Delivered")]


def test_it_signs_so_that_the_public_package_verifies(endpoint, receiver, queue, run_lane):
    queue(endpoint, body={"name": "Rød Grøn ApS"})
    run_lane(endpoint)
    (request,) = receiver.calls.all()
    webhook = Webhook(decrypt(endpoint.signing_secret))
    assert webhook.verify(request.body, request.headers) == {"name": "Rød Grøn ApS"}


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        (AuthConfig(AuthMethod.HEADER, "X-API-KEY", "dm12d82mdlakd2"), "x-api-key", "dm12d82mdlakd2"),
        (
            AuthConfig(AuthMethod.BASIC_AUTH, "bruger", "kode"),
            "authorization",
            "Basic " + base64.b64encode(b"bruger:kode").decode(),
        ),
    ],
)
def test_it_signs_in(organisation, receiver, queue, run_lane, auth, header, value):
    endpoint = find_or_create_endpoint(organisation=organisation, url=receiver.url(), auth=auth)
    queue(endpoint)
    run_lane(endpoint)
    assert receiver.calls.all()[0].headers[header] == value


def test_it_keeps_the_id_and_waits_as_scheduled_over_retries(endpoint, receiver, queue, run_lane):
    receiver.behaviour = receivers.in_turn(receivers.answer(500, b"broken"), receivers.answer(200))
    delivery = queue(endpoint)
    before = timezone.now()
    assert run_lane(endpoint) is False
    delivery.refresh_from_db()
    assert (delivery.status, delivery.charged_count) == (Status.WAITING, 1)
    assert delivery.last_error == "The receiver answered with status 500."
    wait = delivery.due_at - before
    assert timedelta(minutes=5) <= wait <= timedelta(minutes=5.5, seconds=5)
    attempt = delivery.attempts.get()
    assert (attempt.status_code, attempt.answer_body, attempt.next_due_at) == (500, "broken", delivery.due_at)

    assert run_lane(endpoint) is False
    assert len(receiver.calls.all()) == 1
    with time_machine.travel(delivery.due_at, tick=True):
        run_lane(endpoint)
    first, second = receiver.calls.all()
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempt_count) == (Status.DELIVERED, 2)


def test_it_fails_after_six_attempts_within_a_day(endpoint, receiver, queue, run_lane, settled):
    receiver.behaviour = receivers.answer(302, headers={"Location": "http://127.0.0.1:1/"})
    delivery = queue(endpoint)
    moment = timezone.now()
    while not delivery.settled_at:
        with time_machine.travel(moment, tick=True):
            run_lane(endpoint)
        delivery.refresh_from_db()
        moment = delivery.due_at
    assert (delivery.status, delivery.attempt_count, delivery.charged_count) == (Status.FAILED, 6, 6)
    assert len(receiver.calls.all()) == 6
    assert delivery.settled_at - delivery.created_at < timedelta(hours=24)
    assert settled == [(str(delivery.public_id), "Failed")]


def test_it_records_a_call_without_an_answer(endpoint, receiver, queue, run_lane):
    receiver.behaviour = receivers.reset
    delivery = queue(endpoint)
    run_lane(endpoint)
    attempt = delivery.attempts.get()
    assert (attempt.status_code, attempt.error_code) == (None, "connection_reset")
    assert attempt.error == "127.0.0.1 closed the connection without a whole answer."


def test_it_refuses_a_private_address_when_the_setting_is_gone(endpoint, receiver, queue, run_lane, settings):
    settings.OUTBOUND_ALLOWED_NETWORKS = []
    delivery = queue(endpoint)
    run_lane(endpoint)
    assert receiver.calls.all() == []
    assert delivery.attempts.get().error_code == "address_refused"


def test_it_pauses_the_whole_endpoint_at_429_and_charges_nothing(endpoint, receiver, queue, run_lane):
    receiver.behaviour = receivers.in_turn(receivers.answer(429, headers={"Retry-After": "120"}), receivers.answer(200))
    first, second = queue(endpoint), queue(endpoint)
    before = timezone.now()
    assert run_lane(endpoint) is False
    assert len(receiver.calls.all()) == 1
    endpoint.refresh_from_db()
    assert timedelta(seconds=120) <= endpoint.paused_until - before < timedelta(seconds=125)
    assert due() == []
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, first.charged_count, second.attempt_count) == (Status.WAITING, 0, 0)

    with time_machine.travel(endpoint.paused_until, tick=True):
        assert due() == [(endpoint.pk, 2)]
        run_lane(endpoint)
    assert set(Delivery.objects.values_list("status", flat=True)) == {Status.DELIVERED}


def test_it_leaves_a_switched_off_endpoint_alone(endpoint, receiver, queue, run_lane):
    disable_endpoint(endpoint=endpoint, reason="Switched off.", now=timezone.now())
    delivery = queue(endpoint)
    assert run_lane(endpoint) is False
    assert (receiver.calls.all(), due()) == ([], [])
    delivery.refresh_from_db()
    assert delivery.status == Status.WAITING


def test_it_uses_one_connection_for_a_turn(endpoint, receiver, queue, run_lane):
    for _ in range(3):
        queue(endpoint)
    run_lane(endpoint)
    assert len({request.connection for request in receiver.calls.all()}) == 1


def test_it_keeps_the_connection_from_one_turn_to_the_next(endpoint, receiver, queue, run_lane):
    for _ in range(2):
        queue(endpoint)
        run_lane(endpoint)
    assert len({request.connection for request in receiver.calls.all()}) == 1
    close_kept()
    queue(endpoint)
    run_lane(endpoint)
    assert len({request.connection for request in receiver.calls.all()}) == 2


def test_it_closes_a_connection_that_nobody_takes_up_again(endpoint, receiver, queue, run_lane, monkeypatch):
    monkeypatch.setattr(kept, "IDLE", timedelta(seconds=0.05))
    monkeypatch.setattr(kept, "_timer", None)  # one that runs already waits longer
    queue(endpoint)
    run_lane(endpoint)
    wait_until(lambda: not kept._kept, seconds=5, interval=0.02)
    queue(endpoint)
    run_lane(endpoint)
    assert len({request.connection for request in receiver.calls.all()}) == 2


def test_it_stops_at_the_end_of_its_turn_and_says_that_there_is_more(endpoint, receiver, queue, run_lane):
    for _ in range(3):
        queue(endpoint)
    assert run_lane(endpoint, most=1) is True
    assert len(receiver.calls.all()) == 2


@pytest.mark.django_db(transaction=True)
def test_it_makes_no_call_inside_a_transaction(endpoint, receiver, queue, run_lane):
    states: list[tuple[str, int]] = []

    def look(handler: WebhookHandler) -> None:
        # Another connection sees what is committed: the try is written down before the call.
        attempt = Attempt.objects.get()
        states.append((attempt.delivery.status, attempt.number))
        connection.close()
        receivers.answer(200)(handler)

    receiver.behaviour = look
    queue(endpoint)
    run_lane(endpoint)
    assert states == [("Sending", 1)]


def test_it_takes_a_key_that_is_lost_as_our_own_fault(organisation, receiver, queue, run_lane, settings):
    auth = AuthConfig(AuthMethod.HEADER, "X-API-KEY", "dm12d82mdlakd2")
    endpoint = find_or_create_endpoint(organisation=organisation, url=receiver.url(), auth=auth)
    delivery = queue(endpoint)
    settings.ENCRYPTION_KEYS = ["another"]
    run_lane(endpoint)
    assert receiver.calls.all() == []
    delivery.refresh_from_db()
    assert (delivery.status, delivery.charged_count) == (Status.WAITING, 0)
    assert delivery.attempts.get().error_code == "secret_unreadable"


def test_it_keeps_only_what_a_log_may_hold(endpoint, receiver, queue, run_lane):
    receiver.behaviour = receivers.answer(500, b"\0" + b"x" * 9000, {"Set-Cookie": "session=1", "X-Request-Id": "7"})
    delivery = queue(endpoint)
    run_lane(endpoint)
    attempt = delivery.attempts.get()
    assert len(attempt.answer_body) == 4096
    assert attempt.answer_headers["x-request-id"] == "7"
    assert "session" not in json.dumps(attempt.answer_headers)
