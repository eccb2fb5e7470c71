"""The sweep: whatever became of the messages, due work is found again."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from lanes.models import Lane, Pulse
from lanes.sweeping import queue_ages, record_pulse, sweep
from lanes.waking import wake
from tests.lanes.conftest import QUEUE, Bench

pytestmark = pytest.mark.django_db

SUBJECT = uuid.UUID("00000000-0000-4000-8000-000000000001")


def test_it_wakes_due_work_that_nobody_was_told_of(bench: Bench) -> None:
    bench.due[SUBJECT] = 1

    assert sweep() == 1

    [message] = bench.lane_messages()
    assert message["subject"] == str(SUBJECT)


def test_it_leaves_work_alone_that_is_in_line(bench: Bench) -> None:
    bench.due[SUBJECT] = 1
    wake(queue=QUEUE, subject=SUBJECT)

    assert sweep() == 0


def test_it_finds_work_again_whose_message_was_flushed_away(bench: Bench, redis_client) -> None:
    bench.due[SUBJECT] = 1
    wake(queue=QUEUE, subject=SUBJECT)
    redis_client.flushdb()
    Lane.objects.update(queued_at=timezone.now() - timedelta(seconds=10))

    assert sweep() == 0, "nothing proves yet that the message is lost"
    [pulse] = bench.messages()
    record_pulse(queue=QUEUE, published_at=datetime.fromisoformat(pulse["published_at"]))

    assert sweep() == 1
    [message] = bench.lane_messages()
    bench.serve(message)
    assert bench.done == [SUBJECT]


def test_it_clears_away_a_lane_whose_message_was_lost_and_that_has_nothing_due(bench: Bench, redis_client) -> None:
    wake(queue=QUEUE, subject=SUBJECT)
    redis_client.flushdb()
    Lane.objects.update(queued_at=timezone.now() - timedelta(seconds=10))

    sweep()
    assert Lane.objects.count() == 1, "nothing proves yet that the message is lost"
    record_pulse(queue=QUEUE, published_at=timezone.now())

    assert sweep() == 0
    assert not Lane.objects.exists()


def test_it_clears_away_the_lane_of_a_dead_worker_that_has_nothing_due_and_leaves_a_living_one(bench: Bench) -> None:
    for number, seconds in ((0, -1), (1, 30)):
        Lane.objects.create(
            queue=QUEUE,
            subject=SUBJECT,
            number=number,
            state=Lane.State.RUNNING,
            ticket=uuid.uuid4(),
            queued_at=timezone.now(),
            lease_until=timezone.now() + timedelta(seconds=seconds),
        )

    sweep()

    assert [lane.number for lane in Lane.objects.all()] == [1]


def test_it_sends_a_pulse_through_every_queue(bench: Bench) -> None:
    sweep()

    [message] = bench.messages()
    assert message["queue"] == QUEUE
    assert abs(datetime.fromisoformat(message["published_at"]) - timezone.now()) < timedelta(minutes=1)


def test_a_pulse_never_goes_back(bench: Bench) -> None:
    now = timezone.now()
    record_pulse(queue=QUEUE, published_at=now)

    record_pulse(queue=QUEUE, published_at=now - timedelta(minutes=1))

    assert Pulse.objects.get().passed_at == now


def test_the_age_of_a_queue_is_that_of_its_last_pulse(bench: Bench) -> None:
    Pulse.objects.create(queue=QUEUE, passed_at=timezone.now(), seen_at=timezone.now() - timedelta(seconds=90))

    assert list(queue_ages()) == [QUEUE]
    assert 90 <= queue_ages()[QUEUE] < 150
