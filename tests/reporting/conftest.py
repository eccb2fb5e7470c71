"""Two organisations, a register with three companies, and a worker that runs in the test itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Organisation
from accounts.organisations import create_organisation
from companies.importing import import_documents
from reporting.claiming import Claim, claim_next
from reporting.models import Batch
from reporting.ordering import order_batch
from reporting.placing import order_of, read_order
from reporting.rendering import render_report

# Check digits are right: weights 2,7,6,5,4,3,2,1, sum mod 11 = 0.
NORDLYS = 99000007
HAVGRUS = 99000015
LASSO = 34580820


def company_document(cvr: int, name: str, **fields: Any) -> dict[str, Any]:
    """A company as the register writes it, with little known."""
    ever = {"gyldigFra": "2019-03-01", "gyldigTil": None}
    return {
        "cvrNummer": cvr,
        "enhedsNummer": 4_000_000_000 + cvr % 1_000_000,
        "enhedstype": "VIRKSOMHED",
        "navne": [{"navn": name, "periode": ever}],
        "virksomhedsform": [
            {"virksomhedsformkode": 80, "kortBeskrivelse": "APS", "langBeskrivelse": "Anpartsselskab", "periode": ever}
        ],
        "virksomhedsstatus": [{"status": "NORMAL", "periode": ever}],
        "livsforloeb": [{"periode": ever}],
        **fields,
    }


@pytest.fixture
def register() -> None:
    """The register knows three companies."""
    summary = import_documents(
        [
            company_document(NORDLYS, "Nordlys Testværft ApS"),
            company_document(HAVGRUS, "Havgrus Prøveanlæg ApS"),
            company_document(LASSO, "LASSO X A/S"),
        ],
        now=timezone.now(),
        source="test",
    )
    assert summary.total == 3


@pytest.fixture
def organisation() -> Organisation:
    """Who orders."""
    return create_organisation(name="Revisionshuset Eksempel", email="drift@revision.example")[0]


@pytest.fixture
def api(organisation: Organisation) -> APIClient:
    """A program with a key of the organisation."""
    return client_of(organisation)


@pytest.fixture
def stranger() -> APIClient:
    """A program of another organisation."""
    return client_of(create_organisation(name="Fremmed og Søn", email="post@fremmed.example")[0])


def client_of(organisation: Organisation) -> APIClient:
    """A client that sends a new key of the organisation."""
    from accounts.keys import create_api_key

    client = APIClient()
    client.credentials(HTTP_LASSO_API_KEY=create_api_key(organisation=organisation, name="test").text)
    return client


def order_body(*cvrs: int, **fields: Any) -> dict[str, Any]:
    """The body of an order."""
    return {
        "batchName": "Prøve",
        "format": "{cvr}-{name}",
        "type": "Revision",
        "items": [{"cvr": cvr} for cvr in cvrs or (NORDLYS, HAVGRUS)],
        **fields,
    }


def place(organisation: Organisation, *cvrs: int, now: datetime | None = None, **fields: Any) -> Batch:
    """Order a batch without the API; printed by the fast engine unless the test says what it is about."""
    if not fields.get("archival"):
        fields.setdefault("engine", "fast")
    order = order_of(read_order(order_body(*cvrs, **fields)), organisation=organisation)
    return order_batch(organisation=organisation, user_id=None, order=order, now=now or timezone.now())


def claimed(batch_id: UUID) -> Claim:
    """A claim of the batch's next report, which there must be."""
    claim = claim_next(batch_id)
    assert claim is not None
    return claim


def render_all(batch_id: UUID, *, most: int = 100) -> int:
    """Render what is due of the batch; how many reports that was."""
    for done in range(most):
        claim = claim_next(batch_id)
        if claim is None:
            return done
        render_report(claim, now=timezone.now())
    return most
