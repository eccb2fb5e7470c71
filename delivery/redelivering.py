"""Sending again: one delivery that has settled, or all of an endpoint's that did not get through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from delivery.models import Delivery, Endpoint
from delivery.purposes import PURPOSES
from delivery.waking import wake_endpoint

Status = Delivery.Status
# Those that somebody may have sent again.
REPEATABLE = tuple(status for status in Delivery.SETTLED if Status.WAITING in Delivery.MOVES[status])
NEWEST_ONLY = [purpose.name for purpose in PURPOSES.values() if purpose.repeats_newest_only]
# What could not be made, and stands in the log only (`delivery.queueing.note_unsent`).
NO_MESSAGE = Q(body="")
# What nobody wants any more (`forbid`).
UNWANTED = ~Q(withdrawn="")
# The most that one call of `recover` puts in line: a few seconds' work for the database.
MOST_RECOVERED = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What `recover` did: how many deliveries it put in line again, and whether there are more to call it again for."""

    count: int
    has_more: bool


def redeliver(*, delivery: Delivery, now: datetime) -> bool:
    """Put a settled delivery in line again, with its whole schedule before it and the same `webhook-id`.

    Returns False, and `refusal` says why, when it is still open or was cancelled, it never was a message that could be
    sent or is wanted no more, its endpoint is closed, a newer message has taken its place, or another one about the
    same company is on its way to the same owner. Its purpose's `settled` function is called
    again when it settles again.
    """
    settled = Delivery.objects.filter(
        ~NO_MESSAGE, ~UNWANTED, pk=delivery.pk, status__in=REPEATABLE, endpoint__closed_at__isnull=True
    )
    try:
        with transaction.atomic():
            is_changed = _wait_again(_alone(_newest(settled), delivery.endpoint), now=now) == 1
            if is_changed:
                wake_endpoint(delivery.endpoint_id)
    except IntegrityError:
        # A newer message of the key was queued this moment.
        return False
    if is_changed:
        delivery.refresh_from_db()
    return is_changed


def refusal(delivery: Delivery) -> str:
    """Why a delivery cannot be sent again now, as a sentence; empty when it can."""
    delivery.refresh_from_db(fields=["status", "withdrawn"])
    return next(_refusals(delivery), "")


def _refusals(delivery: Delivery) -> Iterator[str]:
    if delivery.status not in REPEATABLE:
        yield f"The delivery is {delivery.status}; only one that settled, and was not cancelled, can be sent again."
    if not delivery.body:
        yield "No message could be made, so there is none to send again; export the company again."
    if delivery.withdrawn:
        yield f"It is not to be sent again: {delivery.withdrawn}"
    if delivery.endpoint.closed_at is not None:
        yield "The delivery's endpoint is closed; nothing can be sent there any more."
    itself = Delivery.objects.filter(pk=delivery.pk)
    if not _newest(itself).exists():
        yield "A newer message about the same company has been queued since; only the newest can be sent again."
    if not _alone(itself, delivery.endpoint).exists():
        yield "Another message about the same company is on its way; this one can be sent again when that has settled."


def forbid(*, endpoint: Endpoint, cvrs: Sequence[str], reason: str) -> int:
    """Let none that failed of these companies be sent again; returns how many. `reason` is a sentence for the log.

    One statement, in the caller's transaction.
    """
    failed = Delivery.objects.filter(
        organisation=endpoint.organisation_id, cvr__in=cvrs, endpoint=endpoint, status=Status.FAILED, withdrawn=""
    )
    locked = failed.order_by("id").select_for_update(no_key=True).values_list("pk", flat=True)
    return Delivery.objects.filter(pk__in=list(locked)).update(withdrawn=reason)


def recover(*, endpoint: Endpoint, since: datetime, now: datetime) -> Recovered:
    """Send everything again that did not get through since then, the oldest first.

    These are the deliveries that failed at that moment or later, whenever they were queued, and those queued then or
    later that wait for a later try. Each gets its whole schedule anew. What is on its way at this moment is left alone.
    At most MOST_RECOVERED a call; while the endpoint is off they wait until it is switched on. Where only the newest
    message of a key can be sent again, older ones are left as they are; so are those of companies of which another
    message is on its way to the same owner, and what nobody wants any more.
    """
    failed = Delivery.objects.filter(
        ~NO_MESSAGE, ~UNWANTED, endpoint=endpoint, status=Status.FAILED, settled_at__gte=since
    )
    failed = _alone(_newest(failed), endpoint)
    # Only one that was tried waits for a later try; so it says for the index.
    waiting = Delivery.objects.filter(
        endpoint=endpoint, status=Status.WAITING, attempt_count__gt=0, due_at__gt=now, created_at__gte=since
    )
    while True:
        # Refused as a whole when a newer message takes the place of one of them this moment.
        with suppress(IntegrityError), transaction.atomic():
            return _recovered(endpoint, failed, waiting, now=now)


def _recovered(
    endpoint: Endpoint, failed: QuerySet[Delivery], waiting: QuerySet[Delivery], *, now: datetime
) -> Recovered:
    count = _first_again(failed.order_by("settled_at", "id"), most=MOST_RECOVERED, now=now)
    count += _first_again(waiting.order_by("due_at", "id"), most=MOST_RECOVERED - count, now=now)
    has_more = failed.exists() or waiting.exists() if count == MOST_RECOVERED else False
    if count:
        wake_endpoint(endpoint.pk)
    return Recovered(count=count, has_more=has_more)


def _newest(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Those that no newer one of their key has taken the place of, where only the newest can be sent again."""
    # By the company and not the key: of what settled, only that has an index.
    newer = Delivery.objects.filter(
        ~Q(cvr=""),
        organisation=OuterRef("organisation"),
        cvr=OuterRef("cvr"),
        endpoint=OuterRef("endpoint"),
        purpose=OuterRef("purpose"),
        order_key=OuterRef("order_key"),
        pk__gt=OuterRef("pk"),
    )
    return deliveries.exclude(~Q(order_key=""), Exists(newer), purpose__in=NEWEST_ONLY)


def _alone(deliveries: QuerySet[Delivery], endpoint: Endpoint) -> QuerySet[Delivery]:
    """Those of this endpoint of whose key nothing is open at the owner's other endpoints: one call at a time."""
    owner = endpoint.owner.rpartition(":")[0]
    if not owner:
        return deliveries
    others = Endpoint.objects.filter(
        organisation=endpoint.organisation_id, owner__startswith=f"{owner}:", closed_at__isnull=True
    ).exclude(pk=endpoint.pk)
    beside = Delivery.objects.filter(
        ~Q(order_key=""), endpoint__in=list(others), order_key=OuterRef("order_key"), status__in=Delivery.OPEN
    )
    return deliveries.exclude(~Q(order_key=""), Exists(beside))


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
        withdrawn="",
    )
