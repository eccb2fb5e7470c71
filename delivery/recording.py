"""Writing down what a try came to: attempt, delivery, endpoint and word to whoever queued it.

What got through and concerns nobody else is one statement. Everything else is one transaction.
"""

from __future__ import annotations

import json
import random
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

import structlog
from django.db import connection, transaction

from delivery.claiming import Claim
from delivery.endpoint_health import note_pause, note_success, note_try
from delivery.models import Delivery
from delivery.outcomes import Outcome
from delivery.purposes import call_settled, has_settled_function, purpose_named
from delivery.settling import log_settled
from delivery.verdicts import Verdict, probe_verdict, verdict

log = structlog.get_logger(__name__)

LONGEST_KEPT_BODY = 4096  # bytes
MOST_KEPT_HEADERS = 50
LONGEST_KEPT_HEADER = 1000
# What an answer may hold that is nobody's business in a log.
HIDDEN_HEADERS = frozenset({"set-cookie", "authorization", "proxy-authorization", "cookie"})

# Nothing changes when the claim is no longer this worker's.
RECORD = """
WITH recorded AS (
  UPDATE delivery_delivery
  SET status = %(status)s, due_at = COALESCE(%(due_at)s, due_at), settled_at = %(settled_at)s, worker_id = NULL,
    charged_count = %(charged_count)s, last_status_code = %(status_code)s, last_error = %(last_error)s,
    is_failure_told = %(is_failure_told)s
  WHERE id = %(delivery)s AND status = 'Sending' AND attempt_count = %(number)s
  RETURNING id
)
UPDATE delivery_attempt AS attempt
SET duration = %(duration)s, phases = %(phases)s, status_code = %(status_code)s, error_code = %(error_code)s,
  error = %(error)s, answer_headers = %(headers)s, answer_body = %(body)s, is_charged = %(is_charged)s,
  next_due_at = %(due_at)s
FROM recorded WHERE attempt.delivery_id = recorded.id AND attempt.number = %(number)s
"""


def record(*, claim: Claim, outcome: Outcome, now: datetime) -> Verdict | None:
    """Record the try's outcome and what follows from it.

    Returns None, and changes nothing, when the claim is no longer this worker's: its lease ran out and another took
    over, whose result counts.
    """
    judged = _judged(claim, outcome, now=now)
    delivery = claim.delivery
    with _transaction(delivery, judged):
        if not _written(claim, outcome, judged, now=now):
            log.warning("delivery_taken_over", delivery=str(delivery.public_id), attempt=claim.number)
            return None
        if judged.pause_until is not None:
            note_pause(delivery.endpoint, until=judged.pause_until)
        if judged.is_working:
            note_success(delivery.endpoint, now=now)
        elif judged.is_working is False:
            _note_failure(delivery, judged, answer=answer_sentence(outcome), now=now)
        if judged.is_settled:
            log_settled(delivery)
            call_settled(delivery)
    return judged


def answer_sentence(outcome: Outcome) -> str:
    """The outcome in words, for the customer."""
    return outcome.error or f"The receiver answered with status {outcome.status_code}."


def kept_body(body: bytes) -> str:
    """The beginning of an answer as text that can be stored and shown."""
    return body[:LONGEST_KEPT_BODY].decode("utf-8", errors="replace").replace("\0", "\ufffd")


def _judged(claim: Claim, outcome: Outcome, *, now: datetime) -> Verdict:
    delivery = claim.delivery
    judged = verdict(
        purpose=purpose_named(delivery.purpose),
        outcome=outcome,
        charged_count=delivery.charged_count,
        now=now,
        deadline_at=delivery.deadline_at,
        jitter=random.random,
    )
    return probe_verdict(judged, now=now) if claim.is_probe else judged


def _transaction(delivery: Delivery, judged: Verdict) -> AbstractContextManager[None]:
    """A transaction where more than the one statement may follow."""
    is_alone = judged.is_working and judged.pause_until is None and not has_settled_function(delivery.purpose)
    return nullcontext() if is_alone else transaction.atomic()


def _written(claim: Claim, outcome: Outcome, judged: Verdict, *, now: datetime) -> bool:
    """Write attempt and delivery, and bring the delivery in memory up to date."""
    delivery = claim.delivery
    error = "" if judged.is_working else answer_sentence(outcome)
    charged_count = delivery.charged_count + judged.is_charged
    settled_at = now if judged.is_settled else None
    is_failure_told = judged.is_settled and not purpose_named(delivery.purpose).is_failure_told
    parameters: dict[str, Any] = {
        "delivery": delivery.pk,
        "number": claim.number,
        "status": judged.status.value,
        "due_at": judged.due_at,
        "settled_at": settled_at,
        "charged_count": charged_count,
        "last_error": error,
        "is_failure_told": is_failure_told,
        "duration": outcome.duration,
        "phases": json.dumps(dict(outcome.phases)),
        "status_code": outcome.status_code,
        "error_code": str(outcome.error_code),
        "error": outcome.error if judged.is_working else error,
        "headers": json.dumps(_kept_headers(outcome)),
        "body": kept_body(outcome.body),
        "is_charged": judged.is_charged,
    }
    with connection.cursor() as cursor:
        cursor.execute(RECORD, parameters)
        if cursor.rowcount != 1:
            return False
    delivery.status = judged.status
    delivery.due_at = judged.due_at or delivery.due_at
    delivery.settled_at, delivery.worker_id = settled_at, None
    delivery.charged_count, delivery.last_status_code = charged_count, outcome.status_code
    delivery.last_error, delivery.is_failure_told = error, is_failure_told
    return True


def _note_failure(delivery: Delivery, judged: Verdict, *, answer: str, now: datetime) -> None:
    is_switched_off = note_try(
        delivery.endpoint,
        purpose=purpose_named(delivery.purpose),
        is_unwanted=judged.switches_off,
        last_answer=answer,
        now=now,
    )
    if is_switched_off and judged.is_settled and not delivery.is_failure_told:
        # The mail that says so tells of this one too.
        Delivery.objects.filter(pk=delivery.pk).update(is_failure_told=True)
        delivery.is_failure_told = True


def _kept_headers(outcome: Outcome) -> dict[str, str]:
    shown = [(name, value) for name, value in outcome.headers.items() if name not in HIDDEN_HEADERS]
    # PostgreSQL's JSON takes no NUL.
    return {name: value.replace("\0", "")[:LONGEST_KEPT_HEADER] for name, value in shown[:MOST_KEPT_HEADERS]}
