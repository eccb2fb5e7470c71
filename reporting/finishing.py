"""Finishing a report: its state, the batch's counters and the deliveries, in one transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from lasso.prepared import execute_prepared
from reporting.claiming import Claim
from reporting.models import Batch, Report
from reporting.telling import queue_deliveries


class ClaimLostError(Exception):
    """Another worker has taken the report over, or it was cancelled; this one's work is thrown away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a report ended. `failure` is a sentence when it failed; `pdf` is the storage key when it was made."""

    file_name: str
    company_name: str = ""
    balance_date: date | None = None
    warnings: tuple[str, ...] = ()
    failure: str = ""
    pdf: str = ""
    pdf_size: int = 0

    @property
    def status(self) -> Report.Status:
        """Completed, Warning or Failed."""
        if self.failure:
            return Report.Status.FAILED
        return Report.Status.WARNING if self.warnings else Report.Status.COMPLETED


# The batch's row is locked first, by everyone who finishes one of its reports: so numbers are given in the order of
# commits, and whoever makes the counters complete sees that they are. The lock is a statement of its own, because the
# one that counts must see what was committed while it waited.
LOCK = "SELECT FROM reporting_batch WHERE id = %(batch)s FOR NO KEY UPDATE"
# Where the claim is void the second part finds nothing, and the caller takes the first part back.
FINISH = """
WITH counted AS (
  UPDATE reporting_batch AS batch
  SET finish_sequence = finish_sequence + 1,
      completed_count = completed_count + (%(status)s = 'Completed')::int,
      warning_count = warning_count + (%(status)s = 'Warning')::int,
      failed_count = failed_count + (%(status)s = 'Failed')::int,
      covered_count = covered_count + CASE WHEN EXISTS (
        SELECT 1 FROM reporting_report AS other
        WHERE other.item_id = %(item)s AND other.finished_number IS NOT NULL) THEN 0 ELSE 1 END
  WHERE id = %(batch)s
  RETURNING finish_sequence, status, completed_count + warning_count + failed_count >= size AS is_complete,
    failed_count, warning_count
)
UPDATE reporting_report AS report
SET status = %(status)s, company_name = %(company_name)s, file_name = %(file_name)s,
    balance_date = %(balance_date)s::date, warnings = %(warnings)s::jsonb, failure = %(failure)s, pdf = %(pdf)s,
    pdf_size = %(pdf_size)s, finished_number = counted.finish_sequence, finished_at = %(finished_at)s::timestamptz,
    claim = NULL, lease_until = NULL
FROM counted
WHERE report.id = %(report)s AND report.claim = %(claim)s AND report.status = 'Rendering'
RETURNING counted.*
"""


def finish_report(report: Report, *, claim: Claim, outcome: Outcome, now: datetime) -> None:
    """Make the report final, count it, finish the batch when it was the last, and queue what is to be delivered.

    Raises:
        ClaimLostError: the claim is void; nothing was changed.
    """
    changes: dict[str, Any] = {
        "status": outcome.status.value,
        "company_name": outcome.company_name,
        "file_name": outcome.file_name,
        "balance_date": outcome.balance_date,
        "warnings": list(outcome.warnings),
        "failure": outcome.failure,
        "pdf": outcome.pdf,
        "pdf_size": outcome.pdf_size,
        "finished_at": now,
    }
    with transaction.atomic():
        counted = _write(report, claim, changes)
        for name, value in (changes | {"finished_number": counted.number, "claim": None, "lease_until": None}).items():
            setattr(report, name, value)
        if counted.batch_is_done:
            Batch.objects.filter(pk=report.batch_id).update(status=counted.final_status, finished_at=now)
        queue_deliveries(report, now=now)


@dataclass(frozen=True, slots=True)
class _Counted:
    number: int
    batch_status: str
    is_complete: bool
    failed_count: int
    warning_count: int

    @property
    def batch_is_done(self) -> bool:
        return self.is_complete and self.batch_status == Batch.Status.EXECUTING

    @property
    def final_status(self) -> Batch.Status:
        if self.failed_count:
            return Batch.Status.FINISHED_WITH_ERRORS
        return Batch.Status.FINISHED_WITH_WARNING if self.warning_count else Batch.Status.FINISHED


def _write(report: Report, claim: Claim, changes: dict[str, Any]) -> _Counted:
    batch = {"batch": report.batch_id}
    execute_prepared(LOCK, batch)
    held = {"item": report.item_id, "report": claim.report_id, "claim": claim.token}
    texts = {"warnings": json.dumps(changes["warnings"])}
    counted = execute_prepared(FINISH, batch | held | changes | texts).fetchone()
    if counted is None:
        raise ClaimLostError(f"{report} was taken over by another worker, cancelled, or deleted with its batch.")
    return _Counted(*counted)
