"""What the clock does for the accounts."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts import erasing


@shared_task
def erase_organisations() -> None:
    """Go on with erasing what is left of deleted organisations."""
    erasing.erase_organisations(now=timezone.now())
