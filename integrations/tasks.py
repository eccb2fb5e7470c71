"""What the clock starts."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from integrations import forgetting, updating


@shared_task
def follow_changes() -> None:
    """Mark monitored companies that changed."""
    updating.follow_changes()


@shared_task
def forget_old_messages() -> None:
    """Delete what is too old for the feeds."""
    forgetting.forget_old_messages(now=timezone.now())
