"""Waking a batch's lanes, after the commit of what gave it work."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from lanes.waking import wake

QUEUE = "reports"

# Batches with a report that is due or whose worker died, and how many lanes they deserve. Both conditions stand on the
# index report_open, so a batch with nothing to do costs one look.
DUE = """
SELECT batch.id, open.reports
FROM reporting_batch AS batch
CROSS JOIN LATERAL (
    SELECT count(*) AS reports FROM (
        SELECT 1 FROM reporting_report AS report
        WHERE report.batch_id = batch.id AND report.status IN ('Queued', 'Rendering')
          AND ((report.status = 'Queued' AND report.due_at <= clock_timestamp())
               OR (report.status = 'Rendering' AND report.lease_until < clock_timestamp()))
        LIMIT %(width)s) AS few) AS open
WHERE batch.status IN ('Executing', 'Listening') {one} AND open.reports > 0
"""


def wake_batch(batch_id: UUID) -> None:
    """Wake as many lanes as the batch has work for, once the transaction has committed."""
    transaction.on_commit(partial(_wake, batch_id))


def due_batches() -> Iterator[tuple[UUID, int]]:
    """The batches with work that could be done now, each with the number of lanes it deserves."""
    with connection.cursor() as cursor:
        cursor.execute(DUE.format(one=""), {"width": settings.REPORT_LANES_PER_BATCH})
        yield from cursor.fetchall()


def _wake(batch_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            DUE.format(one="AND batch.id = %(batch)s"), {"width": settings.REPORT_LANES_PER_BATCH, "batch": batch_id}
        )
        row = cursor.fetchone()
    if row:
        wake(queue=QUEUE, subject=batch_id, width=row[1])
