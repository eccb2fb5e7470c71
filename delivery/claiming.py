"""Taking the next delivery of an endpoint, and writing the try down before it is made.

One statement claims: it looks at the endpoint's state and limit, picks the oldest due delivery that no other open one
of its order key stands before, marks it, and inserts its attempt. The lane does no other reading between two calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from delivery import pacing
from delivery.models import Delivery, Endpoint
from delivery.settling import settle
from delivery.statements import claim_statement, columns, endpoint_columns, endpoint_statement
from delivery.wording import out_of_time
from lanes.workers import worker_id
from lasso.prepared import execute_prepared

# Longer than any try takes, the mail server's time included: what is still under way then, nobody works on. Only when
# a worker's heart beats on and its call never ends; what a dead worker held comes back within seconds.
LEASE = timedelta(seconds=45)
# An endpoint that failed so often in a row, or was never reached, gets one call at a time until one gets through: it
# may hang, and must not hold more than one thread.
STRUGGLING_FAILURES = 3
EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to make one try of a delivery until its lease ends; the number is what a later claim changes."""

    delivery: Delivery  # as it is since the claim, its endpoint loaded
    number: int
    started_at: datetime
    charged_count: int  # of the delivery at the claim; recording may begin anew after it has changed that in memory
    has_more: bool = True  # whether anything else of the endpoint was due
    is_probe: bool = False  # made to see whether an endpoint that is switched off works again

    # What a claim brings up to date of the endpoint: how it is doing, and where the call goes.
    ENDPOINT_COLUMNS: ClassVar = (
        "failing_since",
        "failure_count",
        "last_success_at",
        "url",
        "method",
        "auth",
        "fingerprint",
    )


def endpoint_now(endpoint_id: UUID) -> Endpoint | None:
    """The endpoint as it is stored; None when it is gone."""
    row = execute_prepared(endpoint_statement(), {"endpoint": endpoint_id}).fetchone()
    return Endpoint.from_db(connection.alias, endpoint_columns(), row) if row else None


def claim_next(*, endpoint: Endpoint, now: datetime, prefers_retries: bool = False) -> Claim | None:
    """Claim the endpoint's oldest due delivery; None when nothing is due, or the endpoint takes no call now.

    It takes none while it is switched off, paused, at the limit of its calls at once (of all workers together), or at
    its rate. First tries come before later ones, or with `prefers_retries` behind them. One whose deadline has passed
    after at least one try settles as Failed instead.

    Brings the endpoint's health and address up to date.
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


def claim_in_time(*, endpoint: Endpoint, now: datetime, prefers_retries: bool = False) -> Claim | None:
    """As `claim_next` of an endpoint without a rate; None, too, when the first that is due is too late.

    It settles nothing, so that it may end a transaction that has settled another delivery.
    """
    statement = claim_statement(prefers_retries=prefers_retries, records=False)
    row = execute_prepared(statement, claim_parameters(endpoint=endpoint, now=now)).fetchone()
    return _claim_in(row[1:], endpoint=endpoint, now=now, is_probe=False) if row else None


def claim_probe(*, endpoint: Endpoint, now: datetime) -> Claim | None:
    """Claim the oldest delivery that waits for an endpoint that is switched off, to see whether it works again."""
    return _claim_next(endpoint=endpoint, now=now, is_probe=True)


def calls_at_once(endpoint: Endpoint) -> int:
    """How many calls to the endpoint may be under way now, as CALLS_AT_ONCE says it to the database."""
    return 1 if is_struggling(endpoint) else most_calls_at_once(endpoint)


def most_calls_at_once(endpoint: Endpoint) -> int:
    """How many it takes when it works, which a caller's copy tells long after its health has changed."""
    return endpoint.max_in_flight or settings.DELIVERY_LANES_PER_ENDPOINT


def is_struggling(endpoint: Endpoint) -> bool:
    """Whether nothing has got through lately, or ever."""
    return endpoint.failure_count >= STRUGGLING_FAILURES or endpoint.last_success_at is None


def claim_parameters(*, endpoint: Endpoint, now: datetime, is_probe: bool = False) -> dict[str, Any]:
    """What CLAIM asks for."""
    return {
        "endpoint": endpoint.pk,
        "now": now,
        "due_by": EVER if is_probe else now,
        "is_probe": is_probe,
        "lease_until": now + LEASE,
        "worker": worker_id(),
        "settled": 0,
        **limits(),
    }


def claim_found(row: Sequence[Any], *, endpoint: Endpoint, now: datetime, is_probe: bool = False) -> Claim | None:
    """The claim in a row of CLAIM, less its first column; None when what was picked was too late and has settled.

    Brings the endpoint's health and address up to date.
    """
    claim = _claim_in(row, endpoint=endpoint, now=now, is_probe=is_probe)
    if claim is None:
        _settle_overdue(row[0], now=now)
    return claim


def _claim_in(row: Sequence[Any], *, endpoint: Endpoint, now: datetime, is_probe: bool) -> Claim | None:
    _, has_more, *values = row
    count = len(Claim.ENDPOINT_COLUMNS)
    for name, value in zip(Claim.ENDPOINT_COLUMNS, values[:count], strict=True):
        setattr(endpoint, name, value)
    if values[count] is None:
        return None
    delivery = Delivery.from_db(connection.alias, columns(), values[count:])
    delivery.endpoint = endpoint
    return Claim(
        delivery=delivery,
        number=delivery.attempt_count,
        started_at=now,
        charged_count=delivery.charged_count,
        has_more=has_more,
        is_probe=is_probe,
    )


def _claim_next(
    *, endpoint: Endpoint, now: datetime, prefers_retries: bool = False, is_probe: bool = False
) -> Claim | None:
    statement = claim_statement(prefers_retries=prefers_retries, records=False)
    parameters = claim_parameters(endpoint=endpoint, now=now, is_probe=is_probe)
    while row := execute_prepared(statement, parameters).fetchone():
        if claim := claim_found(row[1:], endpoint=endpoint, now=now, is_probe=is_probe):
            return claim
    return None


def limits() -> dict[str, int]:
    """What CALLS_AT_ONCE asks for."""
    return {"struggling": STRUGGLING_FAILURES, "usual": settings.DELIVERY_LANES_PER_ENDPOINT}


def _settle_overdue(delivery_id: int, *, now: datetime) -> None:
    with transaction.atomic():
        overdue = Delivery.objects.filter(
            pk=delivery_id, status=Delivery.Status.WAITING, attempt_count__gt=0, deadline_at__lt=now
        )
        delivery = overdue.select_for_update().first()
        if delivery is not None:
            error = out_of_time("en", delivery.last_error)
            settle(delivery=delivery, status=Delivery.Status.FAILED, now=now, error=error)
