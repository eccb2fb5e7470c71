"""Finishing a report: its state, the batch's counters and the deliveries, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

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
COUNT = """
UPDATE reporting_batch AS batch
SET finish_sequence = finish_sequence + 1,
    completed_count = completed_count + %(completed)s,
    warning_count = warning_count + %(warning)s,
    failed_count = failed_count + %(failed)s,
    covered_count = covered_count + CASE WHEN EXISTS (
        SELECT 1 FROM reporting_report AS other
        WHERE other.item_id = %(item)s AND other.finished_number IS NOT NULL) THEN 0 ELSE 1 END
WHERE id = %(batch)s
RETURNING finish_sequence, status, completed_count + warning_count + failed_count >= size, failed_count, warning_count
"""


def finish_report(report: Report, *, claim: Claim, outcome: Outcome, now: datetime) -> None:
    """Make the report final, count it, finish the batch when it was the last, and queue what is to be delivered.

    Raises:
        ClaimLostError: the claim is void; nothing was changed.
    """
    with transaction.atomic():
        counted = _count(report, outcome.status)
        changes: dict[str, Any] = {
            "status": outcome.status,
            "company_name": outcome.company_name,
            "file_name": outcome.file_name,
            "balance_date": outcome.balance_date,
            "warnings": list(outcome.warnings),
            "failure": outcome.failure,
            "pdf": outcome.pdf,
            "pdf_size": outcome.pdf_size,
            "finished_number": counted.number,
            "finished_at": now,
            "claim": None,
            "lease_until": None,
        }
        held = Report.objects.filter(pk=claim.report_id, claim=claim.token, status=Report.Status.RENDERING)
        if not held.update(**changes):
            raise ClaimLostError(f"{report} was taken over by another worker or cancelled.")
        for name, value in changes.items():
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


def _count(report: Report, status: Report.Status) -> _Counted:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, {"batch": report.batch_id})
        cursor.execute(
            COUNT,
            {
                "batch": report.batch_id,
                "item": report.item_id,
                "completed": int(status == Report.Status.COMPLETED),
                "warning": int(status == Report.Status.WARNING),
                "failed": int(status == Report.Status.FAILED),
            },
        )
        counted = cursor.fetchone()
    if counted is None:
        raise ClaimLostError(f"The batch of {report} is gone.")
    return _Counted(*counted)
