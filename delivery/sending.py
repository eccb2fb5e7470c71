"""One lane's turn: claim, send, record, until nothing is due or the turn is over."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from delivery.cancelling import cancel_some
from delivery.claiming import LEASE, Claim, calls_at_once, claim_next, claim_probe, endpoint_now, is_struggling
from delivery.delivery_metrics import answer_of, note_settled, note_try
from delivery.endpoint_health import take_probe
from delivery.models import Delivery, Endpoint
from delivery.outcomes import DeliveryErrorCode, Outcome
from delivery.pacing import has_rate
from delivery.patience import room_for_struggling
from delivery.recording import record, record_and_claim
from delivery.sweeping import due_endpoints, release_claims
from delivery.telling import tell_failures
from delivery.transports import Transport
from delivery.transports.base import message_of
from delivery.transports.kept import transport_for
from delivery.verdicts import Verdict
from delivery.waking import QUEUE
from lanes.alarms import wake_at
from lanes.turns import Turn
from lasso.encryption import InvalidToken
from lasso.tracing import tracer

T = TypeVar("T")

log = structlog.get_logger(__name__)

# How long a finished call's result waits before it is tried again on a database that is away. It may wait to the end
# of the claim's lease: a database that restarts makes no receiver get anything twice.
RECORDING_PAUSE = 0.5  # seconds
# The lane that takes retries first; the others take first tries first, so neither waits behind the other's queue.
RETRY_LANE = 1
# Where there is one lane only, every so many claims retries come first.
RETRIES_EVERY = 4


def deliver(endpoint_id: UUID, turn: Turn) -> bool:
    """Work for the endpoint; returns whether more may be due now. No call is made inside a transaction.

    The turn is never renewed: it ends, with the call that is under way then, before its lease does.
    """
    endpoint = endpoint_now(endpoint_id)
    if endpoint is None:
        return False
    done = _Done()
    if endpoint.closed_at is not None:
        done.has_more = _cancel_while(endpoint, turn)
    elif not endpoint.is_enabled:
        _probe(endpoint, done)
    elif turn.number < calls_at_once(endpoint):
        # Lanes are the limit of calls at once: several that claim at the same moment do not see each other's claims.
        _deliver_with_room(endpoint, turn, done)
    if done.has_failed or not done.tries:
        # A lane that finds nothing to send was woken for this.
        tell_failures(endpoint_id=endpoint_id, now=timezone.now())
    return done.has_more


def deliver_claim(*, claim: Claim, transport: Transport) -> Verdict | None:
    """Make the claimed try and record what came of it, also when the database is away for a moment meanwhile."""
    return _recorded(claim, _tried(claim, transport))


def due() -> list[tuple[UUID, int]]:
    """The endpoints that the sweep must wake, and how many lanes each deserves."""
    return due_endpoints(now=timezone.now())


def release(dead: Iterable[UUID]) -> int:
    """Take back what dead workers held; returns how many deliveries."""
    return release_claims(dead=dead, now=timezone.now())


@dataclass(slots=True)
class _Done:
    """What a turn came to so far."""

    tries: int = 0
    has_failed: bool = False
    has_more: bool = False

    def add(self, judged: Verdict | None) -> None:
        self.tries += 1
        self.has_failed = self.has_failed or (judged is not None and judged.status == Delivery.Status.FAILED)


def _cancel_while(endpoint: Endpoint, turn: Turn) -> bool:
    """Cancel what waits for an endpoint that is closed; returns whether there is more."""
    while cancel_some(endpoint=endpoint, now=timezone.now(), reason=endpoint.disabled_reason):
        if turn.is_over:
            return True
    return False


def _deliver_with_room(endpoint: Endpoint, turn: Turn, done: _Done) -> None:
    with room_for_struggling(endpoint.pk, is_struggling=is_struggling(endpoint)) as has_room:
        # Without room it is woken when its turn has come, and threads stay free for those that answer.
        if has_room:
            with transport_for(endpoint) as transport:
                done.has_more = _deliver_while(endpoint, turn, transport, done)


def _deliver_while(endpoint: Endpoint, turn: Turn, transport: Transport, done: _Done) -> bool:
    has_more = False
    claim = claim_next(endpoint=endpoint, now=timezone.now(), prefers_retries=_prefers_retries(endpoint, turn, done))
    while claim is not None:
        outcome = _tried(claim, transport)
        if turn.is_over or not claim.has_more:
            done.add(_recorded(claim, outcome))
            has_more = claim.has_more
            break
        judged, claim = _recorded_and_claimed(claim, outcome, _prefers_retries(endpoint, turn, done))
        done.add(judged)
    if opens_at := _opens_at(endpoint):
        # All lanes end at a pause; one alone would meet the next one before others had joined it.
        width = 1 if has_rate(endpoint) else calls_at_once(endpoint)
        wake_at(opens_at, queue=QUEUE, subject=endpoint.pk, width=width)
    return has_more


def _opens_at(endpoint: Endpoint) -> datetime | None:
    """When the endpoint takes calls again; None when it takes them now.

    A pause that is over must not count: a lane that wakes itself for it would do so for ever.
    """
    moments = [endpoint.next_call_at] if has_rate(endpoint) else []
    if endpoint.paused_until is not None and endpoint.paused_until > timezone.now():
        moments.append(endpoint.paused_until)
    return max(filter(None, moments), default=None)


def _recorded(claim: Claim, outcome: Outcome) -> Verdict | None:
    judged = _patiently(claim, lambda: record(claim=claim, outcome=outcome, now=timezone.now()))
    _tell(claim, outcome, judged)
    return judged


def _recorded_and_claimed(
    claim: Claim,
    outcome: Outcome,
    prefers_retries: bool,  # noqa: FBT001 - of our own
) -> tuple[Verdict | None, Claim | None]:
    judged, following = _patiently(
        claim,
        lambda: record_and_claim(claim=claim, outcome=outcome, now=timezone.now(), prefers_retries=prefers_retries),
    )
    _tell(claim, outcome, judged)
    return judged, following


def _tell(claim: Claim, outcome: Outcome, judged: Verdict | None) -> None:
    """Count the try, and write the line that ties it to its report and batch."""
    if judged is None:
        return
    delivery = claim.delivery
    note_try(delivery, outcome)
    if judged.is_settled:
        note_settled(delivery, now=timezone.now())
    log.info(
        "delivery_tried",
        delivery=str(delivery.public_id),
        attempt=claim.number,
        purpose=delivery.purpose,
        endpoint=str(delivery.endpoint_id),
        batch=delivery.batch_id and str(delivery.batch_id),
        report=delivery.report_id and str(delivery.report_id),
        cvr=delivery.cvr,
        answer=answer_of(outcome),
        status=judged.status.value,
        seconds=round(outcome.duration.total_seconds(), 3),
    )


def _patiently(claim: Claim, work: Callable[[], T]) -> T:
    """Do the work, again while the database is away, as long as the claim is ours."""
    while True:
        try:
            return work()
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block or timezone.now() > claim.started_at + LEASE:
                raise
            log.warning("delivery_not_recorded_yet", delivery=str(claim.delivery.public_id), error=str(error))
            connection.close()
            time.sleep(RECORDING_PAUSE)


def _prefers_retries(endpoint: Endpoint, turn: Turn, done: _Done) -> bool:
    """Whether the next claim looks for retries first, so that neither they nor first tries wait behind the others."""
    if calls_at_once(endpoint) == 1:
        return done.tries % RETRIES_EVERY == RETRIES_EVERY - 1
    return turn.number == RETRY_LANE


def _probe(endpoint: Endpoint, done: _Done) -> None:
    now = timezone.now()
    if not take_probe(endpoint=endpoint, now=now):
        return
    claim = claim_probe(endpoint=endpoint, now=now)
    if claim is not None:
        with transport_for(endpoint) as transport:
            done.add(deliver_claim(claim=claim, transport=transport))


def _tried(claim: Claim, transport: Transport) -> Outcome:
    try:
        message = message_of(claim.delivery, now=claim.started_at)
    except InvalidToken as error:
        return Outcome(
            duration=timedelta(), error_code=DeliveryErrorCode.SECRET_UNREADABLE, error=str(error), is_our_fault=True
        )
    names = {"delivery": str(claim.delivery.public_id), "purpose": claim.delivery.purpose}
    with tracer.start_as_current_span("delivery", attributes=names):
        return transport.send(message)
