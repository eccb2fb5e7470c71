"""What the clock does for the accounts."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts import idempotency


@shared_task
def forget_old_requests() -> None:
    """Delete the idempotency keys that are older than a day."""
    idempotency.forget_old_requests(now=timezone.now())
