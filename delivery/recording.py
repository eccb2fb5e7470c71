"""Writing down what a try came to: attempt, delivery, endpoint and word to whoever queued it, in one transaction."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from delivery.claiming import Claim
from delivery.endpoints import disable_endpoint
from delivery.models import Attempt, Delivery, Endpoint
from delivery.outcomes import Outcome
from delivery.purposes import Purpose, purpose_named
from delivery.settling import settle
from delivery.telling import tell_switched_off
from delivery.verdicts import Verdict, verdict

log = structlog.get_logger(__name__)

LONGEST_KEPT_BODY = 4096  # bytes
MOST_KEPT_HEADERS = 50
LONGEST_KEPT_HEADER = 1000
# What an answer may hold that is nobody's business in a log.
HIDDEN_HEADERS = frozenset({"set-cookie", "authorization", "proxy-authorization", "cookie"})

# An endpoint that nothing got through to for so long, in so many tries, is switched off.
FAILING_LIMIT = timedelta(hours=24)
FAILING_TRIES = 10
# A success is noted at most so often, so that parallel lanes do not queue up for one row.
SUCCESS_NOTED_EVERY = timedelta(minutes=1)


def record(*, claim: Claim, outcome: Outcome, now: datetime) -> Verdict | None:
    """Record the try's outcome and what follows from it.

    Returns None, and changes nothing, when the claim is no longer this worker's: its lease ran out and another took
    over, whose result counts.
    """
    with transaction.atomic():
        delivery = (
            Delivery.objects.select_for_update(of=("self",))
            .select_related("endpoint")
            .filter(pk=claim.delivery.pk, status=Delivery.Status.SENDING, attempt_count=claim.number)
            .first()
        )
        if delivery is None:
            log.warning("delivery_taken_over", delivery=str(claim.delivery.public_id), attempt=claim.number)
            return None
        purpose = purpose_named(delivery.purpose)
        judged = verdict(
            purpose=purpose,
            outcome=outcome,
            charged_count=delivery.charged_count,
            now=now,
            deadline_at=delivery.deadline_at,
            jitter=random.random,
        )
        _complete_attempt(delivery, outcome, judged)
        is_switched_off = _note_health(delivery.endpoint, purpose, judged, outcome=outcome, now=now)
        delivery.charged_count += judged.is_charged
        delivery.last_status_code = outcome.status_code
        if judged.due_at is None:
            error = "" if judged.is_working else answer_sentence(outcome)
            settle(delivery=delivery, status=judged.status, now=now, error=error, is_told=is_switched_off)
        else:
            _wait(delivery, due_at=judged.due_at, error=answer_sentence(outcome))
    return judged


def answer_sentence(outcome: Outcome) -> str:
    """The outcome in words, for the customer."""
    return outcome.error or f"The receiver answered with status {outcome.status_code}."


def _wait(delivery: Delivery, *, due_at: datetime, error: str) -> None:
    delivery.status = Delivery.Status.WAITING
    delivery.due_at = due_at
    delivery.last_error = error
    delivery.save(update_fields=["status", "due_at", "charged_count", "last_status_code", "last_error"])


def _complete_attempt(delivery: Delivery, outcome: Outcome, judged: Verdict) -> None:
    Attempt.objects.filter(delivery=delivery, number=delivery.attempt_count).update(
        duration=outcome.duration,
        phases=dict(outcome.phases),
        status_code=outcome.status_code,
        error_code=outcome.error_code,
        error=outcome.error if judged.is_working else answer_sentence(outcome),
        answer_headers=_kept_headers(outcome),
        answer_body=kept_body(outcome.body),
        is_charged=judged.is_charged,
        next_due_at=judged.due_at,
    )


def _kept_headers(outcome: Outcome) -> dict[str, str]:
    shown = [(name, value) for name, value in outcome.headers.items() if name not in HIDDEN_HEADERS]
    # PostgreSQL's JSON takes no NUL.
    return {name: value.replace("\0", "")[:LONGEST_KEPT_HEADER] for name, value in shown[:MOST_KEPT_HEADERS]}


def kept_body(body: bytes) -> str:
    """The beginning of an answer as text that can be stored and shown."""
    return body[:LONGEST_KEPT_BODY].decode("utf-8", errors="replace").replace("\0", "\ufffd")


def _note_health(endpoint: Endpoint, purpose: Purpose, judged: Verdict, *, outcome: Outcome, now: datetime) -> bool:
    """Keep the endpoint's health; returns whether it was switched off by this try."""
    if judged.pause_until is not None:
        _pause(endpoint, judged.pause_until)
    if judged.is_working:
        _note_success(endpoint, now=now)
    if judged.is_working is not False:
        return False
    # Without the key: a delivery that is being queued meanwhile holds that, and must not be waited for.
    endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    endpoint.failure_count += 1
    endpoint.failing_since = endpoint.failing_since or now
    endpoint.last_failure_at = now
    endpoint.save(update_fields=["failure_count", "failing_since", "last_failure_at"])
    reason = _switch_off_reason(endpoint, purpose, judged, now=now)
    if not reason or not disable_endpoint(endpoint=endpoint, reason=reason, now=now):
        return False
    tell_switched_off(endpoint=endpoint, last_answer=answer_sentence(outcome), now=now)
    return True


def _switch_off_reason(endpoint: Endpoint, purpose: Purpose, judged: Verdict, *, now: datetime) -> str:
    if judged.switches_off:
        return "The receiver answered 410 Gone: it wants nothing more."
    if not purpose.switches_off or endpoint.failure_count < FAILING_TRIES or endpoint.failing_since is None:
        return ""
    if now - endpoint.failing_since < FAILING_LIMIT:
        return ""
    return f"Nothing got through for 24 hours, in {endpoint.failure_count} attempts."


def _pause(endpoint: Endpoint, until: datetime) -> None:
    locked = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    if locked.paused_until is None or locked.paused_until < until:
        locked.paused_until = until
        locked.save(update_fields=["paused_until"])


def _note_success(endpoint: Endpoint, *, now: datetime) -> None:
    is_noted = endpoint.last_success_at is not None and now - endpoint.last_success_at < SUCCESS_NOTED_EVERY
    if is_noted and endpoint.failing_since is None:
        return
    Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=None, failure_count=0, last_success_at=now)
