"""Putting a delivery in line, in the transaction that causes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from delivery.claiming import most_calls_at_once
from delivery.models import Delivery, Endpoint
from delivery.purposes import purpose_named
from delivery.waking import wake_endpoint

LONGEST_LABEL = 300  # characters


def queue_delivery(
    *,
    endpoint: Endpoint,
    purpose: str,
    body: Mapping[str, Any] | str,
    now: datetime,
    batch_id: UUID | None = None,
    report_id: UUID | None = None,
    cvr: str = "",
    label: str = "",
    order_key: str = "",
) -> Delivery:
    """Write a delivery down in the caller's transaction; after its commit the endpoint's lane is woken.

    One INSERT. `body` is sent as it stands, a mapping as compact JSON in UTF-8. `batch_id`, `report_id`, `cvr` and
    `label` (what people call it) say what it is about, for the log and for notices. Deliveries with the same
    `order_key` go out one after another, in the order in which they were queued; those without one go side by side.
    Settling calls what `delivery.purposes.register_settled` was given for the purpose.

    Raises:
        KeyError: no purpose of that name.
    """
    policy = purpose_named(purpose)
    delivery = Delivery.objects.create(
        endpoint=endpoint,
        organisation_id=endpoint.organisation_id,
        purpose=purpose,
        body=body if isinstance(body, str) else compact_json(body),
        order_key=order_key,
        batch_id=batch_id,
        report_id=report_id,
        cvr=cvr,
        label=label[:LONGEST_LABEL],
        due_at=now,
        deadline_at=now + policy.deadline,
        created_at=now,
    )
    wake_endpoint(endpoint.pk, most=most_calls_at_once(endpoint))
    return delivery


def compact_json(body: Mapping[str, Any]) -> str:
    """The body as it is stored, signed and sent."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
