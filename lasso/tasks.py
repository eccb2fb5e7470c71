"""What the clock does for all apps."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from lasso import forgetting


@shared_task
def forget() -> None:
    """Say that it is time to forget: a message for each kind, so that a long one holds up no other."""
    for kind in forgetting.all_forgettings():
        forget_kind.apply_async(kwargs={"name": kind.name}, expires=forgetting.LONGEST_TURN.total_seconds() * 3)


@shared_task
def forget_kind(*, name: str) -> None:
    """A turn of forgetting one kind of thing."""
    forgetting.forget(name, now=timezone.now())
