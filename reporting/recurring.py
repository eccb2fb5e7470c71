"""Recurring batches: each moment of their crontab makes a batch of its own, once.

`next_run_at` is the truth: whoever moves it on, by compare-and-swap, makes the run in the same transaction, and the
database lets a moment have one run only. Beat says when it is time (`reporting.beat_schedule`), and the clock's sweep
looks as well, so that a beat that was away or doubled and a message that was lost change nothing.

Where everything was down over several moments, one run is made, for the first of them; a dozen reports on the same
company in the same minute would say the same. What comes next is the first moment after now.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfoNotFoundError

import structlog
from django.db import connection, transaction
from django.db.models import QuerySet

from reporting.beat_schedule import drop_from_beat, show_to_beat
from reporting.first_reports import create_first_reports
from reporting.models import Batch, StatusConflictError
from reporting.recurrence import Recurrence, RecurrenceError
from reporting.report_metrics import note_ordered
from reporting.waking import wake_batch

log = structlog.get_logger(__name__)

MOST_OF_ONE_ORGANISATION = 1_000  # that recur at the same time

COPY_ITEMS = """
INSERT INTO reporting_batchitem (batch_id, position, cvr, format, internal_customer_id)
SELECT %(run)s, position, cvr, format, internal_customer_id
FROM reporting_batchitem WHERE batch_id = %(batch)s ORDER BY position
"""
# What a run takes over from the batch that recurs.
INHERITED = (
    "organisation_id",
    "ordered_by_id",
    "name",
    "type",
    "format",
    "error_append",
    "language",
    "engine",
    "is_archival",
    "notification_email",
    "email_endpoint_id",
    "webhook_endpoint_id",
    "size",
)


def recurrence_of(batch: Batch) -> Recurrence:
    """When a recurring batch runs."""
    return Recurrence(batch.crontab, batch.time_zone)


def begin_recurring(batch: Batch, recurrence: Recurrence, *, now: datetime) -> None:
    """Let a new batch recur: from its scheduled time on if it has one, and at once as well with `trigger_now`."""
    first = now if batch.trigger_now else first_moment(recurrence, not_before=batch.scheduled_at, now=now)
    batch.move(Batch.Status.SCHEDULED, next_run_at=first)
    show_to_beat(batch)


def first_moment(recurrence: Recurrence, *, not_before: datetime | None, now: datetime) -> datetime:
    """The first run of a recurrence that begins now, or at `not_before` when that is later."""
    just_before = not_before - timedelta(microseconds=1) if not_before else now
    return recurrence.next_after(max(now, just_before))


def run_due(*, now: datetime) -> int:
    """Make the run of every recurring batch whose moment has come; returns how many were made."""
    due = _open().filter(next_run_at__lte=now).order_by("next_run_at")
    return sum(_run(batch, now=now) is not None for batch in due)


def run_if_due(*, batch_id: UUID, now: datetime) -> Batch | None:
    """Make the run of this batch, when its moment has come; None when it has not, or another process was quicker."""
    batch = _open().filter(pk=batch_id, next_run_at__lte=now).first()
    return _run(batch, now=now) if batch else None


def pause(batch: Batch, *, now: datetime) -> None:  # noqa: ARG001 - as all moves
    """Make no runs until it is resumed; what is under way goes on.

    Raises:
        StatusConflictError: it does not recur, is over, or is paused already.
    """
    _check_recurs(batch)
    if not Batch.objects.filter(pk=batch.pk, next_run_at__isnull=False).update(next_run_at=None):
        raise StatusConflictError("The batch is paused already.")
    batch.next_run_at = None
    drop_from_beat(batch.pk)


def resume(batch: Batch, *, now: datetime) -> None:
    """Go on with the first moment from now on; those that were missed meanwhile are not made up for.

    Raises:
        StatusConflictError: it does not recur, is over, or is not paused.
    """
    _check_recurs(batch)
    next_run_at = first_moment(recurrence_of(batch), not_before=batch.scheduled_at, now=now)
    with transaction.atomic():
        paused = Batch.objects.filter(pk=batch.pk, status=Batch.Status.SCHEDULED, next_run_at__isnull=True)
        if not paused.update(next_run_at=next_run_at):
            raise StatusConflictError("The batch is not paused.")
        batch.next_run_at = next_run_at
        show_to_beat(batch)


def change_recurrence(batch: Batch, *, recurrence: Recurrence, now: datetime) -> None:
    """Run at other moments from now on; a run that is due this moment is made first. One that is paused stays so.

    Raises:
        StatusConflictError: it does not recur, or is over.
    """
    _check_recurs(batch)
    run_if_due(batch_id=batch.pk, now=now)
    with transaction.atomic():
        locked = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
        _check_recurs(locked)
        locked.crontab, locked.time_zone = recurrence.crontab, recurrence.time_zone
        if locked.next_run_at is not None:
            locked.next_run_at = first_moment(recurrence, not_before=locked.scheduled_at, now=now)
        locked.save(update_fields=["crontab", "time_zone", "next_run_at"])
        if locked.next_run_at is not None:
            show_to_beat(locked)


def stop_recurring(batch: Batch, *, now: datetime) -> None:
    """End it: no more runs. What is under way goes on.

    Raises:
        StatusConflictError: it does not recur, or is over.
    """
    _check_recurs(batch)
    with transaction.atomic():
        batch.move(Batch.Status.FINISHED, next_run_at=None, finished_at=now)
        drop_from_beat(batch.pk)


def _open() -> QuerySet[Batch]:
    """Batches that recur, of organisations that are not closed."""
    return Batch.objects.filter(status=Batch.Status.SCHEDULED, organisation__closed_at__isnull=True)


def _check_recurs(batch: Batch) -> None:
    if not batch.is_recurring:
        raise StatusConflictError("The batch does not recur.")
    if batch.status != Batch.Status.SCHEDULED:
        raise StatusConflictError(f"The batch is {batch.status} and recurs no more.")


def _run(batch: Batch, *, now: datetime) -> Batch | None:
    """The run of the moment that the batch was read with; None when somebody else has made it, or nobody can."""
    moment = batch.next_run_at
    try:
        following = recurrence_of(batch).next_after(now)
    except (RecurrenceError, ZoneInfoNotFoundError) as error:
        # A zone that a newer list of time zones has no more must not hold up the others.
        log.error("recurrence_unreadable", batch=str(batch.pk), crontab=batch.crontab, error=str(error))  # noqa: TRY400
        return None
    with transaction.atomic():
        mine = Batch.objects.filter(pk=batch.pk, status=Batch.Status.SCHEDULED, next_run_at=moment)
        if not mine.update(next_run_at=following):
            return None
        run = Batch.objects.create(
            recurring_batch=batch,
            scheduled_at=moment,
            status=Batch.Status.EXECUTING,
            started_at=now,
            **{name: getattr(batch, name) for name in INHERITED},
        )
        with connection.cursor() as cursor:
            cursor.execute(COPY_ITEMS, {"run": run.pk, "batch": batch.pk})
        create_first_reports(run, now=now)
        wake_batch(run.pk)
        transaction.on_commit(partial(note_ordered, run))
    log.info("recurring_batch_ran", batch=str(batch.pk), run=str(run.pk), moment=moment, next_run_at=following)
    return run
