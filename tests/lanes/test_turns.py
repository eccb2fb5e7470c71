"""A lane's turn."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from lanes.models import Lane
from lanes.turns import Turn
from lanes.waking import wake
from tests.lanes.conftest import QUEUE, Bench

pytestmark = pytest.mark.django_db

SUBJECT = uuid.UUID("00000000-0000-4000-8000-000000000001")


def test_it_does_the_work_and_goes_away(bench: Bench) -> None:
    bench.due[SUBJECT] = 1
    wake(queue=QUEUE, subject=SUBJECT)
    [message] = bench.lane_messages()

    assert bench.serve(message) is True

    assert bench.done == [SUBJECT]
    assert not Lane.objects.exists()


def test_it_goes_to_the_back_of_the_queue_with_a_new_ticket_when_more_is_due(bench: Bench) -> None:
    bench.due[SUBJECT] = 2
    wake(queue=QUEUE, subject=SUBJECT)
    [message] = bench.lane_messages()

    bench.serve(message)

    [again] = bench.lane_messages()
    assert again["ticket"] == str(Lane.objects.get(state="queued").ticket)
    assert bench.serve(again) is True
    assert bench.done == [SUBJECT, SUBJECT]


def test_it_ignores_a_message_that_came_twice(bench: Bench) -> None:
    bench.due[SUBJECT] = 2
    wake(queue=QUEUE, subject=SUBJECT)
    [message] = bench.lane_messages()
    bench.serve(message)

    assert bench.serve(message) is False

    assert bench.done == [SUBJECT]


def test_it_ignores_a_message_for_a_lane_that_runs(bench: Bench) -> None:
    wake(queue=QUEUE, subject=SUBJECT)
    [message] = bench.lane_messages()
    second: list[bool] = []
    bench.during = lambda turn: second.append(bench.serve(message))

    bench.serve(message)

    assert second == [False]


def test_it_is_left_for_the_sweep_when_the_work_breaks(bench: Bench) -> None:
    bench.due[SUBJECT] = 1
    wake(queue=QUEUE, subject=SUBJECT)
    [message] = bench.lane_messages()

    def break_down(turn: Turn) -> None:
        raise ConnectionError("the database went away")

    bench.during = break_down
    with pytest.raises(ConnectionError):
        bench.serve(message)

    assert not Lane.objects.exists()
    assert bench.lane_messages() == []


def test_it_keeps_its_lease_by_renewing_it(bench: Bench) -> None:
    wake(queue=QUEUE, subject=SUBJECT)
    [message] = bench.lane_messages()
    seen: list[bool] = []

    def renew(turn: Turn) -> None:
        Lane.objects.update(lease_until=timezone.now())
        seen.append(turn.renew())
        seen.append(Lane.objects.filter(lease_until__gt=timezone.now() + timedelta(seconds=20)).exists())

    bench.during = renew
    bench.serve(message)

    assert seen == [True, True]


def test_it_cannot_renew_what_another_worker_has_taken_over(bench: Bench) -> None:
    wake(queue=QUEUE, subject=SUBJECT)
    [message] = bench.lane_messages()
    seen: list[bool] = []

    def be_overtaken(turn: Turn) -> None:
        Lane.objects.update(ticket=uuid.uuid4())
        seen.append(turn.renew())

    bench.during = be_overtaken
    bench.serve(message)

    assert seen == [False]
    assert Lane.objects.get().state == "running"
