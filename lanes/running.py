"""What a worker does with a lane's message."""

from __future__ import annotations

import time
import uuid

from django.db import InterfaceError, OperationalError, connection

from lanes.registry import kind_of
from lanes.turns import Turn, take_turn

LEAVING_PAUSE = 0.5  # seconds


def run(*, queue: str, subject: uuid.UUID, number: int, ticket: uuid.UUID) -> bool:
    """Take the lane's turn and work; returns False when the ticket was no longer good.

    Whatever the work raises goes on up after the lane is left idle: the sweep comes back to it in its own time, which
    is the pause that a fault of ours needs.
    """
    kind = kind_of(queue)
    turn = take_turn(kind=kind, subject=subject, number=number, ticket=ticket)
    if turn is None:
        return False
    more = False
    try:
        more = kind.work(subject, turn)
    finally:
        _leave(turn, more=more)
    return True


def _leave(turn: Turn, *, more: bool) -> None:
    """End the turn, also when the database is away for a moment: a lane that seems to run is woken by nobody."""
    until = time.monotonic() + turn.kind.lease.total_seconds()
    while True:
        try:
            turn.leave(more=more)
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or time.monotonic() > until:
                raise
            connection.close()
            time.sleep(LEAVING_PAUSE)
        else:
            return
