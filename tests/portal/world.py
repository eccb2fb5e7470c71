"""One organisation with one of everything, whose names hold what a page must not run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils import timezone

from accounts.inviting import invite
from accounts.keys import create_api_key
from accounts.models import APIKey, Invitation, Membership, Organisation, User
from accounts.organisations import add_member, create_organisation
from companies.importing import import_documents
from delivery.models import Attempt, Delivery, Endpoint
from integrations.exporting import order_exports
from integrations.mapping import Entry, FieldMapping
from integrations.models import Integration, MonitoredCompany
from integrations.setting_up import NewEndpoint, create_integration
from portal.models import OrderDraft
from reporting.models import Batch, BatchItem, Report
from tests.reporting.conftest import NORDLYS, company_document, place, render_all

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
# What an organisation has. A user's row is not among them: it says when they last signed in.
KEPT: tuple[type[Model], ...] = (
    Organisation,
    Membership,
    Invitation,
    APIKey,
    Batch,
    BatchItem,
    Report,
    Endpoint,
    Delivery,
    Integration,
    MonitoredCompany,
    OrderDraft,
)


@dataclass(frozen=True, slots=True)
class World:
    """The organisation, its member, and what each parameter of an address is called by for them."""

    organisation: Organisation
    member: User
    parameters: dict[str, Any]


def build_world() -> World:
    """A batch with a finished report and a delivery, an integration with a company, a draft, a key, an invitation."""
    document = company_document(NORDLYS, f"Nordlys {HOSTILE} ApS")
    import_documents([document], now=timezone.now(), source="test")
    organisation = create_organisation(name=f"Vores {HOSTILE}", email="vores@revision.example")[0]
    member = _member(organisation, "vores@revision.example")
    batch = place(
        organisation,
        NORDLYS,
        batchName=f"Bestilling {HOSTILE}",
        format="{cvr} {name}",
        notificationWebhookUrl="https://webhook.revision.example/reports?x=%3Cscript%3Ealert(1)%3C/script%3E",
    )
    assert render_all(batch.pk) == 1
    integration = _integration(organisation)
    delivery = Delivery.objects.get(batch_id=batch.pk)
    _answer(delivery)
    return World(
        organisation,
        member,
        {
            "batch_id": batch.pk,
            "report_id": batch.reports.get().pk,
            "name": "cancel",
            "delivery_id": delivery.public_id,
            "endpoint_id": delivery.endpoint_id,
            "integration_id": integration.pk,
            "cvr": str(NORDLYS),
            "draft_id": _draft(organisation, member).pk,
            "user_id": _member(organisation, "anden@revision.example").pk,
            "invitation_id": _invitation(organisation, member).pk,
            "prefix": create_api_key(organisation=organisation, name=HOSTILE[:50]).row.prefix,
        },
    )


def kept() -> dict[str, list[dict[str, Any]]]:
    """Every row of every organisation, to see whether any was touched."""
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in KEPT}


def _member(organisation: Organisation, email: str) -> User:
    user = User.objects.create_user(username=email, email=email, password=None, first_name=HOSTILE[:25])
    add_member(organisation=organisation, user=user)
    return user


def _integration(organisation: Organisation) -> Integration:
    integration = create_integration(
        organisation=organisation,
        name=f"CRM {HOSTILE}",
        export=NewEndpoint(url="https://crm.revision.example/companies"),
        update=NewEndpoint(url="https://crm.revision.example/companies/{cvr}", method="PUT"),
        mapping=FieldMapping(
            (
                Entry(field="cvr", is_update=True),
                Entry(field="name"),
                Entry(name=f"felt {HOSTILE}"[:90], constant=f"konstant {HOSTILE}"),
            )
        ),
        now=timezone.now(),
    ).integration
    order_exports(integration=integration, cvrs=[str(NORDLYS)], now=timezone.now())
    return integration


def _answer(delivery: Delivery) -> None:
    """What a receiver said to the delivery: whatever it likes."""
    Attempt.objects.create(
        delivery=delivery,
        number=1,
        started_at=timezone.now(),
        error=f"svar {HOSTILE}",
        error_code="protocol_error",
        answer_headers={"x-evil": f"header {HOSTILE}"},
        answer_body=f"krop {HOSTILE}",
    )


def _draft(organisation: Organisation, member: User) -> OrderDraft:
    fields = {"batchName": f"Kladde {HOSTILE}", "format": "{cvr}", "type": "Revision", "language": "da"}
    companies = [[1, str(NORDLYS), f"{HOSTILE} {{cvr}}", None], [2, HOSTILE[:60], "", None]]
    return OrderDraft.objects.create(
        organisation=organisation,
        member=member,
        fields=fields,
        companies=companies,
        source=HOSTILE,
        changed_at=timezone.now(),
    )


def _invitation(organisation: Organisation, member: User) -> Invitation:
    return invite(organisation=organisation, email="ny@revision.example", invited_by=member, now=timezone.now())
