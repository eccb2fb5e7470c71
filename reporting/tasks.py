"""What the clock starts."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from reporting import listening, scheduling


@shared_task
def start_due_batches() -> None:
    """Start batches whose time has come."""
    scheduling.start_due_batches(now=timezone.now())


@shared_task
def follow_changes() -> None:
    """Run listeners whose companies changed."""
    listening.follow_changes(now=timezone.now())
