"""What reporting forgets: PDFs, batches, and the older reports of batches that listen on and on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection

from lasso.forgetting import CHUNK, Forgetting, register
from lasso.storage import STORAGE_FAULTS, delete_files
from reporting.beat_schedule import drop_finished_from_beat
from reporting.erasing import DELETE_REPORTS, MOST_BATCHES, erase_some_batches
from reporting.models import Report
from reporting.orphans import look_for_orphans

log = structlog.get_logger(__name__)

# A batch whose failed reports could be made again must not be while it goes.
CHOOSE_BATCHES = """
UPDATE reporting_batch SET status = CASE WHEN status = 'FinishedWithErrors' THEN 'Cancelled' ELSE status END
WHERE id = ANY(ARRAY(
  SELECT id FROM reporting_batch
  WHERE finished_at < %(before)s AND status NOT IN ('Initializing', 'Scheduled', 'Executing', 'Listening')
  ORDER BY finished_at LIMIT %(most)s FOR UPDATE SKIP LOCKED))
RETURNING id
"""
# The oldest by their numbers. The newest finished one of each item stays, so that the batch's counts hold. There are as
# many of those as items: a window that is larger always has what can go, if anything can.
CHOOSE_REPORTS = """
SELECT report.id, report.pdf FROM reporting_batch AS batch
CROSS JOIN LATERAL (
  SELECT id, item_id, run, pdf, finished_at FROM reporting_report
  WHERE batch_id = batch.id AND finished_number IS NOT NULL
  ORDER BY finished_number LIMIT batch.size + %(most)s) AS report
WHERE batch.status = 'Listening' AND batch.created_at < %(before)s AND report.finished_at < %(before)s
  AND EXISTS (
    SELECT 1 FROM reporting_report AS newer
    WHERE newer.item_id = report.item_id AND newer.run > report.run AND newer.finished_number IS NOT NULL)
LIMIT %(most)s
"""


def expire_some_pdfs(now: datetime) -> int:
    """Delete the PDFs of some of the reports that were made longer than PDF_RETENTION ago, and say so in their rows.

    The file goes first: a kill in between lets the next turn delete what is gone, and leaves nothing behind.
    """
    old = Report.objects.filter(finished_at__lt=now - settings.PDF_RETENTION, pdf_expired_at__isnull=True)
    found = dict(old.exclude(pdf="").order_by("finished_at").values_list("pdf", "pk")[:CHUNK])
    gone = [found[key] for key in _deleted(list(found))]
    return Report.objects.filter(pk__in=gone).update(pdf_expired_at=now)


def forget_some_batches(now: datetime) -> int:
    """A step towards forgetting batches that ended longer than BATCH_RETENTION ago, and their reports and PDFs."""
    with connection.cursor() as cursor:
        cursor.execute(CHOOSE_BATCHES, {"before": now - settings.BATCH_RETENTION, "most": MOST_BATCHES})
        chosen = [row[0] for row in cursor.fetchall()]
    try:
        return erase_some_batches(chosen)
    except STORAGE_FAULTS as error:
        log.warning("storage_out_of_reach", error=str(error))
        return 0


def forget_some_old_runs(now: datetime) -> int:
    """Delete some of the reports of listening batches that are older than BATCH_RETENTION and not the newest."""
    with connection.cursor() as cursor:
        cursor.execute(CHOOSE_REPORTS, {"before": now - settings.BATCH_RETENTION, "most": CHUNK})
        found: list[tuple[UUID, str]] = cursor.fetchall()
    gone = set(_deleted([pdf for _, pdf in found if pdf]))
    chosen = [report_id for report_id, pdf in found if not pdf or pdf in gone]
    with connection.cursor() as cursor:
        cursor.execute(DELETE_REPORTS, {"reports": chosen})
        return int(cursor.rowcount)


def _deleted(keys: list[str]) -> list[str]:
    try:
        return delete_files(keys)
    except STORAGE_FAULTS as error:
        log.warning("storage_out_of_reach", error=str(error))
        return []


def _drop_from_beat(now: datetime) -> int:  # noqa: ARG001 - as all steps
    return drop_finished_from_beat()


def register_forgetting() -> None:
    """Called when Django starts."""
    register(Forgetting(name="PDFs", setting="PDF_RETENTION", tables=("files of reports",), step=expire_some_pdfs))
    register(
        Forgetting(
            name="batches",
            setting="BATCH_RETENTION",
            tables=("reporting.Batch", "reporting.BatchItem", "reporting.Report"),
            step=forget_some_batches,
        )
    )
    register(
        Forgetting(
            name="older reports of listeners",
            setting="BATCH_RETENTION",
            tables=("reporting.Report",),
            step=forget_some_old_runs,
        )
    )
    register(
        Forgetting(
            name="beat's rows of batches that recur no more",
            setting="",
            tables=("django_celery_beat.PeriodicTask",),
            step=_drop_from_beat,
        )
    )
    register(Forgetting(name="files without a report", setting="", tables=("files of reports",), step=look_for_orphans))
