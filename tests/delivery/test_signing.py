"""Signatures, as the public package of Standard Webhooks sees them, and secrets that are renewed."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Any

import pytest
import time_machine
from django.utils import timezone as clock
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from delivery.models import Endpoint
from delivery.signing import GraceError, new_signing_secret, renew_signing_secret, signed_headers
from lasso.encryption import decrypt
from tests import receivers

pytestmark = pytest.mark.django_db

BODY = {"name": "Rød Grøn ApS"}


def verified(request, secret: str) -> bool:
    try:
        return bool(Webhook(secret).verify(request.body, request.headers) == BODY)
    except WebhookVerificationError:
        return False


def test_it_signs_with_both_secrets_until_the_grace_is_over(endpoint, receiver, queue, run_lane):
    old = decrypt(endpoint.signing_secret)
    renewed_at = clock.now()
    new = renew_signing_secret(endpoint=endpoint, now=renewed_at, grace=timedelta(hours=1))
    assert new != old

    queue(endpoint, body=BODY)
    run_lane(endpoint)
    with time_machine.travel(renewed_at + timedelta(minutes=59, seconds=50), tick=True):
        queue(endpoint, body=BODY)
        run_lane(endpoint)
        second = receiver.calls.all()[1]
        assert (verified(second, old), verified(second, new)) == (True, True)
    with time_machine.travel(renewed_at + timedelta(hours=1), tick=True):
        queue(endpoint, body=BODY)
        run_lane(endpoint)
        third = receiver.calls.all()[2]
        assert (verified(third, old), verified(third, new)) == (False, True)

    first = receiver.calls.all()[0]
    assert (verified(first, old), verified(first, new)) == (True, True)
    assert [len(call.headers["webhook-signature"].split()) for call in receiver.calls.all()] == [2, 2, 1]


def test_it_drops_a_leaked_secret_at_once(endpoint, receiver, queue, run_lane):
    old = decrypt(endpoint.signing_secret)
    new = renew_signing_secret(endpoint=endpoint, now=clock.now(), grace=timedelta())
    queue(endpoint, body=BODY)
    run_lane(endpoint)
    (request,) = receiver.calls.all()
    assert (verified(request, old), verified(request, new)) == (False, True)
    endpoint.refresh_from_db()
    assert (endpoint.previous_signing_secret, endpoint.previous_signing_secret_until) == ("", None)


def test_it_never_signs_with_more_than_two_secrets(endpoint, receiver, queue, run_lane):
    first = decrypt(endpoint.signing_secret)
    second = renew_signing_secret(endpoint=endpoint, now=clock.now(), grace=timedelta(days=7))
    third = renew_signing_secret(endpoint=endpoint, now=clock.now(), grace=timedelta(days=7))
    queue(endpoint, body=BODY)
    run_lane(endpoint)
    (request,) = receiver.calls.all()
    assert [verified(request, secret) for secret in (first, second, third)] == [False, True, True]


@pytest.mark.parametrize("grace", [timedelta(seconds=-1), timedelta(days=7, seconds=1)])
def test_it_refuses_a_grace_that_is_out_of_reason(endpoint, grace):
    with pytest.raises(GraceError, match="0 s to 7 days"):
        renew_signing_secret(endpoint=endpoint, now=clock.now(), grace=grace)
    before = endpoint.signing_secret
    endpoint.refresh_from_db()
    assert endpoint.signing_secret == before


def test_it_keeps_the_id_and_signs_the_time_of_each_attempt(endpoint, receiver, queue, run_lane):
    receiver.behaviour = receivers.in_turn(receivers.answer(500), receivers.answer(200))
    delivery = queue(endpoint, body=BODY)
    run_lane(endpoint)
    delivery.refresh_from_db()
    with time_machine.travel(delivery.due_at, tick=True):
        run_lane(endpoint)
        first, second = receiver.calls.all()
        assert verified(second, decrypt(endpoint.signing_secret))
        # The first one is five minutes old by now: the package takes it for a replay.
        assert not verified(first, decrypt(endpoint.signing_secret))
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == str(delivery.public_id)
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == str(delivery.public_id)
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) >= 300


def test_it_signs_a_moment_of_another_zone_as_the_same_moment():
    secret = new_signing_secret()
    moment = clock.now()
    elsewhere = moment.astimezone(timezone(timedelta(hours=5)))
    options: dict[str, Any] = {"signing_secrets": [secret], "message_id": "a", "body": "{}"}
    assert signed_headers(**options, now=elsewhere) == signed_headers(**options, now=moment)
    assert Webhook(secret).verify("{}", signed_headers(**options, now=elsewhere)) == {}


def test_it_loses_no_secret_when_two_renew_at_once(endpoint):
    first, second = Endpoint.objects.get(pk=endpoint.pk), Endpoint.objects.get(pk=endpoint.pk)
    one = renew_signing_secret(endpoint=first, now=clock.now(), grace=timedelta(hours=1))
    # Read before the first was renewed: what it holds is out of date.
    two = renew_signing_secret(endpoint=second, now=clock.now(), grace=timedelta(hours=1))
    endpoint.refresh_from_db()
    assert decrypt(endpoint.signing_secret) == two
    assert decrypt(endpoint.previous_signing_secret) == one
