"""What an answer means for a company: registered with delivery, and called in the transaction that settles a delivery.

The caller holds the delivery's lock; the company's is taken after it, as everywhere (`integrations.open_deliveries`).
A delivery that is no longer the company's changes nothing: it was removed and exported anew, exported again since, or
its integration was deleted or calls another endpoint by now. All of it may happen again, when a delivery is sent again
from the log.
"""

from __future__ import annotations

from delivery.models import Delivery
from delivery.purposes import INTEGRATION_EXPORT, INTEGRATION_UPDATE, register_settled
from integrations.composing_exports import state_after_failure
from integrations.messages import digest
from integrations.models import MonitoredCompany
from integrations.waking import wake_integration

State = MonitoredCompany.State
Status = Delivery.Status


def register_outcomes() -> None:
    """Have both functions called; once, when Django starts."""
    register_settled(INTEGRATION_EXPORT.name, export_settled)
    register_settled(INTEGRATION_UPDATE.name, update_settled)


def export_settled(delivery: Delivery) -> None:
    """An export was accepted, rejected as a duplicate, or has failed."""
    companies = MonitoredCompany.objects.filter(
        integration__export_endpoint=delivery.endpoint_id,
        integration__deleted_at__isnull=True,
        cvr=delivery.cvr,
        export_delivery_id=delivery.pk,
    )
    company = companies.select_for_update(of=("self",), no_key=True).first()
    if company is None:
        return
    if delivery.status == Status.DELIVERED:
        company.accepted_digest = company.exported_digest
        company.last_exported_at = delivery.settled_at
        if company.state == State.EXPORTING:
            company.told_digest = company.exported_digest
        else:
            # Sent again from the log: the receiver has been set back to what was true then.
            company.is_update_due = True
        _move(company, State.MONITORED)
    elif delivery.status == Status.DUPLICATE:
        company.last_exported_at = delivery.settled_at
        _move(company, State.DUPLICATE)
    elif company.state == State.EXPORTING:
        _move(company, state_after_failure(company))
    _finish(company, delivery)


def update_settled(delivery: Delivery) -> None:
    """An update was accepted, the receiver no longer has the company, or it has failed and the next change tries again.

    The deliveries of a company's present time have higher numbers than its last export.
    """
    companies = MonitoredCompany.objects.filter(
        integration__update_endpoint=delivery.endpoint_id,
        integration__deleted_at__isnull=True,
        cvr=delivery.cvr,
        export_delivery_id__lt=delivery.pk,
    )
    company = companies.select_for_update(of=("self",), no_key=True).first()
    if company is None:
        return
    if delivery.status == Status.DELIVERED:
        company.accepted_digest = digest(delivery.body)
        company.last_update_at = delivery.settled_at
    elif delivery.status == Status.GONE and company.state in MonitoredCompany.RECEIVED:
        company.is_update_due = False
        _move(company, State.GONE)
    _finish(company, delivery)


def _move(company: MonitoredCompany, state: MonitoredCompany.State) -> None:
    """Into the state, unless another export has been ordered meanwhile: then its answer decides."""
    if company.export_due_at is None and state in MonitoredCompany.MOVES[State(company.state)]:
        company.state = state


def _finish(company: MonitoredCompany, delivery: Delivery) -> None:
    company.last_status_code = delivery.last_status_code
    company.last_answer = delivery.last_error
    company.last_answer_at = delivery.settled_at
    company.save()
    if company.export_due_at is not None or (company.is_update_due and company.state in MonitoredCompany.RECEIVED):
        # It waited for this.
        wake_integration(company.integration_id)
