"""The lanes on the admin's first page: how long each queue is, how old its oldest lane, and who works."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from lanes.registry import LaneKind, all_kinds
from lanes.sweeping import queue_ages
from lanes.workers import SILENCE_SECONDS
from lasso.overview import Line, ago

# One clock for all: who waits and who beats is written with the database's.
LANES = """
SELECT queue, count(*) FILTER (WHERE state = 'queued'), count(*) FILTER (WHERE state = 'running'),
  COALESCE(extract(epoch FROM clock_timestamp() - min(queued_at) FILTER (WHERE state = 'queued')), 0)::float
FROM lanes_lane GROUP BY queue
"""
WORKERS = "SELECT count(*) FROM lanes_worker WHERE seen_at > clock_timestamp() - make_interval(secs => %s)"
# Lanes take turns of two seconds: one that waits for minutes waits for workers.
LONG_WAIT_SECONDS = 120.0
STANDSTILL_SECONDS = 60.0


def queues() -> Sequence[Line]:
    """A line for each queue, and the workers whose hearts beat."""
    found, workers, ages = lanes_by_queue(), workers_alive(), queue_ages()
    lines = [_line(kind, found.get(kind.queue, (0, 0, 0.0)), ages.get(kind.queue)) for kind in all_kinds()]
    return [*lines, Line("processes that deliver", f"{workers} alive", is_alarming=workers == 0)]


def lanes_by_queue() -> dict[str, tuple[int, int, float]]:
    """Of each queue with lanes: those in line, those at work, and for how many seconds the oldest has stood in line."""
    with connection.cursor() as cursor:
        cursor.execute(LANES)
        return {queue: (waiting, running, age) for queue, waiting, running, age in cursor.fetchall()}


def workers_alive() -> int:
    """How many processes that deliver are alive."""
    with connection.cursor() as cursor:
        cursor.execute(WORKERS, [SILENCE_SECONDS])
        return int(cursor.fetchone()[0])


def _line(kind: LaneKind, lanes: tuple[int, int, float], moved: float | None) -> Line:
    waiting, running, oldest = lanes
    due = sum(1 for _ in kind.due())
    age = f", the oldest for {ago(oldest)}" if waiting else ""
    last = "never moved" if moved is None else f"moved {ago(moved)} ago"
    return Line(
        kind.queue,
        f"{running} lanes at work, {waiting} in line{age}; {due} with due work; {last}",
        is_alarming=moved is None or moved > STANDSTILL_SECONDS or oldest > LONG_WAIT_SECONDS,
    )
