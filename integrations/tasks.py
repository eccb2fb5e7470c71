"""What the clock starts."""

from __future__ import annotations

from celery import shared_task

from integrations import updating


@shared_task
def follow_changes() -> None:
    """Mark monitored companies that changed."""
    updating.follow_changes()
