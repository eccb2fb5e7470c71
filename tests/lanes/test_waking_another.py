"""Waking one lane more: new work never waits for a lane that is busy."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from lanes.models import Lane
from lanes.waking import wake_another
from tests.lanes.conftest import QUEUE, Bench

pytestmark = pytest.mark.django_db

SUBJECT = uuid.UUID("00000000-0000-4000-8000-000000000001")


def running(*numbers: int) -> None:
    until = timezone.now() + timedelta(minutes=1)
    for number in numbers:
        Lane.objects.create(
            queue=QUEUE,
            subject=SUBJECT,
            number=number,
            state="running",
            ticket=uuid.uuid4(),
            queued_at=timezone.now(),
            lease_until=until,
        )


def test_it_puts_the_first_lane_in_line(bench: Bench) -> None:
    assert wake_another(queue=QUEUE, subject=SUBJECT, most=4) == 1
    assert [message["number"] for message in bench.lane_messages()] == [0]


def test_it_puts_another_in_line_beside_those_that_run(bench: Bench) -> None:
    running(0, 2)
    assert wake_another(queue=QUEUE, subject=SUBJECT, most=4) == 1
    assert [message["number"] for message in bench.lane_messages()] == [1]
    assert not Lane.objects.filter(is_wanted=True).exists()


def test_it_leaves_it_to_the_lane_that_stands_in_line(bench: Bench) -> None:
    running(0)
    wake_another(queue=QUEUE, subject=SUBJECT, most=4)
    assert wake_another(queue=QUEUE, subject=SUBJECT, most=4) == 0
    assert len(bench.lane_messages()) == 1


def test_it_tells_those_that_run_to_look_again_when_there_may_be_no_more(bench: Bench) -> None:
    running(0, 1)
    assert wake_another(queue=QUEUE, subject=SUBJECT, most=2) == 0
    assert bench.lane_messages() == []
    assert Lane.objects.filter(is_wanted=True).count() == 2
