"""What `/metrics` says of batches and reports."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import structlog
from django.db import connection

from lasso.metrics import Gauge, Sample
from lasso.observing import LONG_BUCKETS, counter, timing
from reporting.models import Batch, Report

log = structlog.get_logger(__name__)

# A dashboard shows "a great many" beyond this; counting them all would weigh on those who make them.
MOST_COUNTED = 100_000

finished = counter("lasso_reports_total", "Reports that came to an end.", "type", "engine", "status")
seconds = timing("lasso_report_seconds", "Making a report, from its claim to its end.", "type", "engine")
phase_seconds = timing(
    "lasso_report_phase_seconds", "The parts of making a report: collect, compose, print, store.", "phase"
)
wait_seconds = timing(
    "lasso_report_wait_seconds", "From the moment a report was due until a worker took it.", buckets=LONG_BUCKETS
)
batches = counter("lasso_batches_total", "Batches ordered.", "type")

# Both states stand on the index report_open, by batch.
OPEN_REPORTS = """
SELECT count(*) FROM (
  SELECT 1 FROM reporting_batch AS batch
  CROSS JOIN LATERAL (
    SELECT 1 FROM reporting_report AS report
    WHERE report.batch_id = batch.id AND report.status = %(status)s AND report.status IN ('Queued', 'Rendering')
    LIMIT %(most)s) AS open
  WHERE batch.status IN ('Executing', 'Listening')
  LIMIT %(most)s) AS counted
"""


def note_ordered(batch: Batch) -> None:
    """A batch was ordered; the line ties the request that is under way to the batch."""
    batches.add(batch.type)
    log.info(
        "batch_ordered", batch=str(batch.pk), organisation=str(batch.organisation_id), type=batch.type, size=batch.size
    )


def note_finished(report: Report, *, began_at: datetime, now: datetime) -> None:
    """A report came to an end that was claimed then."""
    batch = report.batch
    finished.add(batch.type, batch.engine, report.status)
    seconds.observe(now - began_at, batch.type, batch.engine)


def _open_reports() -> Iterable[Sample]:
    with connection.cursor() as cursor:
        for status in (Report.Status.QUEUED, Report.Status.RENDERING):
            cursor.execute(OPEN_REPORTS, {"status": status.value, "most": MOST_COUNTED})
            yield Sample(cursor.fetchone()[0], {"status": status.value})


def _open_batches() -> Iterable[Sample]:
    for status in (Batch.Status.SCHEDULED, *Batch.RUNNING):
        yield Sample(Batch.objects.filter(status=status)[:MOST_COUNTED].count(), {"status": status.value})


GAUGES = (
    Gauge("lasso_open_reports", f"Reports of running batches by state, counted up to {MOST_COUNTED}.", _open_reports),
    Gauge("lasso_open_batches", "Batches that are scheduled, running or listening.", _open_batches),
)
