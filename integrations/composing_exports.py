"""Exports composed and queued, a chunk at a time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q

from companies.sources.distribution.access import REGISTER, is_on
from delivery.purposes import INTEGRATION_EXPORT
from delivery.queueing import NewDelivery, Unsent, note_unsent, queue_deliveries
from integrations.chunks import CHUNK, Chunk, lock_chunk, lock_integration, write_columns
from integrations.messages import digest
from integrations.models import Integration, MonitoredCompany
from integrations.open_deliveries import endpoints_of

log = structlog.get_logger(__name__)

State = MonitoredCompany.State

# Where a walk through the due exports has come: the moment and the number of the last company looked at.
Position = tuple[datetime, str]

REPLACED = "Withdrawn because the company is exported again."
UNKNOWN = "The register knows no company with this CVR number."
WRITTEN = {
    "state": "varchar",
    "export_due_at": "timestamptz",
    "fetch_count": "smallint",
    "is_update_due": "boolean",
    "export_delivery_id": "bigint",
    "exported_digest": "varchar",
    "last_status_code": "smallint",
    "last_answer": "text",
    "last_answer_at": "timestamptz",
}


def compose_exports(*, integration_id: UUID, behind: Position | None, now: datetime) -> Position | None:
    """Queue the exports of the next CHUNK due companies; returns where to go on, None when all were looked at.

    Companies that the register lacks are left to `integrations.fetching` where a live source can be asked.
    """
    with transaction.atomic():
        integration = lock_integration(integration_id)
        if integration is None:
            return None
        found = _next_due(integration, behind=behind, now=now)
        due = MonitoredCompany.objects.filter(integration=integration, export_due_at__lte=now)
        chunk = lock_chunk(integration=integration, due=due, cvrs=[cvr for _, cvr in found], now=now)
        _queue(chunk, now=now)
    return found[-1] if len(found) == CHUNK else None


def _next_due(integration: Integration, *, behind: Position | None, now: datetime) -> list[Position]:
    """The oldest orders first, a walk along the index."""
    due = MonitoredCompany.objects.filter(integration=integration, export_due_at__lte=now)
    if behind:
        moment, cvr = behind
        due = due.filter(
            Q(export_due_at__gte=moment), Q(export_due_at__gt=moment) | Q(export_due_at=moment, cvr__gt=cvr)
        )
    rows = due.order_by("export_due_at", "cvr").values_list("export_due_at", "cvr")[:CHUNK]
    return [(moment, cvr) for moment, cvr in rows if moment is not None]


def _queue(chunk: Chunk, *, now: datetime) -> None:
    composed: list[MonitoredCompany] = []
    new: list[NewDelivery] = []
    unsent: list[Unsent] = []
    done: list[MonitoredCompany] = []
    for company in chunk.companies:
        messages = chunk.messages.get(company.cvr)
        if messages is not None:
            body, label = messages.export, messages.label
            new.append(NewDelivery(body=body, cvr=company.cvr, label=label, order_key=company.cvr))
            company.exported_digest = digest(messages.update)
            company.is_update_due = _replace_waiting(chunk, company, now=now)
            composed.append(company)
        elif reason := _reason_against(chunk, company.cvr):
            _fail(company, reason, now=now)
            unsent.append(Unsent(cvr=company.cvr, reason=reason))
        else:
            continue
        company.export_due_at, company.fetch_count = None, 0
        done.append(company)
    endpoint = chunk.integration.export_endpoint
    queued = queue_deliveries(endpoint=endpoint, purpose=INTEGRATION_EXPORT.name, deliveries=new, now=now)
    for company, delivery in zip(composed, queued, strict=True):
        company.export_delivery_id = delivery.pk
    note_unsent(endpoint=endpoint, purpose=INTEGRATION_EXPORT.name, unsent=unsent, now=now)
    write_columns(companies=done, columns=WRITTEN)


def _replace_waiting(chunk: Chunk, company: MonitoredCompany, *, now: datetime) -> bool:
    """Withdraw what waits of earlier exports and updates; whether an update is to be looked at after this export.

    It is where the receiver had accepted the company before and lacked a change: should this export fail, the change
    must go out all the same. In a first export the change is in the message.
    """
    is_behind = company.is_update_due
    for endpoint in endpoints_of(chunk.integration):
        is_withdrawn = chunk.deliveries.withdraw(company.cvr, endpoint=endpoint, now=now, reason=REPLACED)
        is_behind |= is_withdrawn and endpoint.pk == chunk.integration.update_endpoint_id
    return is_behind and company.last_exported_at is not None


def _reason_against(chunk: Chunk, cvr: str) -> str:
    """Why the company cannot be exported; empty when it has to be fetched first."""
    return chunk.reasons.get(cvr, "" if is_on(REGISTER) else UNKNOWN)


def _fail(company: MonitoredCompany, reason: str, *, now: datetime) -> None:
    log.warning("export_impossible", cvr=company.cvr, reason=reason)
    company.state = state_after_failure(company)
    company.last_status_code, company.last_answer, company.last_answer_at = None, reason, now


def state_after_failure(company: MonitoredCompany) -> MonitoredCompany.State:
    """What a company is in when its export has failed: monitored as before when the receiver had accepted it before."""
    return State.EXPORT_FAILED if company.last_exported_at is None else State.MONITORED
