"""Beneficial owners reach no report of an organisation without access, in words or in a chart."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import Organisation
from companies.importing import import_documents
from companies.models import BeneficialOwnerRead, Change
from reporting.collecting import collect
from reporting.contents.composing import compose
from reporting.models import ReportType
from tests.companies.builders import attribute, beneficial_owner, owner, person, value
from tests.reporting.conftest import NORDLYS, company_document

pytestmark = pytest.mark.django_db
CVR = f"{NORDLYS:08d}"
SHOWN, HIDDEN = "Rosa Sivertoft", "Viggo Dulmark"


@pytest.fixture
def company() -> None:
    relations = [
        owner(person(4_000_000_001, SHOWN), value("0.25", "2020-01-01")),
        beneficial_owner(
            person(4_000_000_002, HIDDEN),
            attribute("EJERANDEL_PROCENT", value("0.6", "2020-01-01")),
            attribute("SÆRLIGE_EJERFORHOLD", value("Har indirekte besiddelser", "2020-01-01")),
        ),
    ]
    document = company_document(NORDLYS, "Nordlys Testværft ApS", deltagerRelation=relations)
    assert import_documents([document], now=timezone.now(), source="test").refused == 0


def html(report_type: ReportType, *, access: bool) -> str:
    organisation = Organisation.objects.create(
        name="Bakkely Revision", email="post@bakkely.example", has_beneficial_owner_access=access
    )
    return compose(collect(cvr=CVR, report_type=report_type, organisation=organisation, now=timezone.now())).html


@pytest.mark.parametrize("report_type", list(ReportType))
def test_an_organisation_without_access_reads_of_no_beneficial_owner(company: None, report_type: ReportType) -> None:
    text = html(report_type, access=False)
    assert HIDDEN not in text
    assert SHOWN in text or report_type == ReportType.FINANS
    assert not BeneficialOwnerRead.objects.exists()


@pytest.mark.parametrize("report_type", [ReportType.REELLE_EJERE, ReportType.REVISION_UDVIDET])
def test_an_organisation_with_access_reads_of_them_and_the_look_is_logged(
    company: None, report_type: ReportType
) -> None:
    assert HIDDEN in html(report_type, access=True)
    assert BeneficialOwnerRead.objects.get().purpose == f"report {report_type}"


def test_the_charts_hold_legal_owners_only_also_with_access(company: None) -> None:
    text = html(ReportType.REELLE_EJERE, access=True)
    charts = "".join(part.split("</svg>")[0] for part in text.split("<svg")[1:])
    assert SHOWN in charts
    assert HIDDEN not in charts


def test_the_change_log_names_the_change_and_nobody(company: None) -> None:
    document = company_document(
        NORDLYS,
        "Nordlys Testværft ApS",
        deltagerRelation=[
            owner(person(4_000_000_001, SHOWN), value("0.25", "2020-01-01")),
            beneficial_owner(person(4_000_000_002, HIDDEN), attribute("EJERANDEL_PROCENT", value("0.7", "2020-01-01"))),
        ],
    )
    import_documents([document], now=timezone.now(), source="test")
    assert Change.objects.get().fields == {"beneficialOwners": {"before": None, "after": None}}
