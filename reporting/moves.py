"""What a person can do to a batch after ordering it: stop, cancel, retry."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db import connection, transaction

from reporting.beat_schedule import drop_from_beat
from reporting.models import Batch, Report, StatusConflictError
from reporting.recurring import stop_recurring
from reporting.waking import wake_batch


def stop(batch: Batch, *, now: datetime) -> None:
    """End a listener, or a batch that recurs.

    Raises:
        StatusConflictError: it is neither, or it is over.
    """
    if batch.is_recurring:
        stop_recurring(batch, now=now)
    else:
        stop_listening(batch, now=now)


def stop_listening(batch: Batch, *, now: datetime) -> None:
    """End a listener, and cancel the runs that are not finished. Finished reports stay.

    Raises:
        StatusConflictError: the batch is not listening.
    """
    if not batch.is_listener:
        raise StatusConflictError("The batch neither listens nor recurs, so there is nothing to stop; cancel it.")
    with transaction.atomic():
        batch.move(Batch.Status.LISTENING_STOPPED, finished_at=now)
        _cancel_open_reports(batch)


def cancel_batch(batch: Batch, *, now: datetime) -> int:
    """Cancel what is not finished yet; returns how many reports that was. Finished reports stay.

    One that recurs has no more runs, and those that are under way are cancelled.

    Raises:
        StatusConflictError: the batch is neither scheduled nor executing.
    """
    with transaction.atomic():
        batch.move(Batch.Status.CANCELLED, finished_at=now, next_run_at=None)
        if not batch.is_recurring:
            return _cancel_open_reports(batch)
        drop_from_beat(batch.pk)
        return sum(_cancel_run(run, now=now) for run in batch.runs.filter(status=Batch.Status.EXECUTING))


# Under the batch's lock, which everyone who finishes one of its reports takes first.
UNCOUNT = """
UPDATE reporting_batch
SET failed_count = failed_count - %(retried)s, covered_count = covered_count - %(retried)s, finished_at = NULL
WHERE id = %(batch)s
"""


def retry_failed(batch: Batch, *, now: datetime) -> int:
    """Put the failed reports of a finished batch back in line, as if they had never run; returns how many.

    The batch is executing again and its completion is that of its reports, so it falls below 1 until they are done.

    Raises:
        StatusConflictError: the batch has not finished with errors.
    """
    if batch.status != Batch.Status.FINISHED_WITH_ERRORS:
        # The table lets a scheduled one become Executing, too: when its time has come.
        raise StatusConflictError(f"The batch is {batch.status}; only one that is FinishedWithErrors can be retried.")
    with transaction.atomic():
        batch.move(Batch.Status.EXECUTING)
        # That they have a number lets the index find them.
        failed = Report.objects.filter(batch=batch, status=Report.Status.FAILED, finished_number__isnull=False)
        retried = failed.update(
            status=Report.Status.QUEUED,
            attempt_count=0,
            due_at=now,
            started_at=None,
            finished_at=None,
            finished_number=None,
            file_name="",
            failure="",
        )
        with connection.cursor() as cursor:
            cursor.execute(UNCOUNT, {"batch": batch.pk, "retried": retried})
        wake_batch(batch.pk)
    return retried


def _cancel_run(run: Batch, *, now: datetime) -> int:
    with suppress(StatusConflictError):  # it has just finished
        return cancel_batch(run, now=now)
    return 0


def _cancel_open_reports(batch: Batch) -> int:
    # A worker that is rendering one of them finds its claim void and throws its work away.
    return Report.objects.filter(batch=batch, status__in=[Report.Status.QUEUED, Report.Status.RENDERING]).update(
        status=Report.Status.CANCELLED, claim=None, lease_until=None
    )
