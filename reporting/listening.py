"""Listener batches: an item runs again when its company changes in the register."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import structlog
from django.db import connection, transaction

from companies.changes import take_changes
from reporting.waking import wake_batch

log = structlog.get_logger(__name__)

READER = "reporting.listening"
CHANGES_AT_ONCE = 500

# One more run for every listening item of these companies, unless one is waiting already: it will read the newest
# version anyway. A run that is being rendered now may have read the old one, so it does not count. The batches are
# locked, so that a listener that is stopped at this moment either is passed over or cancels the new runs.
RUN_AGAIN = """
INSERT INTO reporting_report (id, batch_id, item_id, run, position, status, attempt_count, due_at, company_name,
                              file_name, warnings, failure, pdf, pdf_size, created_at)
SELECT gen_random_uuid(), item.batch_id, item.id,
       COALESCE((SELECT max(run) + 1 FROM reporting_report WHERE item_id = item.id), 0),
       item.position, 'Queued', 0, %(now)s, '', '', '[]', '', '', 0, %(now)s
FROM reporting_batchitem AS item
JOIN reporting_batch AS batch ON batch.id = item.batch_id AND batch.status = 'Listening'
WHERE item.cvr = ANY(%(cvrs)s)
  AND NOT EXISTS (SELECT 1 FROM reporting_report WHERE item_id = item.id AND status = 'Queued')
FOR NO KEY UPDATE OF batch
RETURNING batch_id
"""


def follow_changes(*, now: datetime) -> int:
    """Read on in the change log and queue a run for each listening item concerned; returns how many were queued.

    The cursor moves in the transaction that queues the runs, so that no change is read twice or left out.
    """
    queued = 0
    while True:
        with transaction.atomic():
            changes = take_changes(reader=READER, limit=CHANGES_AT_ONCE)
            batches = _run_again({change.cvr for change in changes}, now=now)
            for batch_id in set(batches):
                wake_batch(batch_id)
        queued += len(batches)
        if len(changes) < CHANGES_AT_ONCE:
            break
    if queued:
        log.info("listeners_triggered", reports=queued)
    return queued


def _run_again(cvrs: Iterable[str], *, now: datetime) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(RUN_AGAIN, {"cvrs": list(cvrs), "now": now})
        return [row[0] for row in cursor.fetchall()]
