"""Transports kept from one turn to the next: the connection stays open, and with it TLS and what was signed in with.

A transport is in use by one thread, or lies here. One that nobody took up again within IDLE is closed, by whoever puts
another down or by a timer; servers close such connections themselves.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from uuid import UUID

from delivery.models import Endpoint
from delivery.transports import Transport, open_transport
from delivery.transports.http import HTTPTransport

IDLE = timedelta(seconds=10)
MOST_KEPT = 500

_lock = threading.Lock()
# By when they were put down, the oldest first.
_kept: deque[tuple[float, UUID, Transport]] = deque()
# Runs while anything lies here.
_timer: threading.Timer | None = None


@contextmanager
def transport_for(endpoint: Endpoint) -> Iterator[Transport]:
    """A transport for the endpoint while the block runs: a kept one, or a new one. Only HTTP is kept."""
    transport = _taken(endpoint.pk) or open_transport(endpoint)
    is_whole = False
    try:
        yield transport
        is_whole = True
    finally:
        if is_whole and isinstance(transport, HTTPTransport):
            _put_down(endpoint.pk, transport)
        else:
            transport.close()


def close_kept(*, older_than: timedelta = timedelta(0)) -> None:
    """Close those that have lain here for longer."""
    before = time.monotonic() - older_than.total_seconds()
    while transport := _oldest(before):
        with suppress(OSError):
            transport.close()


def _oldest(before: float) -> Transport | None:
    with _lock:
        is_due = _kept and (_kept[0][0] <= before or len(_kept) > MOST_KEPT)
        return _kept.popleft()[2] if is_due else None


def _taken(endpoint_id: UUID) -> Transport | None:
    with _lock:
        for index in range(len(_kept) - 1, -1, -1):
            if _kept[index][1] == endpoint_id:
                transport = _kept[index][2]
                del _kept[index]
                return transport
    return None


def _put_down(endpoint_id: UUID, transport: Transport) -> None:
    with _lock:
        _kept.append((time.monotonic(), endpoint_id, transport))
        if _timer is None:
            _start_timer()
    close_kept(older_than=IDLE)


def _start_timer() -> None:
    global _timer  # noqa: PLW0603 - one for the process
    _timer = threading.Timer(IDLE.total_seconds(), _close_idle)
    _timer.daemon = True
    _timer.start()


def _close_idle() -> None:
    global _timer  # noqa: PLW0603
    try:
        close_kept(older_than=IDLE)
    finally:
        with _lock:
            _timer = None
            if _kept:
                _start_timer()
