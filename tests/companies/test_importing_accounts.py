"""Filings in: the newest publication of each year is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from companies.figures import Figure
from companies.fingerprints import FILING_READER_VERSION
from companies.importing_accounts import Filing, import_accounts
from companies.models import AnnualAccounts
from companies.register import find_accounts
from tests.companies.filings import CVR, GENERAL, fact, instance

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
    assert summary.refusals == [("b.xml", "The filing is no XBRL instance: its root is 'x', not xbrli:xbrl.")]
    assert results() == [1]
