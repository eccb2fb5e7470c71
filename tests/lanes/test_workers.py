"""Which workers live, told by their hearts; what the dead held is taken back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.utils import timezone

from lanes import registry
from lanes.models import Lane, Worker
from lanes.registry import LaneKind
from lanes.sweeping import sweep
from lanes.tasks import pulse
from lanes.turns import take_turn
from lanes.workers import SILENCE_SECONDS, beat, dead_workers, worker_id
from tests.lanes.conftest import QUEUE, Bench

pytestmark = pytest.mark.django_db

SILENT, OTHER = uuid.uuid4(), uuid.uuid4()
SUBJECT = uuid.UUID("00000000-0000-4000-8000-000000000001")
LONG = timedelta(seconds=SILENCE_SECONDS + 1)


def seen(worker: uuid.UUID, *, ago: timedelta, beating: timedelta = timedelta()) -> None:
    """A worker whose heart beat for so long, until so long ago."""
    now = timezone.now()
    Worker.objects.create(id=worker, seen_at=now - ago, beating_since=now - ago - beating)


def test_it_is_dead_when_it_is_silent_while_another_beats() -> None:
    seen(SILENT, ago=LONG)
    seen(OTHER, ago=timedelta(), beating=LONG)
    assert dead_workers() == [SILENT]


def test_nobody_is_dead_when_nobody_could_beat() -> None:
    """As after a restart of the database: the first to be back cannot tell who else lives."""
    seen(SILENT, ago=LONG)
    seen(OTHER, ago=LONG)
    beat(OTHER)
    assert dead_workers() == []


def test_nobody_is_dead_after_a_short_silence() -> None:
    seen(SILENT, ago=timedelta(seconds=SILENCE_SECONDS - 1))
    seen(OTHER, ago=timedelta(), beating=LONG)
    assert dead_workers() == []


def test_a_beat_without_a_gap_goes_on() -> None:
    seen(OTHER, ago=timedelta(seconds=1), beating=LONG)
    before = Worker.objects.get(pk=OTHER)
    beat(OTHER)
    after = Worker.objects.get(pk=OTHER)
    assert after.beating_since == before.beating_since
    assert after.seen_at > before.seen_at


def test_the_sweep_releases_what_the_dead_held(bench: Bench) -> None:
    released: list[list[uuid.UUID]] = []

    def release(dead: Sequence[uuid.UUID]) -> int:
        released.append(list(dead))
        return 0

    registry.register(
        LaneKind(queue=QUEUE, work=bench.work, due=bench.subjects, release=release, lease=timedelta(minutes=10))
    )
    bench.due[SUBJECT] = 1
    sweep()
    [message] = bench.lane_messages()
    turn = take_turn(kind=registry.kind_of(QUEUE), subject=SUBJECT, number=0, ticket=uuid.UUID(message["ticket"]))
    assert turn is not None
    assert Lane.objects.get().worker_id == worker_id()
    seen(worker_id(), ago=LONG)
    seen(OTHER, ago=timedelta(), beating=LONG)

    assert sweep() == 1, "the lane of the dead worker is in line again"

    assert released == [[], [worker_id()]]
    assert list(Worker.objects.values_list("pk", flat=True)) == [OTHER]
    assert turn.renew() is False


@pytest.mark.parametrize(("is_watched", "beats"), [(True, 1), (False, 0)])
def test_a_worker_without_work_is_known_too_by_the_pulses_that_it_takes(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, is_watched: bool, beats: int
) -> None:
    """An idle system has workers: nobody is to be alarmed that there are none."""
    registry.register(
        LaneKind(
            queue=QUEUE,
            work=bench.work,
            due=bench.subjects,
            release=len if is_watched else None,
            lease=timedelta(minutes=10),
        )
    )
    started: list[bool] = []
    monkeypatch.setattr("lanes.tasks.start_heart", lambda: started.append(True))

    pulse(queue=QUEUE, published_at=timezone.now().isoformat())

    assert len(started) == beats
