"""What the clock starts."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from reporting import listening, recurring, scheduling


@shared_task
def start_due_batches() -> None:
    """Start batches whose time has come, and make the runs of those that recur."""
    scheduling.start_due_batches(now=timezone.now())
    recurring.run_due(now=timezone.now())


@shared_task
def run_recurring_batch(*, batch_id: str) -> None:
    """It may be time for a run of this batch (`reporting.beat_schedule`)."""
    recurring.run_if_due(batch_id=UUID(batch_id), now=timezone.now())


@shared_task
def follow_changes() -> None:
    """Run listeners whose companies changed."""
    listening.follow_changes(now=timezone.now())
