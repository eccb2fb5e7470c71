"""What is under way of companies: locked before their rows are, so that no two of us wait for each other.

The order of locks, for everybody: the integration's row, then deliveries, then companies in the order of their numbers.
Who settles a delivery holds its lock when `integrations.outcomes` asks for the company's, so nobody may hold a
company's and ask for a delivery's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from delivery.latest import withdraw
from delivery.models import Delivery, Endpoint
from integrations.models import Integration

OPEN = tuple(Delivery.OPEN)


@dataclass(slots=True)
class OpenDeliveries:
    """Of some companies: the deliveries that wait, locked, and the companies of which something is under way."""

    waiting: dict[str, list[Delivery]] = field(default_factory=lambda: defaultdict(list))
    busy: set[str] = field(default_factory=set)

    def waits_as(self, cvr: str, endpoint_id: UUID) -> Delivery | None:
        """What waits of the company for this endpoint."""
        return next((one for one in self.waiting.get(cvr, ()) if one.endpoint_id == endpoint_id), None)

    def withdraw(self, cvr: str, *, endpoint: Endpoint, now: datetime, reason: str) -> bool:
        """Cancel what waits of the company for this endpoint; whether anything did. A statement only where it does."""
        if self.waits_as(cvr, endpoint.pk) is None:
            return False
        return withdraw(endpoint=endpoint, order_keys=[cvr], now=now, reason=reason) > 0


def endpoints_of(integration: Integration) -> list[Endpoint]:
    """Its one or two endpoints."""
    return [one for one in (integration.export_endpoint, integration.update_endpoint) if one is not None]


def lock_open(*, integration: Integration, cvrs: Sequence[str]) -> OpenDeliveries:
    """Lock what waits of these companies, until the transaction ends; to be called before their rows are locked.

    It does not wait: what somebody else holds this moment (it is being claimed, or settles) counts as under way.
    """
    found = OpenDeliveries()
    # That no key is blank is said for the index of open deliveries, `delivery_order`.
    of_companies = Delivery.objects.filter(
        endpoint__in=endpoints_of(integration), order_key__in=cvrs, status__in=OPEN
    ).exclude(order_key="")
    waiting = of_companies.filter(status=Delivery.Status.WAITING).only("id", "endpoint_id", "order_key")
    for delivery in waiting.select_for_update(skip_locked=True, no_key=True).order_by("order_key", "id"):
        found.waiting[delivery.order_key].append(delivery)
    locked = {delivery.pk for deliveries in found.waiting.values() for delivery in deliveries}
    # Asked for after the locks, so that nothing can be open now that is in neither answer.
    still_open = of_companies.values_list("id", "order_key")
    found.busy.update(key for pk, key in still_open if pk not in locked)
    return found
