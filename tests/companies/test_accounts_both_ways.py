"""Accounts as XBRL and as inline XBRL read the same, in every year's taxonomy and whatever the prefixes are."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companies.figures import FIGURE_NAMES
from companies.sources.accounts import read_accounts
from tests.companies.filings_both_ways import (
    ARR,
    CMN,
    FSA,
    GSD,
    IFRS,
    PREFIXES,
    SOB,
    as_ifrs,
    as_inline,
    as_instance,
    figures,
    general,
)

# The Danish taxonomies by their dates.
TAXONOMIES = {
    2012: "20120101",
    2013: "20121001",
    2014: "20130401",
    2015: "20140701",
    2016: "20151001",
    2017: "20161001",
    2018: "20171001",
    2019: "20181001",
    2020: "20191001",
    2021: "20201001",
    2022: "20220101",
    2023: "20221001",
    2024: "20241001",
}
OWN = {"revenue": 1_234_567, "result": -45_000, "equity": 700_001, "assets": 2_000_000, "inventories": 0} | {
    "employees": 12
}
BEFORE = {"result": 20, "equity": 600_000}
GROUP = {"result": 99_000, "equity": 5_000_000, "assets": 9_000_001}


def stated(year: int):
    """A filing with everything in it; before 2015 the auditor stands in gsd and arr."""
    home = GSD if year < 2015 else CMN
    words = general(
        year,
        ClassOfReportingEntity=(FSA, "Regnskabsklasse C, stor virksomhed"),
        TypeOfAuditorAssistance=(home, "Revisionspåtegning"),
        NameOfAuditFirm=(home, "Prøve & Søn Revision"),
        IdentificationNumberCvrOfAuditFirm=(ARR if year < 2015 else CMN, "99900024"),
        NameAndSurnameOfAuditor=(home, "Anna Prøvesen"),
        DateOfApprovalOfAnnualReport=(SOB, f"{year + 1}-05-01"),
        OpinionOnAuditedFinancialStatements=(ARR, "Årsregnskabet giver et retvisende billede."),
    )
    return [*words, *figures(OWN, year), *figures(BEFORE, year - 1), *figures(GROUP, year, is_group=True)]


@pytest.mark.parametrize("prefixes", PREFIXES)
@pytest.mark.parametrize("year", TAXONOMIES)
def test_it_reads_both_alike(year: int, prefixes: str):
    how = {"prefixes": prefixes, "taxonomy": TAXONOMIES[year]}
    accounts = read_accounts(as_instance(stated(year), **how))
    assert read_accounts(as_inline(stated(year), **how)) == accounts
    assert (accounts.start_date, accounts.end_date) == (date(year, 1, 1), date(year, 12, 31))
    assert {name: figure.value for name, figure in accounts.figures.items()} == OWN
    assert {name: figure.value for name, figure in accounts.comparative_figures.items()} == BEFORE
    assert {name: figure.value for name, figure in accounts.group_figures.items()} == GROUP
    assert (accounts.audit_firm, accounts.audit_firm_cvr) == ("Prøve & Søn Revision", "99900024")
    assert accounts.opinion == "Årsregnskabet giver et retvisende billede."


@pytest.mark.parametrize("released", ["2014-03-05", "2017-03-09", "2021-03-24", "2024-03-27"])
def test_it_reads_both_alike_by_ifrs(released: str):
    facts = as_ifrs(stated(2023), released)
    accounts = read_accounts(as_instance(facts))
    assert any(fact.namespace == IFRS.format(released) for fact in facts)
    assert read_accounts(as_inline(facts)) == accounts
    assert accounts.is_group is True


@settings(max_examples=60, deadline=None)
@given(
    values=st.dictionaries(
        st.sampled_from(FIGURE_NAMES), st.integers(min_value=-(10**12), max_value=10**12), min_size=1
    ),
    prefixes=st.sampled_from(sorted(PREFIXES)),
)
def test_it_gives_back_whatever_figures_were_written(values: dict[str, int], prefixes: str):
    facts = [*general(2024), *figures({"result": 1} | values, 2024)]
    accounts = read_accounts(as_instance(facts, prefixes=prefixes))
    assert {name: figure.value for name, figure in accounts.figures.items()} == {
        name: Decimal(value) for name, value in ({"result": 1} | values).items()
    }
    assert read_accounts(as_inline(facts, prefixes=prefixes)) == accounts
