"""Erasing batches whole, in small steps: their PDFs first, then reports, items and the batch itself.

Of closed organisations (`accounts.erasing`), and of batches that ended BATCH_RETENTION ago (`reporting.forgetting`).
Files go before their rows, so that a kill leaves rows that name files that are gone, and never files that no row names.

A worker that has one of the reports in hand is not waited for: its claim is void, so it finishes nothing and deletes
the PDF that it has stored (`reporting.rendering`). What a killed worker stored is found by `reporting.orphans`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from accounts.erasing import CHECK_AT_ONCE, Belongings, register
from lasso.storage import STORAGE_FAULTS, delete_files, remove_folder
from reporting.models import Batch, Report, StatusConflictError
from reporting.moves import cancel_batch, stop_listening
from reporting.storing import keys_of_batch

CHUNK = 500
MOST_BATCHES = 20
ENDED = frozenset(status for status in Batch.Status if status not in {*Batch.RUNNING, "Initializing", "Scheduled"})

# By their items: the indexes of reports that begin with the batch leave out those that were cancelled.
REPORTS = """
SELECT report.id, report.pdf FROM reporting_batchitem AS item
JOIN reporting_report AS report ON report.item_id = item.id
WHERE item.batch_id = ANY(%(batches)s) LIMIT %(most)s
"""
DELETE_REPORTS = "DELETE FROM reporting_report WHERE id = ANY(%(reports)s)"
DELETE_ITEMS = """
DELETE FROM reporting_batchitem WHERE id = ANY(ARRAY(
  SELECT id FROM reporting_batchitem WHERE batch_id = ANY(%(batches)s) LIMIT %(most)s FOR UPDATE SKIP LOCKED))
"""
# Its runs, if it recurred, are batches of their own and outlive it. An order draft may name it.
UNNAME = "UPDATE reporting_batch SET recurring_batch_id = NULL WHERE recurring_batch_id = ANY(%(batches)s)"
DELETE_BATCHES = """
DELETE FROM reporting_batch WHERE id = ANY(%(batches)s)
"""


def erase_some_batches(batch_ids: Sequence[UUID]) -> int:
    """A step towards erasing these batches, which have ended; returns how much was done, 0 only for no batches.

    Raises:
        STORAGE_FAULTS: the storage is out of reach; nothing was changed.
    """
    batches: dict[str, Any] = {"batches": list(batch_ids), "most": CHUNK}
    if not batch_ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(REPORTS, batches)
        reports = cursor.fetchall()
    if reports:
        return _erase_reports(reports)
    with connection.cursor() as cursor:
        cursor.execute(DELETE_ITEMS, batches)
        if cursor.rowcount:
            return int(cursor.rowcount)
    for batch_id in batch_ids:
        # What killed workers left.
        delete_files(keys_of_batch(batch_id))
        remove_folder(f"reports/{batch_id}")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(CHECK_AT_ONCE)
            cursor.execute(UNNAME, batches)
            cursor.execute(DELETE_BATCHES, batches)
            return int(cursor.rowcount)
    except IntegrityError:
        # Ordered this moment from a draft, which goes first the next time.
        return 0


def _erase_reports(reports: Sequence[tuple[UUID, str]]) -> int:
    keys = {pdf: report_id for report_id, pdf in reports if pdf}
    gone = {keys[key] for key in delete_files(list(keys))}
    chosen = [report_id for report_id, pdf in reports if not pdf or report_id in gone]
    if not chosen:
        raise OSError(f"None of {len(keys)} PDFs can be deleted from the storage.")
    with connection.cursor() as cursor:
        cursor.execute(DELETE_REPORTS, {"reports": chosen})
    return len(chosen)


def _erase_some(organisation_id: UUID, now: datetime) -> int:
    """End what goes on, then erase; a storage out of reach ends the turn, and the next one tries again."""
    batches = Batch.objects.filter(organisation_id=organisation_id)
    going_on = list(batches.exclude(status__in=ENDED)[:MOST_BATCHES])
    for batch in going_on:
        _end(batch, now=now)
    if going_on:
        return len(going_on)
    with suppress(*STORAGE_FAULTS):
        return erase_some_batches(list(batches.order_by("pk").values_list("pk", flat=True)[:MOST_BATCHES]))
    return 0


def _end(batch: Batch, *, now: datetime) -> None:
    with suppress(StatusConflictError):  # it has just ended
        if batch.status == Batch.Status.LISTENING:
            stop_listening(batch, now=now)
        elif batch.status == Batch.Status.INITIALIZING:
            batch.move(Batch.Status.EXECUTING)
        else:
            cancel_batch(batch, now=now)


def register_belongings() -> None:
    """Called when Django starts."""
    register(Belongings(name="reports", erase_some=_erase_some, count=_count))


def _count(organisation_id: UUID) -> int:
    batches = Batch.objects.filter(organisation_id=organisation_id)
    return batches.count() + Report.objects.filter(item__batch__in=batches).count()
