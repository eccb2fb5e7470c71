"""Writing down what a try came to: attempt, delivery, endpoint and word to whoever queued it.

What got through and concerns nobody else is one statement, the next claim included. Everything else is one transaction.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from django.db import IntegrityError, transaction

from delivery import pacing
from delivery.claiming import Claim, claim_found, claim_in_time, claim_next, claim_parameters
from delivery.endpoint_health import hold_endpoint, note_pause, note_success, note_try
from delivery.latest import end_of, take_over, withdraw_behind
from delivery.models import Delivery
from delivery.outcomes import Outcome
from delivery.purposes import call_settled, has_settled_function, purpose_named
from delivery.settling import log_settled
from delivery.statements import RECORD, claim_statement
from delivery.transports.base import url_of
from delivery.verdicts import Verdict, probe_verdict, verdict
from delivery.wording import Answer
from lasso.prepared import execute_prepared

Status = Delivery.Status

log = structlog.get_logger(__name__)

LONGEST_KEPT_BODY = 4096  # bytes
MOST_KEPT_HEADERS = 50
LONGEST_KEPT_HEADER = 1000
# What an answer may hold that is nobody's business in a log.
HIDDEN_HEADERS = frozenset({"set-cookie", "authorization", "proxy-authorization", "cookie"})


def record(*, claim: Claim, outcome: Outcome, now: datetime) -> Verdict | None:
    """Record the try's outcome and what follows from it.

    Returns None, and changes nothing, when the claim is no longer this worker's: its lease ran out and another took
    over, whose result counts.
    """
    judged = _judged(claim, outcome, now=now)
    if _is_alone(claim.delivery, judged):
        return _record(claim, outcome, judged, now=now)
    while True:
        try:
            with transaction.atomic():
                if judged.is_settled:
                    return _record(claim, outcome, judged, now=now)
                return _record_for_later(claim, outcome, judged, now=now)
        except IntegrityError:
            # A newer message of the key was queued by a transaction that could not be seen before. Now it can.
            if judged.is_settled or not purpose_named(claim.delivery.purpose).is_latest_only:
                raise


def record_and_claim(
    *, claim: Claim, outcome: Outcome, now: datetime, prefers_retries: bool = False
) -> tuple[Verdict | None, Claim | None]:
    """As `record`, then `claim_next` for the same endpoint: in one statement where nothing else is to be written.

    Where only the purpose's `settled` function is to be called besides, it is one transaction, so that the disk is
    waited for once.
    """
    judged = _judged(claim, outcome, now=now)
    endpoint = claim.delivery.endpoint
    if pacing.has_rate(endpoint) or not _is_through(judged):
        recorded = record(claim=claim, outcome=outcome, now=now)
        return recorded, claim_next(endpoint=endpoint, now=now, prefers_retries=prefers_retries)
    if has_settled_function(claim.delivery.purpose):
        with transaction.atomic():
            recorded = _record(claim, outcome, judged, now=now)
            # Last: the function may wait for a lock, and nobody should wait meanwhile for what is claimed here.
            following = claim_in_time(endpoint=endpoint, now=now, prefers_retries=prefers_retries)
        # One that is too late settles in a transaction of its own: in this one its function might ask for a lock that
        # is held by somebody who waits for the first one's.
        return recorded, following or claim_next(endpoint=endpoint, now=now, prefers_retries=prefers_retries)
    written = _Written.of(claim, outcome, judged, now=now)
    row = execute_prepared(
        claim_statement(prefers_retries=prefers_retries, records=True),
        claim_parameters(endpoint=endpoint, now=now) | written.parameters,
    ).fetchall()[0]
    recorded = judged if row[0] else None
    if recorded:
        written.apply(claim.delivery)
        note_success(endpoint, now=now)
    else:
        _log_taken_over(claim)
    if row[1] is None:
        return recorded, None
    # What was picked may have been too late: then there may be another.
    following = claim_found(row[1:], endpoint=endpoint, now=now)
    return recorded, following or claim_next(endpoint=endpoint, now=now, prefers_retries=prefers_retries)


def _record(claim: Claim, outcome: Outcome, judged: Verdict, *, now: datetime, reason: str = "") -> Verdict | None:
    """Write the result down with all that follows; `reason` says why it is Cancelled."""
    delivery = claim.delivery
    written = _Written.of(claim, outcome, judged, now=now, reason=reason)
    if not execute_prepared(RECORD, written.parameters).fetchall()[0][0]:
        _log_taken_over(claim)
        return None
    written.apply(delivery)
    if judged.pause_until is not None:
        note_pause(delivery.endpoint, until=judged.pause_until)
    if judged.is_working:
        note_success(delivery.endpoint, now=now)
    elif judged.is_working is False:
        _note_failure(delivery, judged, outcome, now=now)
    if judged.status == Status.GONE:
        # Before the function: whoever queues holds what waits, and then locks what the function will ask for.
        withdraw_behind(delivery, now=now)
    if judged.is_settled and judged.status != Status.CANCELLED:
        log_settled(delivery)
        call_settled(delivery)
    return judged


def _record_for_later(claim: Claim, outcome: Outcome, judged: Verdict, *, now: datetime) -> Verdict | None:
    """As `_record` where the delivery would be tried again, unless it was withdrawn or superseded meanwhile."""
    delivery = claim.delivery
    hold_endpoint(delivery.endpoint)
    reason, newer = end_of(delivery)
    if not reason:
        return _record(claim, outcome, judged, now=now)
    ended = replace(judged, status=Status.CANCELLED, due_at=None)
    recorded = _record(claim, outcome, ended, now=now, reason=reason)
    if recorded and newer is not None and judged.due_at is not None:
        take_over(delivery, newer=newer, due_at=judged.due_at)
    return recorded


def answer_sentence(outcome: Outcome) -> str:
    """The outcome in words, for the customer."""
    return outcome.error or _answer(outcome).sentence("en")


def kept_body(body: bytes) -> str:
    """The beginning of an answer as text that can be stored and shown."""
    return _storable(body[:LONGEST_KEPT_BODY].decode("utf-8", errors="replace"))


def _storable(text: str) -> str:
    """The text without what PostgreSQL refuses: a result that cannot be noted would be sent again and again."""
    return text.replace("\0", "\ufffd")


def _judged(claim: Claim, outcome: Outcome, *, now: datetime) -> Verdict:
    delivery = claim.delivery
    judged = verdict(
        purpose=purpose_named(delivery.purpose),
        outcome=outcome,
        charged_count=claim.charged_count,
        now=now,
        deadline_at=delivery.deadline_at,
        jitter=random.random,
    )
    return probe_verdict(judged, now=now) if claim.is_probe else judged


def _is_through(judged: Verdict) -> bool:
    """Whether it got through, and nothing must happen together with that but what the purpose's function does."""
    return bool(judged.is_working) and judged.pause_until is None and judged.status != Status.GONE


