"""Waking a subject at a moment: for waits shorter than the sweep's, such as a rate limit's.

A hint like any message: the alarms of a process that ends are lost, and the sweep finds the work.
"""

from __future__ import annotations

import heapq
import threading
import uuid
from datetime import datetime

import structlog
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from lanes.waking import wake

log = structlog.get_logger(__name__)

# What is farther away than this, the sweep finds as quickly.
FARTHEST_SECONDS = 60.0

_changed = threading.Condition()
# Moment, queue, subject and width.
_planned: list[tuple[datetime, str, uuid.UUID, int]] = []
_thread: threading.Thread | None = None


def wake_at(moment: datetime, *, queue: str, subject: uuid.UUID, width: int = 1) -> None:
    """Put up to `width` lanes of the subject in line then. Asked for twice, it happens once."""
    global _thread  # noqa: PLW0603 - one for the process
    alarm = (moment, queue, subject, width)
    if (moment - timezone.now()).total_seconds() > FARTHEST_SECONDS:
        return
    with _changed:
        if alarm in _planned:
            return
        heapq.heappush(_planned, alarm)
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_watch, name="alarms", daemon=True)
            _thread.start()
        _changed.notify()


def _watch() -> None:
    while True:
        _, queue, subject, width = _next()
        try:
            wake(queue=queue, subject=subject, width=width)
        except (DatabaseError, InterfaceError) as error:
            log.warning("alarm_missed", queue=queue, subject=str(subject), error=str(error))
        finally:
            connection.close()


def _next() -> tuple[datetime, str, uuid.UUID, int]:
    with _changed:
        while True:
            if not _planned:
                _changed.wait()
                continue
            seconds = (_planned[0][0] - timezone.now()).total_seconds()
            if seconds <= 0:
                return heapq.heappop(_planned)
            _changed.wait(seconds)
