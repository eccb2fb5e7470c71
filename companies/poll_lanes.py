"""Polls as lanes: the sweep wakes those that are due, and workers of the queue "register" run them turn by turn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from uuid import NAMESPACE_URL, UUID, uuid5

import structlog

from companies.errors import SourceUnreachable
from companies.polling import POLLS, Poll, due_polls, run_poll
from companies.sources.distribution.access import Off, access_to
from lanes.heartbeat import heartbeat
from lanes.turns import Turn

log = structlog.get_logger(__name__)

QUEUE = "register"
# Longer than other lanes' turns: each begins by finding out what is watched.
TURN = timedelta(seconds=10)
LEASE = timedelta(seconds=15)
HEARTBEAT = timedelta(seconds=4)
# A step's calls and the import of what they brought; past it the lane counts as dead, and another takes its place.
LONGEST_STEP = timedelta(minutes=5)


def subject_of(poll: Poll) -> UUID:
    """The lane's subject: the same in every process."""
    return uuid5(NAMESPACE_URL, f"lasso:poll:{poll.name}")


def work(subject: UUID, turn: Turn) -> bool:
    """A turn of the poll; whether it has more to do now."""
    poll = next((poll for poll in due_polls() if subject_of(poll) == subject), None)
    if poll is None:
        return False
    with heartbeat(turn.renew, every=HEARTBEAT, at_most=LONGEST_STEP):
        try:
            done = run_poll(poll, is_over=lambda: turn.is_over)
        except SourceUnreachable:
            return False  # logged, and its row says when to try again
    if done.retrieved.asked:
        log.info(
            "polled",
            poll=poll.name,
            asked=done.retrieved.asked,
            changed=done.retrieved.changed,
            refused=len(done.retrieved.refused),
        )
    return not done.is_done


def due() -> Iterator[tuple[UUID, int]]:
    """The polls that are due, one lane each; a source that is off is told of once a process."""
    for source in sorted({poll.source for poll in POLLS}):
        access = access_to(source)
        if isinstance(access, Off):
            _say_off(source, access.reason)
    for poll in due_polls():
        yield subject_of(poll), 1


@cache
def _say_off(source: str, reason: str) -> None:
    log.info("source_off", source=source, reason=reason)
