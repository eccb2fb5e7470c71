"""Listener batches: an item runs again when somebody else owns its company, directly or further up.

A ReelleEjere report says who stands behind a company. So an item is concerned when the legal owners, the fully liable
participants or the beneficial owners change of its company or of any company above it in its chains of owners. Nothing
else concerns it: not the telephone of either, not their accounts.

The chains are looked up as they are when the change is read. A company that has left a chain since then had a change of
owners itself, or one between them had, and that is in the log as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction

from companies.catalogue.people import OWNER_FIELDS
from companies.changes import take_changes
from companies.days import danish_day
from companies.models import Change
from companies.ownership import companies_below
from reporting.waking import wake_batch

log = structlog.get_logger(__name__)

READER = "reporting.listening"
CHANGES_AT_ONCE = 500
# A change seldom comes alone: what an import brings within this time is in the same report.
SETTLING = timedelta(seconds=2)
# From the start of one run to that of the next of the same item.
PAUSE = timedelta(minutes=1)

# One more run for every listening item of these companies, unless its last one is still waiting: that will read the
# newest version anyway. A run that is being rendered now may have read the old one, so it does not count. The first run
# after a while is made soon; what changes within a minute after its start is taken by one more when the minute is over.
# The run that triggerNow ordered holds nothing up, no change caused it. The batches are locked, so that a listener that
# is stopped at this moment either is passed over or cancels the new runs.
RUN_AGAIN = """
INSERT INTO reporting_report (id, batch_id, item_id, run, position, status, attempt_count, due_at, company_name,
                              file_name, warnings, failure, pdf, pdf_size, created_at)
SELECT gen_random_uuid(), item.batch_id, item.id, COALESCE(last.run + 1, 0), item.position, 'Queued', 0,
       GREATEST(%(now)s + %(settling)s, last.began_at + %(pause)s), '', '', '[]', '', '', 0, %(now)s
FROM reporting_batchitem AS item
JOIN reporting_batch AS batch ON batch.id = item.batch_id AND batch.status = 'Listening'
LEFT JOIN LATERAL (
    SELECT run, status, CASE WHEN run > 0 OR NOT batch.trigger_now THEN COALESCE(started_at, due_at) END AS began_at
    FROM reporting_report WHERE item_id = item.id ORDER BY run DESC LIMIT 1) AS last ON TRUE
WHERE item.cvr = ANY(%(cvrs)s) AND last.status IS DISTINCT FROM 'Queued'
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
            batches = _run_again(concerned_companies(changes, now=now), now=now)
            for batch_id in set(batches):
                wake_batch(batch_id)
        queued += len(batches)
        if len(changes) < CHANGES_AT_ONCE:
            break
    if queued:
        log.info("listeners_triggered", reports=queued)
    return queued


def concerned_companies(changes: Iterable[Change], *, now: datetime) -> set[str]:
    """The CVR numbers of the companies whose owners changed, and of all that they own, at any depth."""
    changed = {change.cvr for change in changes if not OWNER_FIELDS.isdisjoint(change.fields)}
    return {below for _, below in companies_below(cvrs=changed, day=danish_day(now))} if changed else set()


def _run_again(cvrs: Iterable[str], *, now: datetime) -> list[UUID]:
    concerned = sorted(cvrs)
    if not concerned:
        return []
    parameters: dict[str, Any] = {"cvrs": concerned, "now": now, "settling": SETTLING, "pause": PAUSE}
    with connection.cursor() as cursor:
        cursor.execute(RUN_AGAIN, parameters)
        return [row[0] for row in cursor.fetchall()]
