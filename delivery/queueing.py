"""Putting a delivery in line, in the transaction that causes it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from delivery.claiming import most_calls_at_once
from delivery.models import Delivery, Endpoint
from delivery.purposes import Purpose, purpose_named
from delivery.waking import wake_endpoint

LONGEST_LABEL = 300  # characters
ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """One of several to queue; what each field says, `queue_delivery` tells."""

    body: Mapping[str, Any] | str
    batch_id: UUID | None = None
    report_id: UUID | None = None
    cvr: str = ""
    label: str = ""
    order_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """A message that could not be made, so that there is nothing to send; `reason` is a sentence for the log."""

    cvr: str
    reason: str
    label: str = ""


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
    `order_key` go out one after another, in the order of their ids; those without one go side by side. Transactions
    that queue the same key at once should wait for each other: one that has not committed is overtaken.
    Settling calls what `delivery.purposes.register_settled` was given for the purpose.

    Raises:
        KeyError: no purpose of that name.
        ValueError: of this purpose only the newest message of a key matters; those are queued by `queue_latest`.
    """
    new = NewDelivery(body=body, batch_id=batch_id, report_id=report_id, cvr=cvr, label=label, order_key=order_key)
    delivery = _row(new, endpoint=endpoint, purpose=purpose_named(purpose), now=now)
    delivery.save(force_insert=True)
    wake_endpoint(endpoint.pk, most=most_calls_at_once(endpoint))
    return delivery


def queue_deliveries(
    *, endpoint: Endpoint, purpose: str, deliveries: Iterable[NewDelivery], now: datetime
) -> list[Delivery]:
    """As `queue_delivery` for each of them, in their order, with one INSERT for each ROWS_AT_ONCE.

    Ten thousand take seconds less than one by one. In a transaction of its own when the caller has none: all of them
    are queued, or none.

    Raises:
        KeyError: no purpose of that name.
        ValueError: as `queue_delivery`.
    """
    policy = purpose_named(purpose)
    rows = [_row(new, endpoint=endpoint, purpose=policy, now=now) for new in deliveries]
    if not rows:
        return []
    with transaction.atomic():
        Delivery.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
        wake_endpoint(endpoint.pk, most=most_calls_at_once(endpoint))
    return rows


def note_unsent(*, endpoint: Endpoint, purpose: str, unsent: Iterable[Unsent], now: datetime) -> None:
    """Write down messages that could not be made as deliveries that Failed without a try.

    So they stand in the log, and the organisation is told of them by the same mail as of all failures. They have no
    body and cannot be sent again. What is registered for the purpose is not called: who notes this knows of it.

    Raises:
        KeyError: no purpose of that name.
    """
    policy = purpose_named(purpose)
    rows = [
        Delivery(
            endpoint=endpoint,
            organisation_id=endpoint.organisation_id,
            purpose=policy.name,
            body="",
            cvr=one.cvr,
            label=one.label[:LONGEST_LABEL],
            status=Delivery.Status.FAILED,
            last_error=one.reason,
            is_failure_told=not policy.is_failure_told,
            due_at=now,
            deadline_at=now,
            created_at=now,
            settled_at=now,
        )
        for one in unsent
    ]
    if rows:
        with transaction.atomic():
            Delivery.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
            wake_endpoint(endpoint.pk)


def _row(new: NewDelivery, *, endpoint: Endpoint, purpose: Purpose, now: datetime) -> Delivery:
    if purpose.is_latest_only and new.order_key:
        raise ValueError(f"{purpose.name} with an order key is queued by delivery.latest.queue_latest.")
    return Delivery(
        endpoint=endpoint,
        organisation_id=endpoint.organisation_id,
        purpose=purpose.name,
        body=new.body if isinstance(new.body, str) else compact_json(new.body),
        order_key=new.order_key,
        batch_id=new.batch_id,
        report_id=new.report_id,
        cvr=new.cvr,
        label=new.label[:LONGEST_LABEL],
        due_at=now,
        deadline_at=now + purpose.deadline,
        created_at=now,
    )


def compact_json(body: Mapping[str, Any]) -> str:
    """The body as it is stored, signed and sent."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
