"""Claiming the next report of a batch, and keeping the claim while it is rendered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from lasso.prepared import execute_prepared

# Renewed by a heartbeat, so it may be short: a killed worker's report is taken up again after this.
LEASE = timedelta(seconds=10)
HEARTBEAT = timedelta(seconds=3)
# The longest that one report may take; then its heartbeat stops and another worker may have it.
LONGEST_RENDERING = timedelta(seconds=90)
# A report that has stopped this many workers is given up.
MOST_ATTEMPTS = 3

CLAIM = """
UPDATE reporting_report
SET status = 'Rendering', attempt_count = attempt_count + 1, claim = gen_random_uuid(),
    lease_until = clock_timestamp() + %(lease)s, started_at = COALESCE(started_at, clock_timestamp())
WHERE id = (
    SELECT id FROM reporting_report
    WHERE batch_id = %(batch)s AND status IN ('Queued', 'Rendering')
      AND ((status = 'Queued' AND due_at <= clock_timestamp())
           OR (status = 'Rendering' AND lease_until < clock_timestamp()))
    ORDER BY position LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, claim, attempt_count
"""
EXTEND = """
UPDATE reporting_report SET lease_until = clock_timestamp() + %(lease)s
WHERE id = %(report)s AND claim = %(claim)s AND status = 'Rendering'
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to finish one report: void as soon as another worker has claimed it."""

    report_id: UUID
    token: UUID
    attempt: int

    @property
    def is_hopeless(self) -> bool:
        """Whether the report has already stopped as many workers as it may."""
        return self.attempt > MOST_ATTEMPTS

    def extend(self) -> bool:
        """Keep the claim for another lease; False when it is void."""
        parameters = {"report": self.report_id, "claim": self.token, "lease": LEASE}
        return bool(execute_prepared(EXTEND, parameters).rowcount)


def claim_next(batch_id: UUID) -> Claim | None:
    """Claim the batch's next report that is due or whose worker died, in the order of its items."""
    row = execute_prepared(CLAIM, {"batch": batch_id, "lease": LEASE}).fetchone()
    return Claim(*row) if row else None
