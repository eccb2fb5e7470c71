"""A lane's turn: taken by the message with the right ticket, renewed while it works, left at its end."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import Any

from lanes.registry import LaneKind
from lanes.stopping import is_stopping
from lanes.waking import publish
from lanes.workers import worker_id
from lasso.prepared import UNHURRIED, alone, execute_prepared

# None of these waits for the disk: what a crash of the database takes of the last moment, the sweep makes good, at the
# latest when the lease of a lane that seems to run is over.
TAKE = f"""
UPDATE lanes_lane
SET state = 'running', is_wanted = false, lease_until = clock_timestamp() + %(lease)s, worker_id = %(worker)s
WHERE queue = %(queue)s AND subject = %(subject)s AND number = %(number)s AND ticket = %(ticket)s AND state = 'queued'
RETURNING {UNHURRIED}
"""  # noqa: S608 - pieces of our own, as below
RENEW = """
UPDATE lanes_lane SET lease_until = clock_timestamp() + %(lease)s
WHERE queue = %(queue)s AND subject = %(subject)s AND number = %(number)s AND ticket = %(ticket)s AND state = 'running'
"""
# The row is locked by the first of the two, so that a waker sees either the lane that will look again, or none.
LEAVE = f"""
DELETE FROM lanes_lane
WHERE queue = %(queue)s AND subject = %(subject)s AND number = %(number)s AND ticket = %(ticket)s AND state = 'running'
  AND NOT is_wanted
RETURNING {UNHURRIED}
"""  # noqa: S608
GO_TO_THE_BACK = f"""
UPDATE lanes_lane
SET state = 'queued', ticket = gen_random_uuid(), is_wanted = false, queued_at = clock_timestamp(), lease_until = NULL,
  worker_id = NULL
WHERE queue = %(queue)s AND subject = %(subject)s AND number = %(number)s AND ticket = %(ticket)s AND state = 'running'
RETURNING ticket, {UNHURRIED}
"""  # noqa: S608


@dataclass(slots=True)
class Turn:
    """The right to work for one subject for a moment."""

    kind: LaneKind
    subject: uuid.UUID
    number: int
    ticket: uuid.UUID
    ends_at: float  # time.monotonic()

    @property
    def is_over(self) -> bool:
        """Whether it is time to go to the back of the queue, or the process was asked to end."""
        return is_stopping() or time.monotonic() >= self.ends_at

    def renew(self) -> bool:
        """Keep the lane for another lease; False when somebody else has it by now."""
        return _execute(RENEW, self) == 1

    def leave(self, *, more: bool) -> None:
        """End the turn: back in line when more is due or somebody asked meanwhile, else gone."""
        if not more and _execute(LEAVE, self):
            return
        row = execute_prepared(GO_TO_THE_BACK, _parameters(self)).fetchone()
        if row:
            publish(queue=self.kind.queue, subject=self.subject, number=self.number, ticket=row[0])


def take_turn(*, kind: LaneKind, subject: uuid.UUID, number: int, ticket: uuid.UUID) -> Turn | None:
    """The lane's turn, or None when the ticket is no longer the lane's: the message was doubled or came too late."""
    turn = Turn(
        kind=kind,
        subject=subject,
        number=number,
        ticket=ticket,
        ends_at=time.monotonic() + kind.turn_length.total_seconds(),
    )
    return turn if _execute(TAKE, turn) == 1 else None


def _parameters(turn: Turn) -> dict[str, Any]:
    return {
        "queue": turn.kind.queue,
        "subject": turn.subject,
        "number": turn.number,
        "ticket": turn.ticket,
        "lease": turn.kind.lease,
        "worker": worker_id() if turn.kind.release else None,
        **alone(),
    }


def _execute(sql: str, turn: Turn) -> int:
    return int(execute_prepared(sql, _parameters(turn)).rowcount)
