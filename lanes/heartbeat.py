"""A heartbeat beside long work: leases can be short, so that a dead worker's work is taken up soon."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.db import DatabaseError, connection

log = structlog.get_logger(__name__)


@contextmanager
def heartbeat(beat: Callable[[], object], *, every: timedelta, at_most: timedelta) -> Iterator[None]:
    """Call `beat` every so often from a thread while the block runs, but no longer than `at_most`.

    The bound lets a lease run out under work that never ends, so that it counts as dead.
    """
    stopped = threading.Event()

    def run() -> None:
        ends_at = time.monotonic() + at_most.total_seconds()
        try:
            while not stopped.wait(every.total_seconds()) and time.monotonic() < ends_at:
                try:
                    beat()
                except DatabaseError as error:
                    # The lease may run out, and then the work is done again: no harm, so no noise.
                    log.warning("heartbeat_missed", error=str(error))
                    connection.close()
        finally:
            connection.close()

    thread = threading.Thread(target=run, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
