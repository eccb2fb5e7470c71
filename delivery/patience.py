"""Room for endpoints that nothing gets through to: at most half of a worker's threads, whatever hangs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

_room = threading.BoundedSemaphore(max(1, settings.DELIVERY_THREADS // 2))


@contextmanager
def room_for_struggling(is_struggling: bool) -> Iterator[bool]:  # noqa: FBT001 - what it is about
    """Take a place while the block runs if the endpoint struggles; gives False when none is left.

    An endpoint that works needs none.
    """
    if not is_struggling:
        yield True
        return
    has_room = _room.acquire(blocking=False)
    try:
        yield has_room
    finally:
        if has_room:
            _room.release()
