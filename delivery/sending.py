"""One lane's turn: claim, send, record, until nothing is due or the turn is over."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from delivery.claiming import Claim, claim_next, due_endpoints
from delivery.models import Endpoint
from delivery.outcomes import DeliveryErrorCode, Outcome
from delivery.recording import record
from delivery.telling import tell_failures
from delivery.transports import Transport, open_transport
from delivery.transports.base import message_of
from lanes.turns import Turn
from lasso.encryption import InvalidToken


def deliver(endpoint_id: UUID, turn: Turn) -> bool:
    """Work for the endpoint; returns whether more may be due now. No call is made inside a transaction.

    The turn is never renewed: it ends, with the call that is under way then, before its lease does.
    """
    endpoint = Endpoint.objects.filter(pk=endpoint_id).first()
    if endpoint is None:
        return False
    with open_transport(endpoint) as transport:
        has_more = _deliver_while(endpoint_id, turn, transport)
    tell_failures(endpoint_id=endpoint_id, now=timezone.now())
    return has_more


def _deliver_while(endpoint_id: UUID, turn: Turn, transport: Transport) -> bool:
    while not turn.is_over:
        claim = claim_next(endpoint_id=endpoint_id, now=timezone.now())
        if claim is None:
            return False
        deliver_claim(claim=claim, transport=transport)
    return True


def deliver_claim(*, claim: Claim, transport: Transport) -> None:
    """Make the claimed try and record what came of it."""
    record(claim=claim, outcome=_tried(claim, transport), now=timezone.now())


def due() -> list[tuple[UUID, int]]:
    """The endpoints that the sweep must wake, and how many lanes each deserves."""
    return list(due_endpoints(now=timezone.now()))


def _tried(claim: Claim, transport: Transport) -> Outcome:
    try:
        message = message_of(claim.delivery, now=claim.started_at)
    except InvalidToken as error:
        return Outcome(
            duration=timedelta(), error_code=DeliveryErrorCode.SECRET_UNREADABLE, error=str(error), is_our_fault=True
        )
    return transport.send(message)
