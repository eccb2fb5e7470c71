"""An organisation with an integration at a receiver on loopback, a stranger, and a register with three companies."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.keys import create_api_key
from accounts.models import Organisation
from companies.importing import import_documents
from delivery.transports.kept import close_kept
from integrations.finding import find_integration
from integrations.mapping import Entry, FieldMapping
from integrations.models import Integration
from integrations.setting_up import NewEndpoint, create_integration
from tests.companies.builders import Document, company, spell
from tests.receivers import FaultyReceiver

LASSO, NORDLYS, HAVGRUS = 34580820, 99000007, 99000015
# Its check digit is right, and nobody has it.
NOWHERE = 99000023
# The message of the documentation.
MAPPING = FieldMapping(
    (Entry(field="cvr", is_update=True), Entry(field="name"), Entry(field="telephone", is_update=True))
)


def document(cvr: int, name: str, telephone: str = "") -> Document:
    """A company as the register writes it."""
    phones = [spell("2010-01-01", kontaktoplysning=telephone, hemmelig=False)] if telephone else []
    return company(str(cvr), navne=[spell("2010-01-01", navn=name)], telefonNummer=phones)


def take_in(*documents: Document) -> None:
    """Let the register have the documents."""
    assert import_documents(list(documents), now=timezone.now(), source="test").total == len(documents)


def client_of(organisation: Organisation) -> APIClient:
    """A client that sends a new key of the organisation."""
    client = APIClient()
    client.credentials(HTTP_LASSO_API_KEY=create_api_key(organisation=organisation, name="test").text)
    return client


@pytest.fixture
def register(db: None) -> None:
    """The register knows three companies."""
    take_in(
        document(LASSO, "LASSO X A/S", "71747812"),
        document(NORDLYS, "Nordlys Testværft ApS", "70000001"),
        document(HAVGRUS, "Havgrus Prøveanlæg ApS"),
    )


@pytest.fixture
def organisation(db: None) -> Organisation:
    """Whose integrations they are."""
    return Organisation.objects.create(name="Revisionshuset Eksempel", email="drift@revision.example", language="en")


@pytest.fixture
def api(organisation: Organisation) -> APIClient:
    """A program with a key of the organisation."""
    return client_of(organisation)


@pytest.fixture
def stranger(db: None) -> APIClient:
    """A program of another organisation."""
    return client_of(Organisation.objects.create(name="Fremmed og Søn", email="post@fremmed.example"))


@pytest.fixture
def receiver(settings: Any) -> Iterator[FaultyReceiver]:
    """An HTTP receiver that deliveries may reach."""
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    with FaultyReceiver() as running:
        yield running
    close_kept()


@pytest.fixture(autouse=True)
def _no_alarms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is woken at a moment: lanes are run by hand here."""
    monkeypatch.setattr("delivery.sending.wake_at", lambda moment, *, queue, subject, width: None)


@pytest.fixture
def integration(organisation: Organisation, receiver: FaultyReceiver) -> Integration:
    """One with both endpoints and the documentation's mapping."""
    return integrated(organisation, receiver)


def integrated(organisation: Organisation, receiver: FaultyReceiver, **fields: Any) -> Integration:
    """An integration at the receiver: what is not said is as usual."""
    given: dict[str, Any] = {
        "name": "CRM",
        "export": NewEndpoint(url=receiver.url("/companies")),
        "update": NewEndpoint(url=receiver.url("/companies/{cvr}"), method="PUT"),
        "mapping": MAPPING,
        "now": timezone.now(),
        **fields,
    }
    saved = create_integration(organisation=organisation, **given)
    found = find_integration(organisation, saved.integration.pk)
    assert found is not None
    return found
