"""Sending again what has settled."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from delivery.models import Delivery
from delivery.purposes import purpose_named
from delivery.waking import wake_endpoint


def redeliver(*, delivery: Delivery, now: datetime) -> bool:
    """Put a settled delivery in line again, with its whole schedule before it and the same `webhook-id`.

    Returns False when it is still open. Its purpose's `settled` function is called again when it settles again.
    """
    with transaction.atomic():
        is_changed = (
            Delivery.objects.filter(pk=delivery.pk, status__in=Delivery.SETTLED).update(
                status=Delivery.Status.WAITING,
                charged_count=0,
                due_at=now,
                deadline_at=now + purpose_named(delivery.purpose).deadline,
                settled_at=None,
                is_failure_told=False,
            )
            == 1
        )
        if is_changed:
            wake_endpoint(delivery.endpoint_id)
    if is_changed:
        delivery.refresh_from_db()
    return is_changed
