"""Starting batches whose time has come."""

from __future__ import annotations

from datetime import datetime

import structlog

from reporting.models import Batch, StatusConflictError
from reporting.waking import wake_batch

log = structlog.get_logger(__name__)


def start_due_batches(*, now: datetime) -> int:
    """Move every scheduled batch whose time has come to Executing and wake its lanes; returns how many."""
    started = 0
    # One that recurs has runs, and is not started itself.
    due = Batch.objects.filter(status=Batch.Status.SCHEDULED, scheduled_at__lte=now, crontab="")
    for batch in due.order_by("scheduled_at"):
        try:
            batch.move(Batch.Status.EXECUTING, started_at=now)
        except StatusConflictError:
            # Cancelled a moment ago, or started by another scheduler.
            continue
        wake_batch(batch.pk)
        log.info("batch_started", batch=str(batch.pk), scheduled_at=batch.scheduled_at)
        started += 1
    return started
