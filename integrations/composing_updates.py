"""Updates composed and queued, a chunk at a time: to the update endpoint, and into the feed.

A company has at most one update message open. A newer one takes its place; and where the company reads again as the
receiver has it, what waits is withdrawn and nothing takes its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction

from delivery.latest import queue_latest
from delivery.models import Endpoint
from delivery.purposes import INTEGRATION_UPDATE
from delivery.waking import wake_endpoint
from integrations.chunks import CHUNK, Chunk, Messages, lock_chunk, lock_integration, write_columns
from integrations.messages import digest
from integrations.models import MonitoredCompany, UpdateMessage

log = structlog.get_logger(__name__)

AS_BEFORE = "Withdrawn because the company is again as the receiver has it."
WRITTEN = {
    "is_update_due": "boolean",
    "update_delivery_id": "bigint",
    "queued_digest": "varchar",
    "told_digest": "varchar",
}


def compose_updates(*, integration_id: UUID, behind: str, now: datetime) -> str | None:
    """Queue the updates of the next CHUNK due companies behind a CVR number; returns the last looked at.

    None when all were looked at.
    """
    with transaction.atomic():
        integration = lock_integration(integration_id)
        if integration is None:
            return None
        due = MonitoredCompany.objects.filter(
            integration=integration, is_update_due=True, state__in=MonitoredCompany.RECEIVED
        )
        found = list(due.filter(cvr__gt=behind).order_by("cvr").values_list("cvr", flat=True)[:CHUNK])
        chunk = lock_chunk(integration=integration, due=due, cvrs=found, now=now)
        _queue(chunk, now=now)
    return found[-1] if len(found) == CHUNK else None


def _queue(chunk: Chunk, *, now: datetime) -> None:
    endpoint, export_endpoint = chunk.integration.update_endpoint, chunk.integration.export_endpoint
    told: list[UpdateMessage] = []
    # An export that was sent again from the log goes first; when it settles, the others are looked at.
    companies = [one for one in chunk.companies if chunk.deliveries.waits_as(one.cvr, export_endpoint.pk) is None]
    for company in companies:
        company.is_update_due = False
        messages = chunk.messages.get(company.cvr)
        if messages is None:
            # Deleted from the register, or not readable: when it comes again, that is a change too.
            log.warning("update_impossible", cvr=company.cvr, reason=chunk.reasons.get(company.cvr, "unknown"))
            continue
        if chunk.mapping.update_entries:
            told += _tell_feed(chunk, company, messages.update, now=now)
            if endpoint is not None:
                _send(chunk, company, messages, endpoint=endpoint, now=now)
    UpdateMessage.objects.bulk_create(told)
    write_columns(companies=companies, columns=WRITTEN)
    if endpoint is not None and chunk.deliveries.waiting:
        # A lane of the endpoint may have passed over what we have held.
        wake_endpoint(endpoint.pk)


def _tell_feed(chunk: Chunk, company: MonitoredCompany, message: str, *, now: datetime) -> Sequence[UpdateMessage]:
    """What the feed's reader does not know yet."""
    if digest(message) == company.told_digest:
        return ()
    company.told_digest = digest(message)
    return (UpdateMessage(integration=chunk.integration, cvr=company.cvr, body=message, created_at=now),)


def _send(chunk: Chunk, company: MonitoredCompany, messages: Messages, *, endpoint: Endpoint, now: datetime) -> None:
    """Queue the message, unless the receiver has accepted it last, or it waits already."""
    new = digest(messages.update)
    if new == company.accepted_digest:
        chunk.deliveries.withdraw(company.cvr, endpoint=endpoint, now=now, reason=AS_BEFORE)
        company.queued_digest = new
        return
    waiting = chunk.deliveries.waits_as(company.cvr, endpoint.pk)
    if waiting and waiting.pk == company.update_delivery_id and new == company.queued_digest:
        return
    queued = queue_latest(
        endpoint=endpoint,
        purpose=INTEGRATION_UPDATE.name,
        body=messages.update,
        order_key=company.cvr,
        cvr=company.cvr,
        label=messages.label,
        now=now,
    )
    company.update_delivery_id, company.queued_digest = queued.pk, new
