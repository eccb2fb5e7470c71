"""The first reports of a batch: one queued for each item."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from reporting.models import Batch

CREATE_REPORTS = """
INSERT INTO reporting_report (id, batch_id, item_id, run, position, status, attempt_count, due_at, company_name,
                              file_name, warnings, failure, pdf, pdf_size, created_at)
SELECT gen_random_uuid(), batch_id, id, 0, position, 'Queued', 0, %(now)s, '', '', '[]', '', '', 0, %(now)s
FROM reporting_batchitem WHERE batch_id = %(batch)s ORDER BY position
"""


def create_first_reports(batch: Batch, *, now: datetime) -> None:
    """One queued report for each item, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(CREATE_REPORTS, {"batch": batch.pk, "now": now})
