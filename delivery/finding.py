"""Finding an organisation's deliveries and endpoints, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet, Value
from django.db.models.fields.tuple_lookups import TupleLessThan

from accounts.models import Organisation
from delivery.models import Delivery, Endpoint

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilter:
    """Which deliveries are wanted; what is None leaves out none. Each has an index of Delivery behind it."""

    status: Delivery.Status | None = None
    purpose: str | None = None
    endpoint_id: UUID | None = None
    cvr: str | None = None
    batch_id: UUID | None = None
    since: datetime | None = None  # queued then or later
    until: datetime | None = None  # queued before then

    def as_lookups(self) -> dict[str, object]:
        """The filter in Django's words."""
        lookups = {
            "status": self.status,
            "purpose": self.purpose,
            "endpoint_id": self.endpoint_id,
            "cvr": self.cvr,
            "batch_id": self.batch_id,
            "created_at__gte": self.since,
            "created_at__lt": self.until,
        }
        return {name: value for name, value in lookups.items() if value is not None}

    def as_scope(self) -> tuple[str, ...]:
        """The filter as text: what a continuation token is good for."""
        return tuple(f"{name}={value}" for name, value in self.as_lookups().items())


def deliveries_of(organisation: Organisation, *, wanted: DeliveryFilter) -> QuerySet[Delivery]:
    """The organisation's deliveries that are wanted, newest first, their endpoints at hand and their bodies not."""
    return (
        Delivery.objects.filter(organisation=organisation, **wanted.as_lookups())
        .select_related("endpoint")
        .defer("body")
        .order_by("-created_at", "-id")
    )


def endpoints_of(organisation: Organisation) -> QuerySet[Endpoint]:
    """The organisation's endpoints, newest first, less those that are closed."""
    return Endpoint.objects.filter(organisation=organisation, closed_at__isnull=True).order_by("-created_at", "-id")


def behind(rows: QuerySet[Row], *, created_at: datetime, pk: int | UUID) -> QuerySet[Row]:
    """Those behind a row in the order of the functions above: one step in their index, however many came before."""
    return rows.filter(TupleLessThan(("created_at", "id"), (Value(created_at), Value(pk))))


def find_delivery(organisation: Organisation, public_id: UUID) -> Delivery | None:
    """The organisation's delivery of that id; None for none, and for another organisation's."""
    return Delivery.objects.filter(organisation=organisation, public_id=public_id).select_related("endpoint").first()


def find_endpoint(organisation: Organisation, endpoint_id: UUID) -> Endpoint | None:
    """The organisation's endpoint of that id; None for none, for another organisation's, and for one that is closed."""
    return endpoints_of(organisation).filter(pk=endpoint_id).first()
