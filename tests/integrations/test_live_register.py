"""Exports of companies that the register lacks: fetched from the live source by the lane, or failed with the reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from companies.locking import locked_companies
from companies.models import Change, Company, SourceRest
from companies.watching import watched_companies
from delivery.models import Delivery
from integrations.exporting import order_exports
from integrations.mapping import Entry, FieldMapping
from integrations.models import MonitoredCompany
from integrations.setting_up import delete_integration
from integrations.waking import due_integrations
from tests.companies.distribution import Distribution, switch_on
from tests.integrations.conftest import HAVGRUS, LASSO, NORDLYS, NOWHERE, document, integrated, take_in
from tests.integrations.driving import State, change, company_of, compose, export, exports, run, send, state_of
from tests.receivers import answer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def distribution(receiver, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Distribution]:
    """A distribution service that has three companies, of which ours has none."""
    with Distribution() as service:
        switch_on(service, settings, monkeypatch)
        service.companies = [
            document(LASSO, "LASSO X A/S", "71747812"),
            document(NORDLYS, "Nordlys Testværft ApS"),
            document(HAVGRUS, "Havgrus Prøveanlæg ApS"),
        ]
        yield service


def order(integration, *cvrs) -> None:
    answered = order_exports(integration=integration, cvrs=[str(cvr) for cvr in cvrs], now=timezone.now())
    assert len(answered.accepted) == len(cvrs)


def pause_is_over() -> None:
    """Neither the company nor the source rests any longer."""
    SourceRest.objects.all().delete()
    MonitoredCompany.objects.exclude(export_due_at=None).update(export_due_at=timezone.now())


def test_it_fetches_what_it_lacks_with_one_question(integration, receiver, distribution):
    order(integration, LASSO, NORDLYS, HAVGRUS)
    assert distribution.calls.all() == [], "nobody is asked while the caller waits"
    run(integration)
    assert len(distribution.asked_for()) == 1
    assert sorted(message["cvr"] for message in exports(receiver)) == sorted((LASSO, NORDLYS, HAVGRUS))
    assert Company.objects.count() == 3
    assert not Change.objects.exists(), "a company that is new is no change"


def test_it_does_not_ask_for_what_it_has(integration, receiver, distribution):
    take_in(document(LASSO, "LASSO X A/S", "71747812"))
    order(integration, LASSO)
    run(integration)
    assert (len(exports(receiver)), distribution.calls.all()) == (1, [])


def told(integration) -> list[str]:
    """The companies of which mails told that their export failed."""
    bodies = Delivery.objects.filter(purpose="failure_notice").order_by("id").values_list("body", flat=True)
    return [example["cvr"] for body in bodies for example in json.loads(body)["context"]["examples"]]


def test_it_fails_a_company_that_nobody_has(integration, receiver):
    order(integration, NOWHERE, LASSO)
    run(integration)
    company = company_of(integration, NOWHERE)
    assert (company.state, company.last_answer) == (
        State.EXPORT_FAILED,
        "The register knows no company with this CVR number.",
    )
    assert told(integration) == [str(NOWHERE)]
    assert (state_of(integration, LASSO), len(exports(receiver))) == (State.MONITORED, 1)


def test_it_fails_a_company_whose_document_cannot_be_taken(integration, receiver, distribution):
    distribution.companies = [document(LASSO, "LASSO X A/S") | {"navne": "?"}]
    order(integration, LASSO)
    run(integration)
    company = company_of(integration, LASSO)
    assert company.state == State.EXPORT_FAILED
    assert company.last_answer.startswith("The register's document of the company cannot be taken: ")
    assert exports(receiver) == []


def test_it_asks_a_source_out_of_reach_three_times_and_then_names_it(integration, receiver, distribution):
    distribution.permanent_fault = answer(500)
    order(integration, LASSO)
    for count, pause in ((1, timedelta(seconds=30)), (2, timedelta(minutes=2))):
        before = timezone.now()
        compose(integration)
        company = company_of(integration, LASSO)
        assert (company.state, company.fetch_count) == (State.EXPORTING, count)
        assert company.export_due_at is not None
        assert before + pause <= company.export_due_at <= timezone.now() + pause
        assert list(due_integrations()) == []
        pause_is_over()
    compose(integration)
    company = company_of(integration, LASSO)
    assert (company.state, company.export_due_at, company.fetch_count) == (State.EXPORT_FAILED, None, 0)
    assert company.last_answer == (
        "CVR (Erhvervsstyrelsen) could not be reached in 3 tries, and the company is not stored here."
    )
    send(integration)
    assert told(integration) == [str(LASSO)]


def test_it_goes_on_when_the_source_is_back(integration, receiver, distribution):
    distribution.permanent_fault = answer(503)
    order(integration, LASSO)
    compose(integration)
    assert company_of(integration, LASSO).fetch_count == 1
    distribution.permanent_fault = None
    pause_is_over()
    run(integration)
    assert (state_of(integration, LASSO), len(exports(receiver))) == (State.MONITORED, 1)


def test_it_charges_nothing_while_another_worker_asks_for_the_company(integration, monkeypatch):
    monkeypatch.setattr("companies.refreshing.PATIENCE", timedelta(0))
    order(integration, LASSO)
    with locked_companies(source="cvr", cvrs=[str(LASSO)]):
        compose(integration)
    company = company_of(integration, LASSO)
    assert (company.state, company.fetch_count) == (State.EXPORTING, 0)
    assert company.export_due_at is not None
    assert company.export_due_at > timezone.now()


def test_it_fetches_annual_accounts_where_the_mapping_needs_them(organisation, receiver, distribution):
    mapping = FieldMapping((Entry(field="cvr"), Entry(field="revenue")))
    integration = integrated(organisation, receiver, mapping=mapping)
    order(integration, LASSO)
    run(integration)
    assert exports(receiver) == [{"cvr": LASSO, "revenue": None}]
    assert any("offentliggoerelser" in call.path for call in distribution.calls.all())


def test_companies_are_watched_while_somebody_monitors_them(integration, receiver):
    export(integration, LASSO, NORDLYS)
    assert watched_companies() == {str(LASSO), str(NORDLYS)}
    receiver.behaviour = answer(404)
    change(LASSO, telephone="70000002")
    run(integration)
    assert watched_companies() == {str(NORDLYS)}
    delete_integration(integration=integration, now=timezone.now())
    assert watched_companies() == set()