def _is_alone(delivery: Delivery, judged: Verdict) -> bool:
    """Whether nothing that must happen together with the result follows from it."""
    return _is_through(judged) and not has_settled_function(delivery.purpose)


def _log_taken_over(claim: Claim) -> None:
    log.warning("delivery_taken_over", delivery=str(claim.delivery.public_id), attempt=claim.number)


@dataclass(frozen=True, slots=True)
class _Written:
    """What RECORD writes of a try."""

    parameters: dict[str, Any]

    @classmethod
    def of(cls, claim: Claim, outcome: Outcome, judged: Verdict, *, now: datetime, reason: str = "") -> _Written:
        """The result of the claimed try; `reason` ends the delivery whatever the result."""
        delivery = claim.delivery
        error = "" if judged.is_working else _storable(answer_sentence(outcome))
        parameters = {
            "done": delivery.pk,
            "number": claim.number,
            "status": judged.status.value,
            "due_at": judged.due_at,
            "settled_at": now if judged.is_settled else None,
            "charged_count": claim.charged_count + judged.is_charged,
            "last_error": reason or error,
            "is_failure_told": judged.is_settled and not purpose_named(delivery.purpose).is_failure_told,
            "duration": outcome.duration,
            "phases": json.dumps(dict(outcome.phases)),
            "status_code": outcome.status_code,
            "error_code": str(outcome.error_code),
            "error": _storable(outcome.error) if judged.is_working else error,
            "headers": json.dumps(_kept_headers(outcome)),
            "body": kept_body(outcome.body),
            "is_charged": judged.is_charged,
            # Where a shared endpoint's calls went, the endpoint tells for ever.
            "method": delivery.endpoint.method if delivery.endpoint.owner else "",
            "url": url_of(delivery) if delivery.endpoint.owner else "",
        }
        return cls(parameters)

    def apply(self, delivery: Delivery) -> None:
        """Bring the delivery in memory up to date."""
        delivery.status = self.parameters["status"]
        delivery.due_at = self.parameters["due_at"] or delivery.due_at
        delivery.last_status_code = self.parameters["status_code"]
        delivery.worker_id = None
        for name in ("settled_at", "charged_count", "last_error", "is_failure_told"):
            setattr(delivery, name, self.parameters[name])


def _answer(outcome: Outcome) -> Answer:
    return Answer(status_code=outcome.status_code, error_code=str(outcome.error_code), words=kept_body(outcome.body))


def _note_failure(delivery: Delivery, judged: Verdict, outcome: Outcome, *, now: datetime) -> None:
    is_switched_off = note_try(
        delivery.endpoint,
        purpose=purpose_named(delivery.purpose),
        is_unwanted=judged.switches_off,
        answer=_answer(outcome),
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
