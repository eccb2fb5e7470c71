"""Taking the next delivery of an endpoint, and writing the try down before it is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from delivery.models import Attempt, Delivery
from delivery.outcomes import DeliveryErrorCode
from delivery.settling import settle
from delivery.telling import GATHERING_TIME

# Longer than any try takes, the mail server's time included: what is still under way then, nobody works on.
LEASE = timedelta(seconds=45)

INTERRUPTED = (
    "The program that made this attempt was stopped before it could note the answer, so the receiver may have got it. "
    "It does not count against the attempts."
)
OUT_OF_TIME = "The time for delivering it ran out"

# Walks the endpoints that have open deliveries from one to the next in the partial index, and counts at most as many
# due ones as deserve a lane: the cost goes with the endpoints at work, not with the length of their queues.
DUE = """
WITH RECURSIVE at_work AS (
  (SELECT endpoint_id FROM delivery_delivery WHERE status IN ('Waiting', 'Sending') ORDER BY endpoint_id LIMIT 1)
  UNION ALL
  SELECT (SELECT next.endpoint_id FROM delivery_delivery AS next
          WHERE next.status IN ('Waiting', 'Sending') AND next.endpoint_id > at_work.endpoint_id
          ORDER BY next.endpoint_id LIMIT 1)
  FROM at_work WHERE at_work.endpoint_id IS NOT NULL
), due AS (
  SELECT at_work.endpoint_id, (
    SELECT count(*) FROM (
      SELECT 1 FROM delivery_delivery AS delivery
      WHERE delivery.endpoint_id = at_work.endpoint_id AND delivery.status IN ('Waiting', 'Sending')
        AND delivery.due_at <= %(now)s
        AND (delivery.order_key = '' OR NOT EXISTS (
          SELECT 1 FROM delivery_delivery AS earlier
          WHERE earlier.endpoint_id = delivery.endpoint_id AND earlier.order_key = delivery.order_key
            AND earlier.order_key <> '' AND earlier.status IN ('Waiting', 'Sending') AND earlier.id < delivery.id))
      LIMIT %(most)s
    ) AS wanted
  ) AS width
  FROM at_work JOIN delivery_endpoint AS endpoint ON endpoint.id = at_work.endpoint_id
  WHERE endpoint.is_enabled AND (endpoint.paused_until IS NULL OR endpoint.paused_until <= %(now)s)
)
SELECT endpoint_id, width FROM due WHERE width > 0
UNION ALL
SELECT DISTINCT failed.endpoint_id, 1
FROM delivery_delivery AS failed JOIN delivery_endpoint AS endpoint ON endpoint.id = failed.endpoint_id
WHERE failed.status = 'Failed' AND NOT failed.is_failure_told
  AND (endpoint.notified_at IS NULL OR endpoint.notified_at <= %(gathered_since)s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to make one try of a delivery until its lease ends; the number is what a later claim changes."""

    delivery: Delivery  # as it was when claimed, its endpoint loaded
    number: int
    started_at: datetime


def claim_next(*, endpoint_id: UUID, now: datetime) -> Claim | None:
    """Claim the endpoint's oldest due delivery; None when nothing is due, or the endpoint is paused or off.

    A delivery whose lease is over was interrupted: that try is noted, costs nothing, and a new one is made. One whose
    deadline has passed after at least one try settles as Failed; one that was never tried is tried, however late, since
    the lateness can only be ours.
    """
    while True:
        with transaction.atomic():
            delivery = _due(endpoint_id=endpoint_id, now=now).first()
            if delivery is None:
                return None
            if delivery.status == Delivery.Status.SENDING:
                _note_interruption(delivery, now=now)
            if delivery.attempt_count == 0 or now <= delivery.deadline_at:
                return _claimed(delivery, now=now)
            last = f"; the last answer was: {delivery.last_error}" if delivery.last_error else "."
            settle(delivery=delivery, status=Delivery.Status.FAILED, now=now, error=OUT_OF_TIME + last)


def due_endpoints(*, now: datetime) -> Iterable[tuple[UUID, int]]:
    """The endpoints with work for a lane now, and how many lanes each deserves; some may be named twice."""
    with connection.cursor() as cursor:
        cursor.execute(
            DUE,
            {
                "now": now,
                "most": settings.DELIVERY_LANES_PER_ENDPOINT,
                "gathered_since": now - GATHERING_TIME,
            },
        )
        return [(row[0], row[1]) for row in cursor.fetchall()]


def _claimable(*, endpoint_id: UUID, now: datetime) -> QuerySet[Delivery]:
    earlier = Delivery.objects.filter(
        endpoint_id=OuterRef("endpoint_id"),
        order_key=OuterRef("order_key"),
        status__in=Delivery.OPEN,
        id__lt=OuterRef("id"),
    ).exclude(order_key="")
    return Delivery.objects.filter(
        Q(endpoint__paused_until=None) | Q(endpoint__paused_until__lte=now),
        Q(order_key="") | ~Exists(earlier),
        endpoint_id=endpoint_id,
        endpoint__is_enabled=True,
        status__in=Delivery.OPEN,
        due_at__lte=now,
    )


def _due(*, endpoint_id: UUID, now: datetime) -> QuerySet[Delivery]:
    return (
        _claimable(endpoint_id=endpoint_id, now=now)
        .select_related("endpoint")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("due_at", "id")
    )


def _note_interruption(delivery: Delivery, *, now: datetime) -> None:
    Attempt.objects.filter(delivery=delivery, number=delivery.attempt_count).update(
        error_code=DeliveryErrorCode.INTERRUPTED, error=INTERRUPTED, next_due_at=now
    )


def _claimed(delivery: Delivery, *, now: datetime) -> Claim:
    delivery.status = Delivery.Status.SENDING
    delivery.attempt_count += 1
    delivery.due_at = now + LEASE
    delivery.save(update_fields=["status", "attempt_count", "due_at"])
    Attempt.objects.create(
        delivery=delivery, number=delivery.attempt_count, started_at=now, next_due_at=delivery.due_at
    )
    return Claim(delivery=delivery, number=delivery.attempt_count, started_at=now)
