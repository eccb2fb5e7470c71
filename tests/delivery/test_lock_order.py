"""Who locks an endpoint and what waits for it does so in this order, so that no two wait for each other for ever."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from delivery.claiming import claim_next
from delivery.endpoints import disable_endpoint, enable_endpoint
from delivery.latest import queue_latest
from delivery.models import Delivery, Endpoint
from delivery.outcomes import Outcome
from delivery.recording import record
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

CVR = "99000007"


def say(endpoint: Endpoint, value: int) -> Delivery:
    return queue_latest(
        endpoint=endpoint,
        purpose="integration_update",
        body={"value": value},
        order_key=CVR,
        cvr=CVR,
        label="",
        now=timezone.now(),
    )


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def test_it_is_switched_on_while_a_try_fails_that_a_newer_message_waits_behind(endpoint: Endpoint) -> None:
    say(endpoint, 1)
    claim = claim_next(endpoint=endpoint, now=timezone.now())
    assert claim is not None
    newer = say(endpoint, 2)
    disable_endpoint(endpoint=endpoint, reason="A person wished it.", now=timezone.now())

    def fails() -> None:
        record(claim=claim, outcome=Outcome(duration=timedelta(), status_code=500), now=timezone.now())
        connection.close()

    failing = threading.Thread(target=fails)
    with transaction.atomic():
        # Switching on begins with this lock, and goes on to what waits.
        Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
        failing.start()
        wait_until(waits_for_a_lock, seconds=20, interval=0.02)
        assert enable_endpoint(endpoint=endpoint, now=timezone.now())
    failing.join()

    assert claim.delivery.status == "Cancelled", "superseded"
    newer.refresh_from_db()
    assert (newer.status, newer.charged_count) == ("Waiting", 1)
    endpoint.refresh_from_db()
    assert (endpoint.is_enabled, endpoint.failure_count) == (True, 1)
