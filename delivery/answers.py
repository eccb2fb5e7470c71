"""What the API answers about deliveries and endpoints."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from delivery.health import MOST_COUNTED, MOST_TIMED, Health
from delivery.models import Attempt, Delivery, Endpoint
from delivery.transports.base import url_of
from delivery.wording import Answer

UNDER_WAY = "The attempt is under way."
COUNTS_STOP = f"Counts stop at {MOST_COUNTED:,}."


class DeliveryAnswer(BaseModel):
    """A webhook call or a mail, from its order to its end."""

    id: UUID = Field(description="The `webhook-id` and `Idempotency-Key` of the call; part of a mail's Message-ID.")
    purpose: str = Field(examples=["report_webhook"])
    state: Delivery.Status
    endpointId: UUID  # noqa: N815 - the wire's names
    method: Endpoint.Method | None = Field(description="How it is sent; null for mails.")
    url: str = Field(description="Where it goes: a URL with nothing left to fill in, or `mailto:` and an address.")
    batchId: UUID | None  # noqa: N815
    reportId: UUID | None  # noqa: N815
    lassoId: str | None = Field(examples=["CVR-1-34580820"], description="The company that it is about.")  # noqa: N815
    name: str | None = Field(description="What it is about, in words: the report's name, or the company's.")
    attemptCount: int  # noqa: N815
    lastStatusCode: int | None = Field(description="What was last answered.")  # noqa: N815
    lastError: str | None = Field(description="Why it did not get through, as a sentence.")  # noqa: N815
    createdOn: datetime  # noqa: N815
    nextAttemptOn: datetime | None = Field(  # noqa: N815
        description="When it is due while it waits; an endpoint that is paused or off may hold it up longer."
    )
    deadline: datetime = Field(description="No retry is planned later than this.")
    settledOn: datetime | None = Field(description="When it reached its final state.")  # noqa: N815


class AttemptAnswer(BaseModel):
    """One try of a delivery."""

    number: int
    method: Endpoint.Method | None = Field(description="How it was sent; null for mails.")
    url: str = Field(description="What was called then; the endpoint's URL may have been changed since.")
    startedOn: datetime  # noqa: N815
    durationMs: int | None = Field(description="Null while it is under way, and when its end is not known.")  # noqa: N815
    phases: dict[str, int] = Field(
        examples=[{"lookup": 4, "connect": 11, "tls": 24, "send": 0, "first_byte": 86, "read": 1}],
        description="Milliseconds of each part of the call that was reached.",
    )
    statusCode: int | None = Field(description="HTTP status, or the mail server's reply code.")  # noqa: N815
    errorCode: str | None = Field(  # noqa: N815
        examples=["timeout"], description="Why there was no answer, as one of a closed list of codes."
    )
    explanation: str = Field(description="What happened, as a sentence.")
    answerHeaders: dict[str, str]  # noqa: N815
    answerBody: str = Field(description="The first 4 KB of the answer.")  # noqa: N815
    isCharged: bool = Field(description="Whether it counts against the retries that the purpose allows.")  # noqa: N815
    nextAttemptOn: datetime | None = Field(description="When the next one was planned for.")  # noqa: N815


class DeliveryWithAttempts(DeliveryAnswer):
    """A delivery with everything that was tried."""

    body: str | None = Field(description="What is sent, byte for byte; null for mails.")
    attempts: list[AttemptAnswer] = Field(description="In the order in which they were made; the last 100 of more.")


class DeliveriesPage(BaseModel):
    """One page of deliveries, newest first."""

    continuationToken: str | None = Field(description="Give it as cToken for the next page; null on the last.")  # noqa: N815
    results: list[DeliveryAnswer]


class EndpointState(StrEnum):
    """Paused: the receiver asked to be left alone for a while. Disabled: deliveries wait until it is enabled."""

    ENABLED = "Enabled"
    PAUSED = "Paused"
    DISABLED = "Disabled"


class EndpointAnswer(BaseModel):
    """A place where deliveries go, and how it is doing."""

    id: UUID
    name: str | None = Field(
        examples=["Our CRM (export)"],
        description="An integration's name and what the endpoint is for; null for others.",
    )
    method: Endpoint.Method | None = Field(description="How it is called; null for a mailbox.")
    url: str = Field(
        description="A webhook's URL, or `mailto:` and an address. Each delivery fills in `{cvr}` and `{lassoId}` in "
        "the URL of an integration; a batch's webhook is called as it stands."
    )
    state: EndpointState
    since: datetime = Field(description="When it was last enabled or disabled; before that, when it was first used.")
    disabledReason: str | None  # noqa: N815
    pausedUntil: datetime | None = Field(description="Set while state is Paused.")  # noqa: N815
    isSigned: bool = Field(description="Whether deliveries carry a signature by Standard Webhooks.")  # noqa: N815
    hasAuthentication: bool = Field(description="Whether calls sign in; how is never shown.")  # noqa: N815
    lastSuccessOn: datetime | None = Field(description="To the minute.")  # noqa: N815
    lastFailureOn: datetime | None  # noqa: N815
    failingSince: datetime | None = Field(description="The first failure after the last success.")  # noqa: N815
    failuresInARow: int  # noqa: N815
    deliveredLastDay: int = Field(description=f"Deliveries that got through in the last 24 hours. {COUNTS_STOP}")  # noqa: N815
    failedLastDay: int = Field(description="Deliveries that finally failed in the last 24 hours.")  # noqa: N815
    waitingCount: int = Field(description=f"Deliveries that have not settled. {COUNTS_STOP}")  # noqa: N815
    oldestWaitingOn: datetime | None = Field(description="When the oldest of them was queued.")  # noqa: N815
    medianDurationMs: int | None = Field(  # noqa: N815
        description=f"Of the answered attempts of the last day's deliveries, at most the last {MOST_TIMED}."
    )
    p95DurationMs: int | None = Field(description="95 % of them were quicker.")  # noqa: N815
    maxInFlight: int | None = Field(description="Calls that may be under way at once; null: the usual number.")  # noqa: N815
    ratePerSecond: int | None = Field(description="Calls that may begin in a second; null: any number.")  # noqa: N815
    ratePerMinute: int | None = Field(description="Calls that may begin in a minute; null: any number.")  # noqa: N815
    isProbed: bool = Field(  # noqa: N815
        description="Whether one delivery a day is tried while it is disabled; when that gets through, it is enabled."
    )
    createdOn: datetime  # noqa: N815


class EndpointsPage(BaseModel):
    """One page of endpoints, newest first."""

    continuationToken: str | None = Field(description="Give it as cToken for the next page; null on the last.")  # noqa: N815
    results: list[EndpointAnswer]


class NewSecretAnswer(BaseModel):
    """A new signing secret; it is shown this once."""

    signingSecret: str = Field(examples=["whsec_…"])  # noqa: N815
    previousValidUntil: datetime | None = Field(  # noqa: N815
        description="Until then deliveries carry a signature by the secret before, too; null when it ended at once."
    )


class RecoveredAnswer(BaseModel):
    """What was put in line again."""

    count: int
    hasMore: bool = Field(description="There are more than one call takes on: call again.")  # noqa: N815


def delivery_answer(delivery: Delivery) -> dict[str, Any]:
    """The JSON of a delivery; its endpoint must be at hand."""
    return DeliveryAnswer.model_construct(**_facts(delivery)).model_dump(mode="json")


def delivery_with_attempts(delivery: Delivery, attempts: list[Attempt]) -> dict[str, Any]:
    """The JSON of a delivery and its attempts, which are given in their order."""
    is_mail = delivery.endpoint.scheme == "mailto"
    return DeliveryWithAttempts.model_construct(
        **_facts(delivery),
        # A mail's is a template's name and its context, which nobody ever receives.
        body=None if is_mail else delivery.body,
        attempts=[_attempt(attempt, delivery) for attempt in attempts],
    ).model_dump(mode="json")


def endpoint_answer(endpoint: Endpoint, health: Health, *, now: datetime) -> dict[str, Any]:
    """The JSON of an endpoint."""
    is_paused = endpoint.paused_until is not None and endpoint.paused_until > now
    return EndpointAnswer.model_construct(
        id=endpoint.pk,
        name=endpoint.name or None,
        method=method_of(endpoint),
        url=endpoint.url,
        state=_state(endpoint, is_paused=is_paused),
        since=endpoint.disabled_at or endpoint.enabled_at or endpoint.created_at,
        disabledReason=endpoint.disabled_reason or None,
        pausedUntil=endpoint.paused_until if is_paused and endpoint.is_enabled else None,
        isSigned=endpoint.signing_secret != "",
        hasAuthentication=endpoint.auth != "",
        lastSuccessOn=endpoint.last_success_at,
        lastFailureOn=endpoint.last_failure_at,
        failingSince=endpoint.failing_since,
        failuresInARow=endpoint.failure_count,
        deliveredLastDay=health.delivered_count,
        failedLastDay=health.failed_count,
        waitingCount=health.waiting_count,
        oldestWaitingOn=health.oldest_waiting_at,
        medianDurationMs=_milliseconds(health.median_duration),
        p95DurationMs=_milliseconds(health.p95_duration),
        maxInFlight=endpoint.max_in_flight,
        ratePerSecond=endpoint.rate_per_second,
        ratePerMinute=endpoint.rate_per_minute,
        isProbed=endpoint.is_probed,
        createdOn=endpoint.created_at,
    ).model_dump(mode="json")


def _facts(delivery: Delivery) -> dict[str, Any]:
    is_waiting = delivery.status == Delivery.Status.WAITING
    return {
        "id": delivery.public_id,
        "purpose": delivery.purpose,
        "state": Delivery.Status(delivery.status),
        "endpointId": delivery.endpoint_id,
        "method": method_of(delivery.endpoint),
        "url": url_of(delivery),
        "batchId": delivery.batch_id,
        "reportId": delivery.report_id,
        "lassoId": f"CVR-1-{delivery.cvr}" if delivery.cvr else None,
        "name": delivery.label or None,
        "attemptCount": delivery.attempt_count,
        "lastStatusCode": delivery.last_status_code,
        "lastError": delivery.last_error or None,
        "createdOn": delivery.created_at,
        "nextAttemptOn": delivery.due_at if is_waiting else None,
        "deadline": delivery.deadline_at,
        "settledOn": delivery.settled_at,
    }


def method_of(endpoint: Endpoint) -> Endpoint.Method | None:
    """How the endpoint is called; None for a mailbox."""
    return None if endpoint.scheme == "mailto" else Endpoint.Method(endpoint.method)


def called(attempt: Attempt, delivery: Delivery) -> tuple[Endpoint.Method | None, str]:
    """Method and URL of an attempt: what was written down with it, or what is called now."""
    if attempt.url:
        return Endpoint.Method(attempt.method), attempt.url
    return method_of(delivery.endpoint), url_of(delivery)


def _attempt(attempt: Attempt, delivery: Delivery) -> AttemptAnswer:
    method, url = called(attempt, delivery)
    return AttemptAnswer.model_construct(
        number=attempt.number,
        method=method,
        url=url,
        startedOn=attempt.started_at,
        durationMs=_milliseconds(attempt.duration),
        phases=attempt.phases,
        statusCode=attempt.status_code,
        errorCode=attempt.error_code or None,
        explanation=explained(attempt),
        answerHeaders=attempt.answer_headers,
        answerBody=attempt.answer_body,
        isCharged=attempt.is_charged,
        nextAttemptOn=attempt.next_due_at,
    )


def explained(attempt: Attempt) -> str:
    """What happened in an attempt, as a sentence."""
    if attempt.error:
        return attempt.error
    if attempt.status_code is None:
        return UNDER_WAY
    return Answer(status_code=attempt.status_code).sentence("en")


def _state(endpoint: Endpoint, *, is_paused: bool) -> EndpointState:
    if not endpoint.is_enabled:
        return EndpointState.DISABLED
    return EndpointState.PAUSED if is_paused else EndpointState.ENABLED


def _milliseconds(duration: timedelta | None) -> int | None:
    return None if duration is None else round(duration / timedelta(milliseconds=1))
