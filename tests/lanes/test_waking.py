"""Waking a lane."""

from __future__ import annotations

import threading
import time
import uuid
from datetime import timedelta
from functools import partial
from typing import Any, cast

import pytest
from django.db import connection, transaction
from django.utils import timezone
from kombu import Connection

from lanes.models import Lane, Pulse
from lanes.tasks import run_lane
from lanes.waking import wake
from tests.lanes.conftest import QUEUE, Bench

pytestmark = pytest.mark.django_db

SUBJECT = uuid.UUID("00000000-0000-4000-8000-000000000001")


def test_it_puts_as_many_lanes_in_line_as_asked(bench: Bench) -> None:
    assert wake(queue=QUEUE, subject=SUBJECT, width=3) == 3

    assert [message["number"] for message in bench.lane_messages()] == [0, 1, 2]
    assert list(Lane.objects.values_list("state", flat=True)) == ["queued"] * 3


def test_it_leaves_a_lane_in_line_where_it_stands(bench: Bench) -> None:
    wake(queue=QUEUE, subject=SUBJECT)

    assert wake(queue=QUEUE, subject=SUBJECT) == 0

    assert len(bench.lane_messages()) == 1


def test_it_tells_a_running_lane_to_go_round_once_more(bench: Bench) -> None:
    wake(queue=QUEUE, subject=SUBJECT)
    [message] = bench.lane_messages()
    bench.during = lambda turn: wake(queue=QUEUE, subject=SUBJECT)

    bench.serve(message)

    [again] = bench.lane_messages()
    assert again["ticket"] != message["ticket"]
    bench.during = lambda turn: None
    bench.serve(again)
    assert bench.lane_messages() == []
    assert not Lane.objects.exists()


def test_it_takes_over_from_a_worker_that_died(bench: Bench) -> None:
    wake(queue=QUEUE, subject=SUBJECT)
    Lane.objects.update(state="running", lease_until=timezone.now() - timedelta(seconds=1))

    assert wake(queue=QUEUE, subject=SUBJECT) == 1


def test_it_does_not_take_over_from_a_worker_that_lives(bench: Bench) -> None:
    wake(queue=QUEUE, subject=SUBJECT)
    Lane.objects.update(state="running", lease_until=timezone.now() + timedelta(seconds=30))

    assert wake(queue=QUEUE, subject=SUBJECT) == 0


def test_it_replaces_a_message_that_a_later_pulse_has_overtaken(bench: Bench) -> None:
    wake(queue=QUEUE, subject=SUBJECT)
    bench.messages()
    queued_at = Lane.objects.get().queued_at
    Pulse.objects.create(queue=QUEUE, passed_at=queued_at + timedelta(seconds=4), seen_at=timezone.now())

    assert wake(queue=QUEUE, subject=SUBJECT) == 1

    assert len(bench.lane_messages()) == 1


@pytest.mark.parametrize("behind", [timedelta(seconds=-1), timedelta(seconds=2)])
def test_it_waits_for_a_message_that_may_still_come(bench: Bench, behind: timedelta) -> None:
    wake(queue=QUEUE, subject=SUBJECT)
    queued_at = Lane.objects.get().queued_at
    Pulse.objects.create(queue=QUEUE, passed_at=queued_at + behind, seen_at=timezone.now())

    assert wake(queue=QUEUE, subject=SUBJECT) == 0


def test_it_survives_a_broker_that_is_out_of_reach(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody_listens = Connection("redis://127.0.0.1:1/0")
    monkeypatch.setattr(run_lane, "apply_async", partial(cast("Any", run_lane).apply_async, connection=nobody_listens))

    assert wake(queue=QUEUE, subject=SUBJECT) == 1

    assert Lane.objects.get().state == "queued"
    assert bench.lane_messages() == []


@pytest.mark.django_db(transaction=True)
def test_it_locks_lanes_in_their_order_so_that_two_wakers_never_wait_for_each_other(bench: Bench) -> None:
    wake(queue=QUEUE, subject=SUBJECT, width=2)
    Lane.objects.filter(number=1).update(state="running", lease_until=timezone.now() + timedelta(minutes=1))
    # The later written row stands later in the table, which is where a scan of it comes last.
    Lane.objects.filter(number=0).update(state="running", lease_until=timezone.now() + timedelta(minutes=1))

    def wake_by_a_scan() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET enable_indexscan = off")
            cursor.execute("SET enable_bitmapscan = off")
        wake(queue=QUEUE, subject=SUBJECT, width=2)
        connection.close()

    waker = threading.Thread(target=wake_by_a_scan)
    with transaction.atomic():
        Lane.objects.select_for_update().get(number=0)
        waker.start()
        ends_at = time.monotonic() + 10
        while not _is_somebody_waiting_for_us():
            assert time.monotonic() < ends_at
            time.sleep(0.01)
        assert Lane.objects.select_for_update(skip_locked=True).filter(number=1).exists()
    waker.join(10)
    assert list(Lane.objects.values_list("is_wanted", flat=True)) == [True, True]


def _is_somebody_waiting_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
        )
        return bool(cursor.fetchone()[0])
