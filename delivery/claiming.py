"""Taking the next delivery of an endpoint, and writing the try down before it is made.

One statement claims: it looks at the endpoint's state and limit, picks the oldest due delivery that no other open one
of its order key stands before, marks it, and inserts its attempt. The lane does no other reading between two calls.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, ClassVar

from django.conf import settings
from django.db import connection, transaction

from delivery import pacing
from delivery.models import Delivery, Endpoint
from delivery.settling import settle
from lanes.workers import worker_id

# Longer than any try takes, the mail server's time included: what is still under way then, nobody works on. Only when
# a worker's heart beats on and its call never ends; what a dead worker held comes back within seconds.
LEASE = timedelta(seconds=45)
# An endpoint that failed so often in a row, or was never reached, gets one call at a time until one gets through: it
# may hang, and must not hold more than one thread.
STRUGGLING_FAILURES = 3
EVER = datetime.max.replace(tzinfo=UTC)

OUT_OF_TIME = "The time for delivering it ran out"

# Pieces that the statements here and in delivery.sweeping share. `delivery` is the row asked about.
FIRST = "delivery.attempt_count = 0"
AGAIN = "delivery.attempt_count > 0"
DUE_ROW = "delivery.status = 'Waiting' AND delivery.due_at <= %(due_by)s"
# Only the oldest open one of a key, and never beside one that was sent again out of turn.
IS_HEAD = """
(delivery.order_key = '' OR NOT EXISTS (
  SELECT 1 FROM delivery_delivery AS other
  WHERE other.endpoint_id = delivery.endpoint_id AND other.order_key = delivery.order_key AND other.order_key <> ''
    AND other.status IN ('Waiting', 'Sending') AND other.id <> delivery.id
    AND (other.id < delivery.id OR other.status = 'Sending')))
"""
CALLS_AT_ONCE = """
CASE WHEN endpoint.failure_count >= %(struggling)s OR endpoint.last_success_at IS NULL THEN 1
     ELSE COALESCE(endpoint.max_in_flight, %(usual)s) END
"""
IS_OPEN = """
endpoint.is_enabled AND (endpoint.paused_until IS NULL OR endpoint.paused_until <= %(now)s)
AND (endpoint.next_call_at IS NULL OR endpoint.next_call_at <= %(now)s)
"""
NEXT = f"""
SELECT delivery.id FROM delivery_delivery AS delivery
WHERE delivery.endpoint_id = %(endpoint)s AND {DUE_ROW} AND {{kind}} AND {IS_HEAD}
ORDER BY delivery.due_at, delivery.id LIMIT 1 FOR UPDATE SKIP LOCKED
"""  # noqa: S608 - pieces of our own, as everywhere below
ANY = f"EXISTS (SELECT 1 FROM delivery_delivery AS delivery, picked \
WHERE delivery.endpoint_id = %(endpoint)s AND {DUE_ROW} AND {{kind}} AND delivery.id <> picked.id)"  # noqa: S608

# A delivery whose deadline has passed is picked, but not claimed. One that was never tried has no such end: that it is
# late can only be our fault.
CLAIM = f"""
WITH endpoint AS (
  SELECT endpoint.failing_since, endpoint.failure_count, endpoint.last_success_at, {CALLS_AT_ONCE} AS most
  FROM delivery_endpoint AS endpoint
  WHERE endpoint.id = %(endpoint)s AND (({IS_OPEN}) OR (%(is_probe)s AND NOT endpoint.is_enabled))
), picked AS MATERIALIZED (
  SELECT COALESCE(({{preferred}}), ({{other}})) AS id FROM endpoint
  WHERE endpoint.most > (
    SELECT count(*) FROM delivery_delivery WHERE endpoint_id = %(endpoint)s AND status = 'Sending')
), claimed AS (
  UPDATE delivery_delivery AS delivery
  SET status = 'Sending', attempt_count = delivery.attempt_count + 1, due_at = %(lease_until)s, worker_id = %(worker)s
  FROM picked
  WHERE delivery.id = picked.id AND ({FIRST} OR %(is_probe)s OR delivery.deadline_at >= %(now)s)
  RETURNING delivery.*
), noted AS (
  INSERT INTO delivery_attempt (delivery_id, number, started_at, next_due_at, error_code, error, answer_headers,
    answer_body, is_charged)
  SELECT id, attempt_count, %(now)s, due_at, '', '', '{{{{}}}}', '', false FROM claimed
)
SELECT picked.id, {ANY.format(kind=FIRST)} OR {ANY.format(kind=AGAIN)},
  endpoint.failing_since, endpoint.failure_count, endpoint.last_success_at, {{columns}}
