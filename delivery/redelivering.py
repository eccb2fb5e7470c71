"""Sending again: one delivery that has settled, or all of an endpoint's that did not get through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Case, QuerySet, Value, When

from delivery.models import Delivery, Endpoint
from delivery.purposes import PURPOSES
from delivery.waking import wake_endpoint

Status = Delivery.Status
# Those that somebody may have sent again.
REPEATABLE = tuple(status for status in Delivery.SETTLED if Status.WAITING in Delivery.MOVES[status])
# The most that one call of `recover` puts in line: a few seconds' work for the database.
MOST_RECOVERED = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What `recover` did: how many deliveries it put in line again, and whether there are more to call it again for."""

    count: int
    has_more: bool


def redeliver(*, delivery: Delivery, now: datetime) -> bool:
    """Put a settled delivery in line again, with its whole schedule before it and the same `webhook-id`.

    Returns False when it is still open or was cancelled, or its endpoint is closed. Its purpose's `settled` function is
    called again when it settles again.
    """
    settled = Delivery.objects.filter(pk=delivery.pk, status__in=REPEATABLE, endpoint__closed_at__isnull=True)
    with transaction.atomic():
        is_changed = _wait_again(settled, now=now) == 1
        if is_changed:
            wake_endpoint(delivery.endpoint_id)
    if is_changed:
        delivery.refresh_from_db()
    return is_changed


def recover(*, endpoint: Endpoint, since: datetime, now: datetime) -> Recovered:
    """Send everything again that did not get through since then, the oldest first.

    These are the deliveries that failed at that moment or later, whenever they were queued, and those queued then or
    later that wait for a later try. Each gets its whole schedule anew. What is on its way at this moment is left alone.
    At most MOST_RECOVERED a call; while the endpoint is off they wait until it is switched on.
    """
    failed = Delivery.objects.filter(endpoint=endpoint, status=Status.FAILED, settled_at__gte=since)
    # Only one that was tried waits for a later try; so it says for the index.
    waiting = Delivery.objects.filter(
        endpoint=endpoint, status=Status.WAITING, attempt_count__gt=0, due_at__gt=now, created_at__gte=since
    )
    with transaction.atomic():
        count = _first_again(failed.order_by("settled_at", "id"), most=MOST_RECOVERED, now=now)
        count += _first_again(waiting.order_by("due_at", "id"), most=MOST_RECOVERED - count, now=now)
        has_more = failed.exists() or waiting.exists() if count == MOST_RECOVERED else False
        if count:
            wake_endpoint(endpoint.pk)
    return Recovered(count=count, has_more=has_more)


def _first_again(deliveries: QuerySet[Delivery], *, most: int, now: datetime) -> int:
    # What another transaction holds is being sent, or sent again, this moment.
    first = deliveries.select_for_update(skip_locked=True).values_list("pk", flat=True)[:most]
    return _wait_again(Delivery.objects.filter(pk__in=list(first)), now=now)


def _wait_again(deliveries: QuerySet[Delivery], *, now: datetime) -> int:
    deadlines = Case(
        *(When(purpose=purpose.name, then=Value(now + purpose.deadline)) for purpose in PURPOSES.values()),
    )
    return deliveries.update(
        status=Status.WAITING,
        charged_count=0,
        due_at=now,
        deadline_at=deadlines,
        settled_at=None,
        is_failure_told=False,
    )
