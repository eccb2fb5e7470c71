"""Filings in: the newest publication of each year is kept."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from companies.figures import Figure
from companies.fingerprints import FILING_READER_VERSION
from companies.importing import import_documents
from companies.importing_accounts import Filing, import_accounts
from companies.models import AnnualAccounts, Change, Company
from companies.register import find_accounts
from companies.sources.accounts import read_accounts
from tests.companies.builders import company
from tests.companies.filings import BEFORE, CVR, DAY, GENERAL, GROUPS, PRECEDING, RESULT, fact, instance, said
from tests.companies.filings_both_ways import as_inline, as_instance, figures, general

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
MAY, JUNE = datetime(2025, 5, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)


def load(*filings):
    return import_accounts(filings, now=NOW, source="test")


def filing(result=100, published_at=None):
    return Filing("a.xml", instance(fact("ProfitLoss", result)), published_at)


def results():
    return [accounts.value("result") for accounts in find_accounts(cvr=CVR)]


def of_year(year):
    return Filing(
        f"{year}.xml",
        instance(fact("ProfitLoss", year), general=GENERAL.replace("2024", str(year))).replace(
            b"2024", str(year).encode()
        ),
    )


def test_it_gives_back_what_was_read():
    load(Filing("a.xml", instance(fact("ProfitLoss", "1.50") + fact("Revenue", 1) + fact("Revenue", 2)), MAY))
    (accounts,) = find_accounts(cvr=CVR)
    assert (accounts.start_date, accounts.end_date, accounts.published_at) == (
        date(2024, 1, 1),
        date(2024, 12, 31),
        MAY,
    )
    assert accounts.figures == {
        "result": Figure(Decimal("1.50")),
        "revenue": Figure(None, conflict=(Decimal(1), Decimal(2))),
    }


def test_it_keeps_the_newest_publication_in_whatever_order_they_come():
    assert load(filing(1, MAY)).created == 1
    assert load(filing(2, JUNE)).replaced == 1
    assert load(filing(3, MAY)).outdated == 1
    assert load(filing(4)).outdated == 1
    assert results() == [2]


def test_it_keeps_the_newest_of_one_go():
    summary = load(filing(2, JUNE), filing(1, MAY), filing(3))
    assert (summary.created, summary.outdated, summary.total) == (1, 2, 3)
    assert results() == [2]


def test_it_writes_nothing_for_the_same_filing():
    load(filing(1, MAY))
    with CaptureQueriesContext(connection) as queries:
        summary = load(filing(1, MAY), filing(1))
    assert summary.unchanged == 2
    assert not [one for one in queries.captured_queries if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_it_asks_but_once_about_filings_that_it_knows():
    load(filing(1, MAY), of_year(2020))
    with CaptureQueriesContext(connection) as queries:
        assert load(filing(1, MAY), of_year(2020)).unchanged == 2
    assert len(queries) == 1


def test_it_takes_the_same_filing_again_when_another_has_come_between():
    load(filing(1))
    assert load(filing(2), filing(1)).replaced == 2
    assert results() == [1]


def test_it_takes_the_same_filing_published_again():
    load(filing(1, MAY))
    assert load(filing(1, JUNE)).replaced == 1
    assert AnnualAccounts.objects.get().published_at == JUNE


def test_it_reads_anew_what_an_older_reader_read():
    load(filing(1, MAY))
    AnnualAccounts.objects.update(reader_version=FILING_READER_VERSION - 1, figures={})
    summary = load(filing(1))
    assert (summary.unchanged, summary.total) == (1, 1)
    assert results() == [1]
    assert AnnualAccounts.objects.get().published_at == MAY
    with CaptureQueriesContext(connection) as queries:
        load(filing(1))
    assert len(queries) == 1


def test_it_replaces_what_it_knows_no_moment_of():
    load(filing(1))
    assert load(filing(2)).replaced == 1
    assert results() == [2]


def test_it_gives_at_most_ten_years_newest_first():
    load(*(of_year(year) for year in range(2011, 2025)))
    assert AnnualAccounts.objects.count() == 14
    assert results() == list(range(2024, 2014, -1))


def test_it_finds_none_of_a_company_without():
    assert find_accounts(cvr="34580820") == ()


def test_it_refuses_one_and_keeps_the_others():
    summary = load(Filing("b.xml", b"<x/>"), filing(1))
    assert (summary.created, summary.refused) == (1, 1)
    assert summary.refusals == [
        ("b.xml", "The filing is no XBRL: its root is 'x', neither xbrli:xbrl nor XHTML's html.")
    ]
    assert results() == [1]


def test_it_gives_back_everything_that_was_read():
    body = (
        RESULT
        + fact("ProfitLoss", 900, "group")
        + fact("ProfitLoss", 5, BEFORE)
        + fact("Equity", 8, DAY)
        + said("TypeOfModifiedOpinionOnAuditedFinancialStatements", "Konklusion med forbehold", prefix="arr")
        + said("MaterialUncertaintyConcerningGoingConcernAudit", "Usikkert.", prefix="arr")
        + said("IdentificationNumberOfAuditor", "mne99999", prefix="c")
        + said("DateOfGeneralMeeting", "2025-05-20")
    )
    data = instance(body, more=GROUPS + PRECEDING)
    load(Filing("a.xml", data, MAY))
    assert find_accounts(cvr=CVR) == (replace(read_accounts(data), published_at=MAY),)


def test_it_writes_nothing_for_the_other_file_of_the_same_publication():
    facts = [*general(2024), *figures({"result": 100, "equity": 7}, 2024)]
    load(Filing("a.xml", as_instance(facts), MAY))
    before = AnnualAccounts.objects.values().get()
    with CaptureQueriesContext(connection) as queries:
        summary = load(Filing("a.xhtml", as_inline(facts), MAY))
    assert (summary.unchanged, summary.total) == (1, 1)
    assert not [one for one in queries.captured_queries if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert AnnualAccounts.objects.values().get() == before


def test_it_takes_the_other_file_of_the_same_publication_that_says_something_else():
    load(Filing("a.xml", as_instance([*general(2024), *figures({"result": 100}, 2024)]), MAY))
    facts = [*general(2024), *figures({"result": 100, "equity": 7}, 2024)]
    assert load(Filing("a.xhtml", as_inline(facts), MAY)).replaced == 1
    assert find_accounts(cvr=CVR)[0].value("equity") == 7


def test_it_unpacks_no_filing_that_it_knows_twice(monkeypatch: pytest.MonkeyPatch):
    packed = Filing("a.xml.gz", gzip.compress(instance()), MAY)
    load(packed)

    def read(*_args, **_how):
        raise AssertionError("it was read")

    monkeypatch.setattr("companies.importing_accounts.read_accounts", read)
    assert load(packed).unchanged == 1


class TestChanges:
    """A company's newest accounts are among what it is told to have changed."""

    @pytest.fixture(autouse=True)
    def known(self):
        import_documents([company(CVR)], now=NOW, source="test")

    def fields(self):
        return [set(change.fields) for change in Change.objects.order_by("id")]

    def test_it_tells_of_new_accounts(self):
        load(filing(100, MAY))
        (change,) = Change.objects.all()
        assert (change.cvr, change.version, Company.objects.get().version) == (CVR, 2, 2)
        assert change.fields["result"] == {"before": None, "after": 100}
        assert change.fields["balanceDate"] == {"before": None, "after": "2024-12-31"}

    def test_it_tells_what_differs_of_replaced_ones(self):
        load(filing(100, MAY))
        load(filing(90, JUNE))
        assert self.fields()[1] == {"result", "accountsPublishedDate"}

    def test_it_tells_nothing_of_the_same_of_older_years_or_of_outdated_ones(self):
        load(filing(100, JUNE))
        load(filing(100, JUNE), of_year(2020), filing(80, MAY), Filing("x", b"<x/>"))
        assert len(self.fields()) == 1

    def test_it_tells_once_of_several_in_one_go(self):
        load(filing(1, MAY), filing(2, JUNE), of_year(2023))
        (change,) = Change.objects.all()
        assert change.fields["result"]["after"] == 2

    def test_it_tells_nothing_of_what_only_another_reader_reads_otherwise(self):
        load(filing(100, MAY))
        AnnualAccounts.objects.update(reader_version=FILING_READER_VERSION - 1, figures={})
        load(filing(100, MAY))
        assert (results(), len(self.fields())) == ([100], 1)

    def test_it_tells_nothing_of_companies_that_it_does_not_know(self):
        Company.objects.all().delete()
        assert load(filing(1, MAY)).created == 1
        assert not Change.objects.exists()

    def test_it_writes_no_accounts_without_their_change(self, monkeypatch: pytest.MonkeyPatch):
        def fail(**_facts):
            raise RuntimeError("the log is full")

        monkeypatch.setattr("companies.importing_accounts.record_accounts_changes", fail)
        with pytest.raises(RuntimeError):
            load(filing(1, MAY))
        assert not AnnualAccounts.objects.exists()
