"""The sweep: wakes due work that no lane holds. It is the guarantee; messages are only the speed."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import connection
from django.utils import timezone
from kombu.exceptions import OperationalError

from lanes.models import Pulse
from lanes.registry import all_kinds
from lanes.waking import IS_ABANDONED, wake
from lanes.workers import bury, dead_workers

log = structlog.get_logger(__name__)

# Longer than any queue takes to come round; it only keeps pulses from piling up where no worker listens.
PULSE_LIFETIME_SECONDS = 600

RECORD_PULSE = """
INSERT INTO lanes_pulse AS pulse (queue, passed_at, seen_at) VALUES (%(queue)s, %(passed_at)s, clock_timestamp())
ON CONFLICT (queue) DO UPDATE
SET passed_at = GREATEST(pulse.passed_at, EXCLUDED.passed_at), seen_at = EXCLUDED.seen_at
"""

# Lanes that no worker holds and no message leads to, after all due work was woken: nothing is due for them. Left where
# they are, one in line would keep new work from being told of, and would be the oldest of its queue for ever.
CLEAR_AWAY = f"""
DELETE FROM lanes_lane
WHERE id IN (SELECT lane.id FROM lanes_lane AS lane WHERE {IS_ABANDONED} FOR UPDATE SKIP LOCKED)
"""  # noqa: S608 - a piece of our own


def sweep() -> int:
    """Wake every subject with due work, and send a pulse through each queue; returns how many lanes were woken.

    Lanes that were left behind and have nothing due are cleared away.
    """
    woken = 0
    _release()
    for kind in all_kinds():
        send_pulse(queue=kind.queue)
        for subject, width in kind.due():
            woken += wake(queue=kind.queue, subject=subject, width=width)
    clear_away()
    if woken:
        log.info("swept", woken=woken)
    return woken


def clear_away() -> int:
    """Delete the lanes that nobody will ever run; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(CLEAR_AWAY)
        return int(cursor.rowcount)


def _release() -> None:
    """Take back what dead workers held, and what any held too long."""
    dead = dead_workers()
    for kind in all_kinds():
        if kind.release and (count := kind.release(dead)):
            log.warning("claims_released", queue=kind.queue, count=count, dead_workers=len(dead))
    if dead:
        bury(dead)


def send_pulse(*, queue: str) -> None:
    """Put a message into the queue that tells, when it comes out, that everything before it has come out."""
    from lanes.tasks import pulse

    try:
        pulse.apply_async(
            kwargs={"queue": queue, "published_at": _database_clock().isoformat()},
            queue=queue,
            expires=PULSE_LIFETIME_SECONDS,
        )
    except OperationalError as error:
        log.warning("pulse_not_published", queue=queue, error=str(error))


def record_pulse(*, queue: str, published_at: datetime) -> None:
    """Note that the pulse published then has come out of its queue."""
    with connection.cursor() as cursor:
        cursor.execute(RECORD_PULSE, {"queue": queue, "passed_at": published_at})


def queue_ages() -> dict[str, float]:
    """Seconds since each queue last proved that its workers take messages out; a queue never heard of is missing."""
    now = timezone.now()
    return {pulse.queue: (now - pulse.seen_at).total_seconds() for pulse in Pulse.objects.all()}


def _database_clock() -> datetime:
    # One clock for all machines: leases, tickets and pulses are compared with each other.
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment
