"""Recurring batches as rows of django-celery-beat, so that beat says to the second when one is due.

Only a hint: the task asks the batch itself whether it is due, and the clock's sweep asks too (`reporting.recurring`).
The rows can be seen in the administration, and be deleted there without harm.
"""

from __future__ import annotations

import json
from uuid import UUID

from django_celery_beat.models import CrontabSchedule, PeriodicTask

from reporting.models import Batch
from reporting.recurrence import beat_fields

TASK = "reporting.tasks.run_recurring_batch"
NAME = "recurring batch {id}"
# Nobody needs a message that lay in a queue for longer: the sweep has made the run.
EXPIRES_SECONDS = 60


def show_to_beat(batch: Batch) -> None:
    """Let beat know the batch's crontab, in the caller's transaction."""
    fields = {**beat_fields(batch.crontab), "timezone": batch.time_zone}
    # Held, so that it is not deleted as one that nothing runs by (lasso.leftovers).
    schedule = CrontabSchedule.objects.select_for_update().filter(**fields).first()
    if schedule is None:
        schedule = CrontabSchedule.objects.create(**fields)
    PeriodicTask.objects.update_or_create(
        name=NAME.format(id=batch.pk),
        defaults={
            "task": TASK,
            "kwargs": json.dumps({"batch_id": str(batch.pk)}),
            "crontab": schedule,
            "expire_seconds": EXPIRES_SECONDS,
            "description": batch.name,
        },
    )


def drop_finished_from_beat() -> int:
    """Let beat forget batches that recur no more, if some are left; returns how many were."""
    rows = PeriodicTask.objects.filter(task=TASK)
    due = Batch.objects.filter(next_run_at__isnull=False).values_list("pk", flat=True)
    wanted = {NAME.format(id=batch_id) for batch_id in due} if rows.exists() else set()
    over = [row.pk for row in rows if row.name not in wanted]
    PeriodicTask.objects.filter(pk__in=over).delete()
    return len(over)


def drop_from_beat(batch_id: UUID) -> None:
    """Let beat forget the batch."""
    PeriodicTask.objects.filter(name=NAME.format(id=batch_id)).delete()
