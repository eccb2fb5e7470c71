"""Waking lanes: the quick way from a commit to a worker. What it misses, the sweep finds."""

from __future__ import annotations

import time
import uuid
from typing import Any

import structlog
from django.db import connection
from kombu.exceptions import OperationalError

from lanes.registry import kind_of
from lasso.prepared import UNHURRIED, alone, execute_prepared

log = structlog.get_logger(__name__)

# None of these waits for the disk: lanes are the quick way, and what a crash of the database loses of them is found.
# Somebody works on the lane now: it goes round once more before it stops. Lanes are locked in the order of their
# numbers, here and below, or two wakers could wait for each other.
WANT = f"""
UPDATE lanes_lane SET is_wanted = true
WHERE id IN (
    SELECT id FROM lanes_lane
    WHERE queue = %(queue)s AND subject = %(subject)s AND state = 'running'
      AND lease_until >= clock_timestamp() AND NOT is_wanted
    ORDER BY number FOR UPDATE)
RETURNING {UNHURRIED}
"""  # noqa: S608 - pieces of our own, as below

# Its worker died, or its message is lost: a pulse that was put into the queue after it has come out. Messages leave a
# queue in the order they came in, but two workers may look at theirs in any order, hence the three seconds.
IS_ABANDONED = """
(lane.state = 'running' AND lane.lease_until < clock_timestamp())
OR (lane.state = 'queued' AND lane.queued_at < (
      SELECT pulse.passed_at - interval '3 seconds' FROM lanes_pulse AS pulse WHERE pulse.queue = lane.queue))
"""
# A lane is put in line when it is not there yet, or is abandoned.
PUT_IN_LINE = f"""
INSERT INTO lanes_lane AS lane (queue, subject, number, state, ticket, is_wanted, queued_at)
SELECT %(queue)s, %(subject)s, number, 'queued', gen_random_uuid(), false, clock_timestamp()
FROM generate_series(0, %(width)s - 1) AS number ORDER BY number
ON CONFLICT (queue, subject, number) DO UPDATE
SET state = 'queued', ticket = EXCLUDED.ticket, is_wanted = false, queued_at = EXCLUDED.queued_at, lease_until = NULL
WHERE {IS_ABANDONED}
RETURNING number, ticket, {UNHURRIED}
"""  # noqa: S608

# The lowest number that is free, unless a lane stands in line.
PUT_ANOTHER_IN_LINE = f"""
INSERT INTO lanes_lane (queue, subject, number, state, ticket, is_wanted, queued_at)
SELECT %(queue)s::varchar, %(subject)s::uuid, number, 'queued', gen_random_uuid(), false, clock_timestamp()
FROM generate_series(0, %(most)s - 1) AS number
WHERE NOT EXISTS (
    SELECT 1 FROM lanes_lane AS lane
    WHERE lane.queue = %(queue)s AND lane.subject = %(subject)s AND (lane.number = number.number OR state = 'queued'))
ORDER BY number LIMIT 1
ON CONFLICT DO NOTHING
RETURNING number, ticket, {UNHURRIED}
"""  # noqa: S608
IS_EXPECTED = """
SELECT EXISTS (
    SELECT 1 FROM lanes_lane WHERE queue = %(queue)s AND subject = %(subject)s AND (state = 'queued' OR is_wanted))
"""
# How long nothing is published after the broker was out of reach, in seconds. The sweep finds what was not.
BROKER_PAUSE = 2.0
_broker_rests_until = 0.0

# Between two statements the last lane may have stopped.
ANOTHER_TRIES = 3


def wake(*, queue: str, subject: uuid.UUID, width: int = 1) -> int:
    """Put up to `width` lanes of the subject in line; returns how many. Call it after the commit.

    A lane that waits in line already is left where it stands; one that runs is told to look again before it stops.
    """
    with connection.cursor() as cursor:
        cursor.execute(WANT, {"queue": queue, "subject": subject, **alone()})
        cursor.execute(PUT_IN_LINE, {"queue": queue, "subject": subject, "width": width, **alone()})
        put_in_line = cursor.fetchall()
    for number, ticket, _ in put_in_line:
        publish(queue=queue, subject=subject, number=number, ticket=ticket)
    return len(put_in_line)


def wake_another(*, queue: str, subject: uuid.UUID, most: int) -> int:
    """Put one more lane of the subject in line, so that new work need not wait for a lane that is busy.

    Nothing is done when one stands in line already, since that will look. When all of `most` run, they are told to look
    again before they stop. Returns how many were put in line. Call it after the commit.
    """
    parameters: dict[str, Any] = {"queue": queue, "subject": subject, "most": most, **alone()}
    put_in_line: list[tuple[Any, ...]] = []
    for _ in range(ANOTHER_TRIES):
        if put_in_line := execute_prepared(PUT_ANOTHER_IN_LINE, parameters).fetchall():
            break
        execute_prepared(WANT, parameters)
        if execute_prepared(IS_EXPECTED, parameters).fetchall()[0][0]:
            break
    for number, ticket, _ in put_in_line:
        publish(queue=queue, subject=subject, number=number, ticket=ticket)
    return len(put_in_line)


def publish(*, queue: str, subject: uuid.UUID, number: int, ticket: uuid.UUID) -> None:
    """Send the lane's message; a broker that is out of reach is logged and left to the sweep.

    While it is, only one message in BROKER_PAUSE waits for it: a request that wakes many lanes, or many requests, must
    not wait for each.
    """
    global _broker_rests_until  # noqa: PLW0603 - one broker for the process
    if time.monotonic() < _broker_rests_until:
        return
    from lanes.tasks import run_lane

    time_limit = kind_of(queue).time_limit
    limits: dict[str, Any] = {"time_limit": time_limit.total_seconds()} if time_limit else {}
    try:
        run_lane.apply_async(
            kwargs={"queue": queue, "subject": str(subject), "number": number, "ticket": str(ticket)},
            queue=queue,
            **limits,
        )
    except OperationalError as error:
        _broker_rests_until = time.monotonic() + BROKER_PAUSE
        log.warning("lane_not_published", queue=queue, subject=str(subject), error=str(error))
