"""An endpoint that is switched off may be tried once a day, with one delivery; when it works, it is switched on."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from delivery.endpoints import disable_endpoint
from delivery.models import Delivery, Endpoint
from delivery.sending import due
from tests import receivers

Status = Delivery.Status
pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def switched_off(endpoint: Endpoint) -> Endpoint:
    disable_endpoint(endpoint=endpoint, reason="Nothing got through.", now=timezone.now())
    Endpoint.objects.update(is_probed=True)
    endpoint.refresh_from_db()
    return endpoint


def test_it_sends_one_delivery_after_a_day_and_switches_on(switched_off, receiver, queue, run_lane):
    deliveries = [queue(switched_off) for _ in range(3)]
    assert (due(), run_lane(switched_off), receiver.calls.all()) == ([], False, [])

    with time_machine.travel(timezone.now() + DAY, tick=True):
        assert due() == [(switched_off.pk, 1)]
        run_lane(switched_off)
        assert len(receiver.calls.all()) == 1
        switched_off.refresh_from_db()
        assert switched_off.is_enabled
        run_lane(switched_off)
    assert len(receiver.calls.all()) == 3
    assert {Delivery.objects.get(pk=one.pk).status for one in deliveries} == {Status.DELIVERED}


def test_it_stays_off_and_costs_nothing_when_the_probe_fails(switched_off, receiver, queue, run_lane):
    receiver.behaviour = receivers.answer(500)
    delivery = queue(switched_off)
    with time_machine.travel(timezone.now() + DAY, tick=True):
        for _ in range(3):
            run_lane(switched_off)
        assert due() == []
    assert len(receiver.calls.all()) == 1
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempt_count, delivery.charged_count) == (Status.WAITING, 1, 0)
    assert delivery.attempts.get().status_code == 500
    switched_off.refresh_from_db()
    assert not switched_off.is_enabled

    with time_machine.travel(timezone.now() + 2 * DAY, tick=True):
        assert due() == [(switched_off.pk, 1)]
        run_lane(switched_off)
    assert len(receiver.calls.all()) == 2


def test_it_leaves_alone_what_is_not_to_be_probed(switched_off, receiver, queue, run_lane):
    Endpoint.objects.update(is_probed=False)
    queue(switched_off)
    with time_machine.travel(timezone.now() + DAY, tick=True):
        assert (due(), run_lane(switched_off), receiver.calls.all()) == ([], False, [])
