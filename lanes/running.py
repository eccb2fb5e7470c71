"""What a worker does with a lane's message."""

from __future__ import annotations

import uuid

from lanes.registry import kind_of
from lanes.turns import take_turn


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
        turn.leave(more=more)
    return True
