"""Reports on companies that the register lacks: fetched from the live sources, or Failed with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from companies.locking import locked_companies
from companies.models import BeneficialOwnerRead, Company, SourceCheck, SourceRest
from companies.watching import watched_companies, watched_for_beneficial_owners
from reporting.models import Report
from tests.companies.builders import attribute, beneficial_owner, owner, participant_company, person, value
from tests.companies.distribution import Distribution, switch_on
from tests.receivers import answer
from tests.reporting.conftest import HAVGRUS, NORDLYS, company_document, place, render_all

pytestmark = pytest.mark.django_db
ANNA = person(4_000_000_001, "Anna Prøvesen")
UNREACHABLE = "CVR (Erhvervsstyrelsen) kunne ikke nås"


@pytest.fixture(autouse=True)
def distribution(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Distribution]:
    """A distribution service that has two companies, of which ours has none."""
    with Distribution() as service:
        switch_on(service, settings, monkeypatch)
        service.companies = [
            company_document(
                NORDLYS,
                "Nordlys Testværft ApS",
                deltagerRelation=[owner(participant_company(str(HAVGRUS)), value("0.9", "2019-03-01"))],
            ),
            company_document(HAVGRUS, "Havgrus Prøveanlæg ApS"),
        ]
        yield service


def rendered(organisation, *, cvr: int = NORDLYS, kind: str = "Revision") -> Report:
    """The report, rendered once."""
    batch = place(organisation, cvr, type=kind)
    assert render_all(batch.pk) == 1
    return Report.objects.get(batch=batch)


def test_a_report_on_a_company_that_the_register_lacks_fetches_it(organisation) -> None:
    report = rendered(organisation)

    assert (report.status, report.company_name) == ("Warning", "Nordlys Testværft ApS")
    assert Company.objects.get().source == "cvr"


def test_a_report_with_a_chart_fetches_the_owners_too(organisation) -> None:
    report = rendered(organisation, kind="ReelleEjere")

    assert report.status == "Warning"
    assert Company.objects.count() == 2
    assert not any("som ikke findes i registret" in warning for warning in report.warnings)


def test_a_company_that_nobody_has_fails_the_report_with_that_reason(organisation, distribution) -> None:
    distribution.companies = []

    report = rendered(organisation)

    assert report.failure == "Der findes ingen virksomhed med CVR-nummer 99000007 i registret."


def test_a_document_that_cannot_be_read_fails_the_report_with_that_reason(organisation, distribution) -> None:
    distribution.companies = [company_document(NORDLYS, "")]

    report = rendered(organisation)

    assert report.failure == (
        "Registrets oplysninger om CVR-nummer 99000007 kan ikke læses: Vrvirksomhed.navne: expected at least one name."
    )


def test_a_source_out_of_reach_is_tried_three_times_and_then_named(organisation, distribution) -> None:
    distribution.permanent_fault = answer(503)
    batch = place(organisation, NORDLYS)
    for pause in (30, 120):
        assert render_all(batch.pk) == 1
        report = Report.objects.get()
        assert report.status == "Queued"
        assert timedelta(seconds=pause - 10) < report.due_at - timezone.now() <= timedelta(seconds=pause)
        Report.objects.update(due_at=timezone.now())
        SourceRest.objects.update(rests_until=timezone.now())

    assert render_all(batch.pk) == 1

    assert Report.objects.get().failure == f"{UNREACHABLE} i 3 forsøg."
    assert len(distribution.calls.all()) == 3


def test_a_source_that_asks_for_a_longer_pause_gets_it(organisation, distribution) -> None:
    distribution.permanent_fault = answer(429, headers={"Retry-After": "600"})

    report = rendered(organisation)

    assert timedelta(seconds=580) < report.due_at - timezone.now() <= timedelta(seconds=600)


def test_a_company_that_another_worker_is_fetching_costs_no_attempt(organisation, monkeypatch) -> None:
    monkeypatch.setattr("companies.refreshing.PATIENCE", timedelta(0))
    monkeypatch.setattr("companies.refreshing.locked_companies", lambda **_: locked_companies(source="cvr", cvrs=[]))

    report = rendered(organisation)

    assert (report.status, report.attempt_count) == ("Queued", 0)


def test_a_stale_company_is_used_with_a_warning_while_the_source_is_away(organisation, distribution) -> None:
    rendered(organisation)
    SourceCheck.objects.update(checked_at="2026-01-02T10:30:00Z")
    distribution.permanent_fault = answer(503)

    report = rendered(organisation)

    assert report.status == "Warning"
    assert report.warnings[:2] == [
        f"{source} kunne ikke nås; rapporten viser de oplysninger derfra, der blev hentet 2. januar 2026 kl. 11.30."
        for source in ("CVR (Erhvervsstyrelsen)", "Registret over årsrapporter (Erhvervsstyrelsen)")
    ]


def test_a_group_that_the_register_does_not_tell_whole_is_said_to_be_cut(organisation, distribution) -> None:
    distribution.faults = [distribution._serve, distribution._serve, answer(400)]

    report = rendered(organisation, kind="RevisionUdvidet")

    assert report.warnings[0] == (
        "CVR (Erhvervsstyrelsen) har ikke oplyst alle dattervirksomheder; koncernen nedad er ikke vist fuldt ud."
    )


def test_beneficial_owners_are_fetched_for_those_who_may_see_them_alone(organisation, distribution) -> None:
    share = attribute("EJERANDEL_PROCENT", value("0.9", "2019-03-01"))
    distribution.beneficial = [
        company_document(NORDLYS, "Nordlys Testværft ApS", deltagerRelation=[beneficial_owner(ANNA, share)])
    ]

    rendered(organisation, kind="ReelleEjere")
    assert not any(call.path.startswith("/cvr-re") for call in distribution.calls.all())

    organisation.has_beneficial_owner_access = True
    organisation.save()
    rendered(organisation, kind="ReelleEjere")
    assert sum(call.path.startswith("/cvr-re") for call in distribution.calls.all()) == 1
    assert BeneficialOwnerRead.objects.count() == 1


def test_companies_of_listener_batches_are_watched_until_they_stop(organisation) -> None:
    batch = place(organisation, NORDLYS, type="ReelleEjere", isListener=True)
    assert watched_companies() == {str(NORDLYS)}
    assert watched_for_beneficial_owners() == set()

    organisation.has_beneficial_owner_access = True
    organisation.save()
    assert watched_for_beneficial_owners() == {str(NORDLYS)}

    batch.move(batch.Status.LISTENING_STOPPED)
    assert watched_companies() == set()
