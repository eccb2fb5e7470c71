"""A chunk of an integration's due companies: locked, and only then read, in one short transaction.

Whoever marks a company as changed has committed the change before, and waits for that lock. So either the message that
is composed under it has the change in it, or the mark comes after the message and another follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import connection
from django.db.models import QuerySet

from companies.catalogue import Subject
from companies.days import danish_day
from integrations.mapping import FieldMapping, mapping_of
from integrations.messages import export_message, update_message
from integrations.models import Integration, MonitoredCompany
from integrations.open_deliveries import OpenDeliveries, lock_open
from integrations.reading import BROKEN, read_subjects

log = structlog.get_logger(__name__)

# Companies a transaction: a fifth of a second's work, and a few megabytes of documents.
CHUNK = 100


@dataclass(frozen=True, slots=True)
class Messages:
    """What there is to say of a company, and what people call it: `LASSO X A/S (34580820)`."""

    export: str
    update: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Companies with a lock on their rows, what waits of them with a lock too, and their messages by CVR number.

    `reasons` says why there is no message of a company; the register lacks those that stand in neither.
    """

    integration: Integration
    mapping: FieldMapping
    companies: Sequence[MonitoredCompany]
    deliveries: OpenDeliveries
    messages: Mapping[str, Messages]
    reasons: Mapping[str, str]


def lock_integration(integration_id: UUID) -> Integration | None:
    """The integration with its endpoints, locked for this transaction; None when it is gone or deleted.

    Nobody else composes for it or changes it meanwhile, and the numbers of its feed have the order of commits. Rows
    that refer to it can be written.
    """
    living = Integration.objects.filter(pk=integration_id, deleted_at__isnull=True)
    locked = living.select_related("export_endpoint", "update_endpoint")
    return locked.select_for_update(of=("self",), no_key=True).first()


def lock_chunk(
    *, integration: Integration, due: QuerySet[MonitoredCompany], cvrs: Sequence[str], now: datetime
) -> Chunk:
    """Those of the companies that are still `due` and have nothing under way, locked and read.

    The others are left due: who is under way settles or waits again within seconds, and then the sweep or
    `integrations.outcomes` wakes the lane.
    """
    mapping = mapping_of(integration)
    deliveries = lock_open(integration=integration, cvrs=cvrs)
    free = [cvr for cvr in cvrs if cvr not in deliveries.busy]
    rows = due.filter(cvr__in=free).order_by("cvr").select_for_update(skip_locked=True, no_key=True)
    companies = list(rows)
    read = read_subjects(
        cvrs=[company.cvr for company in companies], day=danish_day(now), needs_accounts=mapping.needs_accounts
    )
    messages = {cvr: _messages(cvr, subject, mapping) for cvr, subject in read.subjects.items()}
    return Chunk(
        integration=integration,
        mapping=mapping,
        companies=companies,
        deliveries=deliveries,
        messages={cvr: found for cvr, found in messages.items() if found is not None},
        reasons=read.unreadable | {cvr: BROKEN for cvr, found in messages.items() if found is None},
    )


def _messages(cvr: str, subject: Subject, mapping: FieldMapping) -> Messages | None:
    """None when a field cannot be read because of a fault of ours: that must hold up no other company."""
    try:
        name = subject.profile.name if subject.profile else ""
        return Messages(
            export=export_message(subject=subject, mapping=mapping),
            update=update_message(subject=subject, mapping=mapping),
            label=f"{name} ({cvr})",
        )
    except Exception:
        log.exception("company_broke", cvr=cvr)
        return None


def write_columns(*, companies: Sequence[MonitoredCompany], columns: Mapping[str, str]) -> None:
    """Write these columns (`{name: type of the database}`) of locked companies, in one statement."""
    if not companies:
        return
    table = "integrations_monitoredcompany"
    setting = ", ".join(f"{name} = new.{name}" for name in columns)
    arrays = ", ".join(f"%({name})s::{kind}[]" for name, kind in columns.items())
    statement = f"""
        UPDATE {table} AS company SET {setting}
        FROM unnest(%(id)s::bigint[], {arrays}) AS new (id, {", ".join(columns)}) WHERE company.id = new.id
    """  # noqa: S608 - names of our own columns
    parameters: dict[str, Any] = {name: _values(companies, name) for name in ("id", *columns)}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def _values(companies: Iterable[MonitoredCompany], name: str) -> list[Any]:
    return [getattr(company, name) for company in companies]
