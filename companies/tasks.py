"""What the clock does for the register."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from companies import coming_into_force

# A run takes a second or two, so that it holds up nothing; the next one goes on where it stopped.
MOST_AT_ONCE = 400


@shared_task
def bring_into_force() -> None:
    """Notice what the register filed ahead and what came into force today."""
    coming_into_force.bring_into_force(now=timezone.now(), most=MOST_AT_ONCE)
