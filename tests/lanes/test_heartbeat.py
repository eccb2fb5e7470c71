"""The heartbeat beside long work."""

from __future__ import annotations

import threading
from datetime import timedelta

from django.db import OperationalError

from lanes.heartbeat import heartbeat

SOON = timedelta(milliseconds=10)


def test_it_beats_while_the_work_goes_on_and_stops_with_it() -> None:
    beats = threading.Semaphore(0)

    with heartbeat(beats.release, every=SOON, at_most=timedelta(minutes=1)):
        assert all(beats.acquire(timeout=10) for _ in range(3))

    assert "heartbeat" not in {thread.name for thread in threading.enumerate()}


def test_it_stops_after_its_bound_so_that_endless_work_counts_as_dead() -> None:
    beats = 0

    def beat() -> None:
        nonlocal beats
        beats += 1

    with heartbeat(beat, every=SOON, at_most=timedelta(0)):
        [thread] = [thread for thread in threading.enumerate() if thread.name == "heartbeat"]
        thread.join(timeout=10)
        assert not thread.is_alive()

    assert beats == 0


def test_it_goes_on_when_the_database_fails_for_a_moment() -> None:
    beats = threading.Semaphore(0)

    def beat() -> None:
        beats.release()
        raise OperationalError("the connection is gone")

    with heartbeat(beat, every=SOON, at_most=timedelta(minutes=1)):
        assert all(beats.acquire(timeout=10) for _ in range(3))
