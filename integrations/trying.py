"""What is being tried of companies: the last answer to a message that has not got through, and when it is sent again.

A company's own row tells of messages that settled; of one that waits for its next attempt the delivery knows more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import ExpressionWrapper, F, Max
from django.db.models.fields import DateTimeField

from delivery.models import Delivery
from integrations.models import MonitoredCompany


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A message that was tried and is not settled."""

    status_code: int | None
    sentence: str  # what went wrong; a 429 is told of here, too
    answered_at: datetime | None
    next_attempt_at: datetime | None  # None while a call is under way


def trials_of(companies: Iterable[MonitoredCompany]) -> dict[int, Trial]:
    """By the company's key, of those that have such a message: one query."""
    ids = {
        delivery_id: company.pk
        for company in companies
        for delivery_id in (company.update_delivery_id, company.export_delivery_id)
        if delivery_id is not None
    }
    tried = (
        Delivery.objects.filter(pk__in=list(ids), status__in=Delivery.OPEN, attempt_count__gt=0)
        .annotate(
            answered_at=Max(
                ExpressionWrapper(F("attempts__started_at") + F("attempts__duration"), output_field=DateTimeField())
            )
        )
        .only("status", "last_status_code", "last_error", "due_at")
        .order_by("id")
    )
    return {
        ids[delivery.pk]: Trial(
            status_code=delivery.last_status_code,
            sentence=delivery.last_error,
            answered_at=delivery.answered_at,
            next_attempt_at=delivery.due_at if delivery.status == Delivery.Status.WAITING else None,
        )
        for delivery in tried
        if delivery.answered_at is not None
    }
