"""Which processes live: each one's heart beats in a row, and who stays silent while others beat is dead.

What a dead worker held can then be taken over within seconds, without short leases that would have to be renewed for
every lane and every call. Silence is measured against the hearts of others, not against the clock: while the database
is away nobody can beat, and nobody is dead for that.
"""

from __future__ import annotations

import os
import threading
import uuid

import structlog
from django.db import DatabaseError, InterfaceError, connection

from lanes.models import Worker

log = structlog.get_logger(__name__)

BEAT_SECONDS = 1.0
# Who has been silent for so long, while another has been beating all the time, is dead.
SILENCE_SECONDS = 5.0

# A gap starts the beating anew: who was away himself cannot tell who else is.
BEAT = """
INSERT INTO lanes_worker AS worker (id, seen_at, beating_since) VALUES (%(id)s, clock_timestamp(), clock_timestamp())
ON CONFLICT (id) DO UPDATE
SET seen_at = EXCLUDED.seen_at,
  beating_since = CASE WHEN worker.seen_at < EXCLUDED.seen_at - make_interval(secs => %(silence)s / 2)
    THEN EXCLUDED.seen_at ELSE worker.beating_since END
"""
DEAD = """
SELECT worker.id FROM lanes_worker AS worker
WHERE EXISTS (
  SELECT 1 FROM lanes_worker AS other
  WHERE other.seen_at - make_interval(secs => %(silence)s) > worker.seen_at
    AND other.beating_since < other.seen_at - make_interval(secs => %(silence)s))
"""
EXPIRE_LANES = """
UPDATE lanes_lane SET lease_until = clock_timestamp() - interval '1 second'
WHERE state = 'running' AND worker_id = ANY(%(dead)s)
"""

_lock = threading.Lock()
_name = uuid.uuid4()
_heart: threading.Thread | None = None


def worker_id() -> uuid.UUID:
    """This process's name."""
    return _name


def start_heart() -> None:
    """Let this process's heart beat until it ends; called by whoever runs lanes. Nothing when it beats already."""
    global _heart  # noqa: PLW0603 - one for the process
    if _heart is None:
        with _lock:
            if _heart is None:
                _heart = threading.Thread(target=_beat_on, name="heart", daemon=True)
                _heart.start()


def _forget_parent() -> None:
    global _name, _heart
    _name, _heart = uuid.uuid4(), None


os.register_at_fork(after_in_child=_forget_parent)


def beat(worker: uuid.UUID) -> None:
    """Say that the worker lives."""
    with connection.cursor() as cursor:
        cursor.execute(BEAT, {"id": worker, "silence": SILENCE_SECONDS})


def dead_workers() -> list[uuid.UUID]:
    """Those that have fallen silent."""
    with connection.cursor() as cursor:
        cursor.execute(DEAD, {"silence": SILENCE_SECONDS})
        return [row[0] for row in cursor.fetchall()]


def bury(dead: list[uuid.UUID]) -> None:
    """Let others take the lanes of these, and forget them.

    One that lives after all beats itself back into the table.
    """
    with connection.cursor() as cursor:
        cursor.execute(EXPIRE_LANES, {"dead": dead})
    Worker.objects.filter(pk__in=dead).delete()


def _beat_on() -> None:
    pause = threading.Event()
    while True:
        try:
            beat(_name)
        except (DatabaseError, InterfaceError) as error:
            log.warning("heartbeat_missed", error=str(error))
            connection.close()
        pause.wait(BEAT_SECONDS)
