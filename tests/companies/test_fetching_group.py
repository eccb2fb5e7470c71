"""The group below a company, on demand: searched for, since the register's documents name owners only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from companies import fetching_group
from companies.errors import SourceUnreachable
from companies.fetching import Needs, Outage, fetch_for_report
from companies.models import Company, SourceRest
from companies.ownership import group_downwards
from companies.sources.distribution import subsidiaries
from tests.companies.builders import attribute, company, organ, owner, participant_company, relation, value
from tests.companies.distribution import Distribution
from tests.receivers import answer

pytestmark = pytest.mark.django_db
TOP, DAUGHTER, GRANDDAUGHTER, FORMER, CLIENT = "99000007", "99000015", "99000023", "99000031", "99000058"
LABEL = "CVR (Erhvervsstyrelsen)"
CUT = Outage(LABEL, None, is_group_cut=True)


@pytest.fixture
def service(distribution: Distribution) -> Distribution:
    """A group of three, a company that has left it, and one that the top is the auditor of."""
    audited = relation(
        participant_company(TOP),
        organ("REVISION", "Revision", [attribute("FUNKTION", value("REVISION", "2015-01-01"))]),
    )
    distribution.companies = [
        company(TOP),
        owned_by(DAUGHTER, TOP),
        owned_by(GRANDDAUGHTER, DAUGHTER),
        owned_by(FORMER, TOP, end="2020-12-31"),
        company(CLIENT, deltagerRelation=[audited]),
    ]
    return distribution


def owned_by(cvr: str, owner_cvr: str, end: str | None = None) -> dict[str, Any]:
    relations = [owner(participant_company(owner_cvr), value("0.6667", "2015-01-01", end))]
    return company(cvr, deltagerRelation=relations)


def fetch(*, now: datetime | None = None) -> tuple[Outage, ...]:
    return fetch_for_report(cvr=TOP, needs=Needs(group=True), now=now or timezone.now())


def later() -> datetime:
    return timezone.now() + timedelta(hours=25)


def group() -> set[str]:
    return {node.cvr for node in group_downwards(cvr=TOP, day=timezone.now().date()).nodes.values()}


def test_it_fetches_the_group_and_not_those_whose_auditor_the_company_is(service):
    assert fetch() == ()

    assert group() == {TOP, DAUGHTER, GRANDDAUGHTER}
    assert not Company.objects.filter(cvr=CLIENT).exists()


def test_it_asks_for_nothing_twice_while_that_is_fresh(service):
    fetch()
    asked = len(service.calls.all())

    fetch()

    assert len(service.calls.all()) == asked


def test_it_finds_what_is_bought_and_lets_go_what_is_sold(service):
    fetch()
    bought = "99000066"
    service.companies[1] = owned_by(DAUGHTER, TOP, end="2021-12-31")
    service.companies.append(owned_by(bought, TOP))

    fetch(now=later())

    assert group() == {TOP, bought}


def test_companies_that_own_each_other_are_asked_for_once(service):
    service.companies = [owned_by(TOP, DAUGHTER), owned_by(DAUGHTER, TOP)]

    fetch()

    assert group() == {TOP, DAUGHTER}


def test_it_says_when_the_register_does_not_take_the_search(service):
    service.faults = [service._serve, answer(400, b"failed to find nested object under path")]

    assert fetch() == (CUT,)
    assert fetch() == (CUT,)

    assert not SourceRest.objects.exists()
    assert Company.objects.get().cvr == TOP


def test_it_says_when_there_are_more_than_it_fetches(service, monkeypatch):
    monkeypatch.setattr(subsidiaries, "MOST_FOUND", 1)

    assert fetch() == (CUT,)
    assert DAUGHTER in group()


def test_it_fetches_so_many_companies_and_no_more(service, monkeypatch):
    monkeypatch.setattr(fetching_group, "MOST_COMPANIES", 1)
    service.companies.append(owned_by("99000066", TOP))

    assert fetch() == (CUT,)


def test_a_group_that_was_never_asked_for_needs_the_source(service):
    service.faults = [service._serve, answer(503)]

    with pytest.raises(SourceUnreachable):
        fetch()


def test_a_group_that_is_stored_is_used_while_the_source_is_away(service):
    asked_at = timezone.now() - timedelta(days=3)
    fetch(now=asked_at)
    service.faults = [service._serve]
    service.permanent_fault = answer(503)

    assert fetch() == (Outage(LABEL, asked_at),)
    assert group() == {TOP, DAUGHTER, GRANDDAUGHTER}