FROM endpoint CROSS JOIN picked LEFT JOIN claimed ON true
WHERE picked.id IS NOT NULL
"""  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to make one try of a delivery until its lease ends; the number is what a later claim changes."""

    delivery: Delivery  # as it is since the claim, its endpoint loaded
    number: int
    started_at: datetime
    has_more: bool = True  # whether anything else of the endpoint was due
    is_probe: bool = False  # made to see whether an endpoint that is switched off works again

    ENDPOINT_COLUMNS: ClassVar = ("failing_since", "failure_count", "last_success_at")


def claim_next(*, endpoint: Endpoint, now: datetime, prefers_retries: bool = False) -> Claim | None:
    """Claim the endpoint's oldest due delivery; None when nothing is due, or the endpoint takes no call now.

    It takes none while it is switched off, paused, at the limit of its calls at once (of all workers together), or at
    its rate. First tries come before later ones, or with `prefers_retries` behind them. One whose deadline has passed
    after at least one try settles as Failed instead.

    Brings the endpoint's health up to date.
    """
    if not pacing.has_rate(endpoint):
        return _claim_next(endpoint=endpoint, now=now, prefers_retries=prefers_retries)
    with transaction.atomic():
        if not pacing.may_call(endpoint=endpoint, now=now):
            return None
        claim = _claim_next(endpoint=endpoint, now=now, prefers_retries=prefers_retries)
        if claim:
            pacing.note_call(endpoint=endpoint, now=now)
        return claim


def claim_probe(*, endpoint: Endpoint, now: datetime) -> Claim | None:
    """Claim the oldest delivery that waits for an endpoint that is switched off, to see whether it works again."""
    return _claim_next(endpoint=endpoint, now=now, is_probe=True)


def calls_at_once(endpoint: Endpoint) -> int:
    """How many calls to the endpoint may be under way now, as CALLS_AT_ONCE says it to the database."""
    if is_struggling(endpoint):
        return 1
    return endpoint.max_in_flight or settings.DELIVERY_LANES_PER_ENDPOINT


def is_struggling(endpoint: Endpoint) -> bool:
    """Whether nothing has got through lately, or ever."""
    return endpoint.failure_count >= STRUGGLING_FAILURES or endpoint.last_success_at is None


def _claim_next(
    *, endpoint: Endpoint, now: datetime, prefers_retries: bool = False, is_probe: bool = False
) -> Claim | None:
    parameters: dict[str, Any] = {
        "endpoint": endpoint.pk,
        "now": now,
        "due_by": EVER if is_probe else now,
        "is_probe": is_probe,
        "lease_until": now + LEASE,
        "worker": worker_id(),
        **limits(),
    }
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_claim_statement(prefers_retries), parameters)
            row = cursor.fetchone()
        if row is None:
            return None
        picked, has_more, *values = row
        count = len(Claim.ENDPOINT_COLUMNS)
        for name, value in zip(Claim.ENDPOINT_COLUMNS, values[:count], strict=True):
            setattr(endpoint, name, value)
        if values[count] is not None:
            delivery = Delivery.from_db(connection.alias, _columns(), values[count:])
            delivery.endpoint = endpoint
            return Claim(
                delivery=delivery,
                number=delivery.attempt_count,
                started_at=now,
                has_more=has_more,
                is_probe=is_probe,
            )
        _settle_overdue(picked, now=now)


def limits() -> dict[str, int]:
    """What CALLS_AT_ONCE asks for."""
    return {"struggling": STRUGGLING_FAILURES, "usual": settings.DELIVERY_LANES_PER_ENDPOINT}


@cache
def _columns() -> tuple[str, ...]:
    return tuple(field.attname for field in Delivery._meta.concrete_fields)  # noqa: SLF001 - Django's documented way


@cache
def _claim_statement(prefers_retries: bool) -> str:  # noqa: FBT001 - a key of the cache
    preferred, other = (AGAIN, FIRST) if prefers_retries else (FIRST, AGAIN)
    return CLAIM.format(
        preferred=NEXT.format(kind=preferred),
        other=NEXT.format(kind=other),
        columns=", ".join(f"claimed.{name}" for name in _columns()),
    )


def _settle_overdue(delivery_id: int, *, now: datetime) -> None:
    with transaction.atomic():
        overdue = Delivery.objects.filter(
            pk=delivery_id, status=Delivery.Status.WAITING, attempt_count__gt=0, deadline_at__lt=now
        )
        delivery = overdue.select_for_update().first()
        if delivery is not None:
            last = f"; the last answer was: {delivery.last_error}" if delivery.last_error else "."
            settle(delivery=delivery, status=Delivery.Status.FAILED, now=now, error=OUT_OF_TIME + last)
