"""Telling the organisation, by mail, what could not be delivered: gathered, one mail an endpoint in 15 minutes."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction

from delivery.endpoints import EndpointURLError, find_or_create_mailbox
from delivery.mails import FailedDelivery, MailBody, endpoint_disabled_notice, failure_notice
from delivery.models import Delivery, Endpoint
from delivery.purposes import FAILURE_NOTICE
from delivery.queueing import queue_delivery

log = structlog.get_logger(__name__)

GATHERING_TIME = timedelta(minutes=15)
MOST_EXAMPLES = 20


def tell_failures(*, endpoint_id: UUID, now: datetime) -> Delivery | None:
    """Queue one notice for all of the endpoint's failures that nobody was told of.

    None when there are none, or the last notice went out less than 15 minutes ago: the sweep comes back then.
    """
    untold = Delivery.objects.filter(endpoint_id=endpoint_id, status=Delivery.Status.FAILED, is_failure_told=False)
    if not untold.exists():
        return None
    with transaction.atomic():
        endpoint = (
            Endpoint.objects.select_for_update(of=("self",), no_key=True)
            .select_related("organisation")
            .get(pk=endpoint_id)
        )
        if endpoint.notified_at is not None and now - endpoint.notified_at < GATHERING_TIME:
            return None
        examples = list(untold.order_by("-settled_at", "-id")[:MOST_EXAMPLES])
        if not examples:
            return None
        # Counted as it is marked: what fails between the two is in the count, or left for the next notice.
        count = untold.update(is_failure_told=True)
        endpoint.notified_at = now
        endpoint.save(update_fields=["notified_at"])
        body = failure_notice(
            language=endpoint.organisation.language,
            organisation_name=endpoint.organisation.name,
            url=endpoint.url,
            count=count,
            last_answer=examples[0].last_error,
            examples=[_example(delivery) for delivery in examples],
        )
        return _queue_notice(endpoint, body, now=now)


def tell_switched_off(*, endpoint: Endpoint, last_answer: str, now: datetime) -> Delivery | None:
    """Queue the one notice that an endpoint was switched off, in the transaction that does it."""
    body = endpoint_disabled_notice(
        language=endpoint.organisation.language,
        organisation_name=endpoint.organisation.name,
        url=endpoint.url,
        reason=endpoint.disabled_reason,
        last_answer=last_answer,
        waiting_count=endpoint.deliveries.filter(status=Delivery.Status.WAITING).count(),
        now=now,
    )
    return _queue_notice(endpoint, body, now=now)


def _queue_notice(endpoint: Endpoint, body: MailBody, *, now: datetime) -> Delivery | None:
    try:
        mailbox = find_or_create_mailbox(organisation=endpoint.organisation, email=endpoint.organisation.email)
    except EndpointURLError:
        log.warning("organisation_has_no_mailbox", organisation=str(endpoint.organisation_id))
        return None
    return queue_delivery(endpoint=mailbox, purpose=FAILURE_NOTICE.name, body=dict(body), now=now)


def _example(delivery: Delivery) -> FailedDelivery:
    return FailedDelivery(
        cvr=delivery.cvr,
        purpose=delivery.purpose,
        answer=delivery.last_error,
        settled_at=delivery.settled_at.isoformat() if delivery.settled_at else "",
    )
