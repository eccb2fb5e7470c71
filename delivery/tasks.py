"""What the clock does for deliveries."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from delivery import forgetting


@shared_task
def forget_old_deliveries() -> None:
    """Delete the deliveries that settled longer than DELIVERY_RETENTION ago."""
    forgetting.forget_old_deliveries(now=timezone.now())
