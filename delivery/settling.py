"""The end of a delivery: its final state, and word to whoever queued it."""

from __future__ import annotations

from datetime import datetime

import structlog

from delivery.delivery_metrics import note_settled
from delivery.models import Delivery
from delivery.purposes import call_settled, purpose_named

log = structlog.get_logger(__name__)


def settle(*, delivery: Delivery, status: Delivery.Status, now: datetime, error: str, is_told: bool = False) -> None:
    """Give the delivery its final state and call what its purpose has registered.

    To be called in a transaction that holds the delivery's lock. `is_told` says that the failure needs no mail of its
    own.
    """
    delivery.status = status
    delivery.settled_at = now
    delivery.last_error = error
    delivery.is_failure_told = is_told or not purpose_named(delivery.purpose).is_failure_told
    delivery.save(
        update_fields=[
            "status",
            "settled_at",
            "last_error",
            "is_failure_told",
            "charged_count",
            "last_status_code",
        ]
    )
    note_settled(delivery, now=now)
    log_settled(delivery)
    call_settled(delivery)


def log_settled(delivery: Delivery) -> None:
    """Say that it failed, if it did; all else is no news."""
    if delivery.status == Delivery.Status.FAILED:
        log.warning(
            "delivery_failed",
            delivery=str(delivery.public_id),
            purpose=delivery.purpose,
            error=delivery.last_error,
        )
