"""What an answer means for a company: registered with delivery, and called in the transaction that settles a delivery.

The caller holds the delivery's lock; the company's is taken after it, as everywhere (`integrations.open_deliveries`).
A delivery that is no longer the company's changes nothing: it was removed and exported anew, exported again since, or
its integration was deleted or calls another endpoint by now. All of it may happen again, when a delivery is sent again
from the log: what the receiver takes then may be older than what it has, so that the company is looked at again.
"""

from __future__ import annotations

from django.db import connection

from delivery.models import Delivery
from delivery.purposes import INTEGRATION_EXPORT, INTEGRATION_UPDATE, register_settled
from integrations.composing_exports import state_after_failure
from integrations.messages import digest
from integrations.models import MonitoredCompany
from integrations.owning import integration_of
from integrations.waking import wake_integration
from lasso.prepared import execute_prepared

State = MonitoredCompany.State
Status = Delivery.Status

WRITTEN = (
    "state",
    "is_update_due",
    "accepted_digest",
    "told_digest",
    "last_status_code",
    "last_answer",
    "last_answer_at",
    "last_exported_at",
    "last_update_at",
)
NEEDED = frozenset(
    {"id", "integration_id", "export_due_at", "export_delivery_id", "exported_digest", "queued_digest", *WRITTEN}
)
# In the model's order, as `from_db` takes them.
READ = tuple(field.attname for field in MonitoredCompany._meta.concrete_fields if field.attname in NEEDED)  # noqa: SLF001 - Django's documented way
# This runs for each delivery, so it is planned once a connection.
LOCK = """
SELECT {columns} FROM integrations_monitoredcompany AS company
JOIN integrations_integration AS integration ON integration.id = company.integration_id
WHERE integration.{endpoint} = %(endpoint)s AND integration.deleted_at IS NULL
  AND company.cvr = %(cvr)s AND company.export_delivery_id {compared}
FOR NO KEY UPDATE OF company
"""
COLUMNS = ", ".join(f"company.{name}" for name in READ)
LOCK_EXPORTED = LOCK.format(columns=COLUMNS, endpoint="export_endpoint_id", compared="= %(delivery)s")
LOCK_UPDATED = LOCK.format(columns=COLUMNS, endpoint="update_endpoint_id", compared="IS NOT NULL")
LOCK_ELSEWHERE = f"""
SELECT {COLUMNS} FROM integrations_monitoredcompany AS company
JOIN integrations_integration AS integration ON integration.id = company.integration_id
WHERE integration.id = %(integration)s AND integration.deleted_at IS NULL AND integration.update_endpoint_id IS NOT NULL
  AND company.cvr = %(cvr)s AND company.export_delivery_id IS NOT NULL
FOR NO KEY UPDATE OF company
"""  # noqa: S608
WRITE = f"""
UPDATE integrations_monitoredcompany SET {", ".join(f"{name} = %({name})s" for name in WRITTEN)} WHERE id = %(id)s
"""  # noqa: S608 - names of our own columns


def register_outcomes() -> None:
    """Have both functions called; once, when Django starts."""
    register_settled(INTEGRATION_EXPORT.name, export_settled)
    register_settled(INTEGRATION_UPDATE.name, update_settled)


def export_settled(delivery: Delivery) -> None:
    """An export was accepted, rejected as a duplicate, or has failed."""
    company = _locked(LOCK_EXPORTED, delivery)
    if company is None:
        return
    if delivery.status == Status.DELIVERED:
        company.accepted_digest = company.exported_digest
        company.last_exported_at = delivery.settled_at
        company.told_digest = company.exported_digest
        # Sent again from the log: the receiver has been set back to what was true then.
        company.is_update_due |= company.state != State.EXPORTING
        _move(company, State.MONITORED)
    elif delivery.status == Status.DUPLICATE:
        company.last_exported_at = delivery.settled_at
        _move(company, State.DUPLICATE)
    elif company.state == State.EXPORTING:
        _move(company, state_after_failure(company))
    _finish(company, delivery)


def update_settled(delivery: Delivery) -> None:
    """An update was accepted, the receiver no longer has the company, or it failed and the next change tries again."""
    company = _locked(LOCK_UPDATED, delivery)
    if company is None:
        _settled_elsewhere(delivery)
        return
    if delivery.status == Status.DELIVERED:
        company.accepted_digest = digest(delivery.body)
        # Sent again from the log, it may have set the receiver back.
        is_outdated = _is_before_export(company, delivery) or company.accepted_digest != company.queued_digest
        company.is_update_due |= is_outdated and company.state != State.GONE
    if _is_before_export(company, delivery):
        # All else that it says is of a time that is over.
        _write(company)
        return
    if delivery.status == Status.DELIVERED:
        company.last_update_at = delivery.settled_at
    elif delivery.status == Status.GONE and company.state in MonitoredCompany.RECEIVED:
        company.is_update_due = False
        _move(company, State.GONE)
    _finish(company, delivery)


def _settled_elsewhere(delivery: Delivery) -> None:
    """An update endpoint was taken away during a call, and another added since: it may be the same receiver.

    It has something now that may be neither what it had nor what the company says by now, so it is told once more.
    """
    integration_id = integration_of(delivery.endpoint.owner)
    if delivery.status != Status.DELIVERED or integration_id is None:
        return
    row = execute_prepared(LOCK_ELSEWHERE, {"integration": integration_id, "cvr": delivery.cvr}).fetchone()
    if row:
        company = MonitoredCompany.from_db(connection.alias, READ, row)
        company.accepted_digest = ""
        company.is_update_due |= company.state != State.GONE
        _write(company)


def _is_before_export(company: MonitoredCompany, delivery: Delivery) -> bool:
    """Whether it was queued before the company's last export: the updates of its present time have higher numbers."""
    return company.export_delivery_id is not None and delivery.pk < company.export_delivery_id


def _locked(statement: str, delivery: Delivery) -> MonitoredCompany | None:
    """The company that the delivery is of, locked; None when the delivery is no longer its."""
    parameters = {"endpoint": delivery.endpoint_id, "cvr": delivery.cvr, "delivery": delivery.pk}
    row = execute_prepared(statement, parameters).fetchone()
    return MonitoredCompany.from_db(connection.alias, READ, row) if row else None


def _move(company: MonitoredCompany, state: MonitoredCompany.State) -> None:
    """Into the state, unless another export has been ordered meanwhile: then its answer decides."""
    if company.export_due_at is None and state in MonitoredCompany.MOVES[State(company.state)]:
        company.state = state.value


def _finish(company: MonitoredCompany, delivery: Delivery) -> None:
    company.last_status_code = delivery.last_status_code
    company.last_answer = delivery.last_error
    company.last_answer_at = delivery.settled_at
    _write(company)


def _write(company: MonitoredCompany) -> None:
    execute_prepared(WRITE, {name: getattr(company, name) for name in ("id", *WRITTEN)})
    if company.export_due_at is not None or (company.is_update_due and company.state in MonitoredCompany.RECEIVED):
        # It waited for this.
        wake_integration(company.integration_id)
