"""Sending again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from delivery.models import Delivery
from delivery.redelivering import redeliver
from tests import receivers

Status = Delivery.Status
pytestmark = pytest.mark.django_db


def test_it_sends_a_failed_one_again_with_the_same_id_and_a_whole_schedule(endpoint, receiver, queue, run_lane):
    receiver.behaviour = receivers.in_turn(receivers.answer(500), receivers.answer(200))
    delivery = queue(endpoint)
    Delivery.objects.filter(pk=delivery.pk).update(charged_count=5)
    run_lane(endpoint)
    delivery.refresh_from_db()
    assert delivery.status == Status.FAILED

    now = timezone.now()
    assert redeliver(delivery=delivery, now=now) is True
    assert (delivery.status, delivery.charged_count, delivery.settled_at) == (Status.WAITING, 0, None)
    assert delivery.deadline_at == now + timedelta(days=1)
    run_lane(endpoint)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempt_count) == (Status.DELIVERED, 2)
    assert len({request.headers["webhook-id"] for request in receiver.calls.all()}) == 1


def test_it_leaves_an_open_one_as_it_is(endpoint, queue):
    delivery = queue(endpoint)
    due_at = delivery.due_at
    assert redeliver(delivery=delivery, now=timezone.now()) is False
    delivery.refresh_from_db()
    assert (delivery.status, delivery.due_at) == (Status.WAITING, due_at)


def test_it_wakes_the_lane(endpoint, receiver, queue, run_lane, woken, django_capture_on_commit_callbacks):
    delivery = queue(endpoint)
    run_lane(endpoint)
    delivery.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        redeliver(delivery=delivery, now=timezone.now())
    assert woken == [endpoint.pk]
