"""What `/metrics` says of deliveries and endpoints."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from delivery.models import Delivery, Endpoint
from delivery.outcomes import Outcome
from lasso.metrics import Gauge, Sample
from lasso.observing import LONG_BUCKETS, counter, timing

# A dashboard shows "a great many" beyond this; counting them all would weigh on those who send them.
MOST_COUNTED = 100_000

tries = counter(
    "lasso_delivery_tries_total",
    "Calls and mails that were tried; the answer is 2xx and the like, or why there was none.",
    "purpose",
    "answer",
)
settled = counter("lasso_deliveries_total", "Deliveries that came to an end.", "purpose", "status")
call_seconds = timing("lasso_delivery_call_seconds", "One try, until its answer was read.", "purpose")
seconds = timing(
    "lasso_delivery_seconds", "From the commit of what caused a delivery to its end.", "purpose", buckets=LONG_BUCKETS
)

# Each endpoint's due ones are the beginning of its two indexes by due time.
WAITING = """
SELECT count(*) FILTER (WHERE is_due), count(*) FILTER (WHERE NOT is_due),
  COALESCE(extract(epoch FROM %(now)s - min(due_at) FILTER (WHERE is_due)), 0)::float
FROM (
  SELECT delivery.due_at, delivery.due_at <= %(now)s AS is_due
  FROM delivery_delivery AS delivery JOIN delivery_endpoint AS endpoint ON endpoint.id = delivery.endpoint_id
  WHERE delivery.status = 'Waiting' AND endpoint.is_enabled
    AND (endpoint.paused_until IS NULL OR endpoint.paused_until <= %(now)s)
  LIMIT %(most)s) AS few
"""
SENDING = "SELECT count(*) FROM (SELECT 1 FROM delivery_delivery WHERE status = 'Sending' LIMIT %(most)s) AS few"


def note_try(delivery: Delivery, outcome: Outcome) -> None:
    """A try was made and recorded."""
    tries.add(delivery.purpose, answer_of(outcome))
    call_seconds.observe(outcome.duration, delivery.purpose)


def note_settled(delivery: Delivery, *, now: datetime) -> None:
    """A delivery came to its end."""
    settled.add(delivery.purpose, delivery.status)
    seconds.observe(now - delivery.created_at, delivery.purpose)


def answer_of(outcome: Outcome) -> str:
    """The answer in a few words: 2xx, 429 (a question of patience, not a fault), or the code of what went wrong."""
    if outcome.status_code is None:
        return str(outcome.error_code) or "none"
    return "429" if outcome.status_code == 429 else f"{outcome.status_code // 100}xx"


def _waiting() -> tuple[int, int, float]:
    with connection.cursor() as cursor:
        cursor.execute(WAITING, {"now": timezone.now(), "most": MOST_COUNTED})
        due, later, age = cursor.fetchone()
    return due, later, age


def _open_deliveries() -> Iterable[Sample]:
    due, later, _ = _waiting()
    with connection.cursor() as cursor:
        cursor.execute(SENDING, {"most": MOST_COUNTED})
        sending = cursor.fetchone()[0]
    return [Sample(count, {"state": state}) for state, count in (("due", due), ("later", later), ("sending", sending))]


def _age() -> Iterable[Sample]:
    return [Sample(_waiting()[2])]


def _endpoints() -> Iterable[Sample]:
    now = timezone.now()
    paused = Q(is_enabled=True, paused_until__gt=now)
    found = Endpoint.objects.filter(closed_at__isnull=True).aggregate(
        on=Count("id", filter=Q(is_enabled=True) & ~Q(paused_until__gt=now)),
        paused=Count("id", filter=paused),
        off=Count("id", filter=Q(is_enabled=False, is_off_by_itself=False)),
        off_by_itself=Count("id", filter=Q(is_enabled=False, is_off_by_itself=True)),
        failing=Count("id", filter=Q(is_enabled=True, failing_since__isnull=False)),
    )
    return [Sample(count, {"state": state}) for state, count in found.items()]


GAUGES = (
    Gauge(
        "lasso_open_deliveries",
        f"Deliveries to endpoints that take calls, by whether they are due, counted up to {MOST_COUNTED}.",
        _open_deliveries,
    ),
    Gauge("lasso_delivery_age_seconds", "Seconds that the oldest due delivery has been due.", _age),
    Gauge(
        "lasso_endpoints",
        "Open endpoints: on, paused (429), off, off_by_itself (nothing got through); failing ones count as on too.",
        _endpoints,
    ),
)
