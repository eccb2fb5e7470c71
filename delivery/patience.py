"""Room for endpoints that nothing gets through to: at most half of a worker's threads, whatever hangs.

Whoever finds no room stands in line for it. Otherwise the ones that hang would take it from each other again the moment
that they leave it, and an endpoint that is new, of which nobody knows yet whether it works, would wait as long as they
have anything to send.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError

from delivery.waking import QUEUE
from lanes.waking import wake

log = structlog.get_logger(__name__)

# Who stands in line is asked for again by each sweep; who has not come for so long was served elsewhere.
WAITING_SECONDS = 15.0


class Room:
    """So many places, given out in the order in which they were asked for."""

    def __init__(self, places: int) -> None:
        self.places = places
        self._taken = 0
        self._line: dict[UUID, float] = {}  # in the order in which they came, with when they last asked
        self._lock = threading.Lock()

    def enter(self, subject: UUID) -> bool:
        """Take a place, when there is one beside those that are kept for others in line; else stand in line."""
        now = time.monotonic()
        with self._lock:
            self._line = {one: asked_at for one, asked_at in self._line.items() if now - asked_at < WAITING_SECONDS}
            ahead = list(self._line).index(subject) if subject in self._line else len(self._line)
            if self._taken + ahead < self.places:
                self._line.pop(subject, None)
                self._taken += 1
                return True
            self._line[subject] = now
            return False

    def leave(self) -> list[UUID]:
        """Give the place back; returns whose turn it is."""
        with self._lock:
            self._taken -= 1
            return list(self._line)[: self.places - self._taken]


_room = Room(max(1, settings.DELIVERY_THREADS // 2))


@contextmanager
def room_for_struggling(subject: UUID, *, is_struggling: bool) -> Iterator[bool]:
    """Take a place for the endpoint while the block runs if it struggles; gives False when it must wait in line.

    An endpoint that works needs none.
    """
    if not is_struggling:
        yield True
        return
    has_room = _room.enter(subject)
    try:
        yield has_room
    finally:
        if has_room:
            _wake(_room.leave())


def _wake(subjects: list[UUID]) -> None:
    try:
        for subject in subjects:
            wake(queue=QUEUE, subject=subject)
    except (DatabaseError, InterfaceError) as error:
        # The sweep wakes them too.
        log.warning("line_not_woken", error=str(error))
