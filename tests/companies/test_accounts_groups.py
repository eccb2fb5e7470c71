"""Whose figures a filing gives: the company's, its group's, and IFRS, which turns that round."""

from __future__ import annotations

import pytest

from companies.doubts import DoubtKind, doubts_about
from companies.errors import AccountsError
from companies.sources.accounts import read_accounts
from tests.companies.filings import (
    CVR,
    DAY,
    GENERAL,
    GROUP,
    GROUPS,
    RESULT,
    SEPARATE,
    SOLO,
    context,
    fact,
    instance,
    said,
)

PERIOD = ("2024-01-01", "2024-12-31")
LEI = "5299009990001612345X"


def read(body: str, **how: str):
    return read_accounts(instance(body, **how))


def doubts(accounts) -> set[DoubtKind]:
    return {doubt.kind for doubt in doubts_about(accounts)}


class TestGroups:
    def test_group_and_company_are_both_kept(self):
        body = RESULT + fact("ProfitLoss", 900, "group") + fact("Equity", 70, DAY) + fact("Equity", 700, "groupday")
        accounts = read(body, more=GROUPS)
        assert {name: figure.value for name, figure in accounts.figures.items()} == {"result": 100, "equity": 70}
        assert {name: figure.value for name, figure in accounts.group_figures.items()} == {"result": 900, "equity": 700}
        assert (accounts.is_group, DoubtKind.GROUP_ONLY in doubts(accounts)) == (False, False)

    def test_solo_said_in_so_many_words_is_the_company(self):
        assert read(fact("ProfitLoss", 5, "s"), more=context("s", PERIOD, SOLO)).value("result") == 5

    @pytest.mark.parametrize("place", ["scenario", "segment"])
    def test_a_dimension_may_stand_in_scenario_or_segment(self, place: str):
        more = context("g", PERIOD, GROUP, place=place)
        accounts = read(RESULT + fact("ProfitLoss", 900, "g"), more=more)
        assert (accounts.value("result"), accounts.group_figures["result"].value) == (100, 900)

    def test_a_slice_of_the_group_is_not_the_group(self):
        more = context("slice", PERIOD, GROUP, ("c:ClassesOfEquityDimension", "c:RetainedEarningsMember"))
        accounts = read(RESULT + fact("ProfitLoss", 900, "slice"), more=more)
        assert (accounts.value("result"), accounts.group_figures) == (100, {})

    def test_figures_of_the_group_alone_are_taken_and_marked(self):
        accounts = read(fact("ProfitLoss", 900, "group") + fact("Equity", 700, "groupday"), more=GROUPS)
        assert (accounts.value("result"), accounts.is_group, accounts.group_figures) == (900, True, {})
        assert DoubtKind.GROUP_ONLY in doubts(accounts)

    def test_another_taxonomys_axis_of_the_same_name_means_nothing(self):
        axis = ("iso4217:ConsolidatedSoloDimension", "c:ConsolidatedMember")
        accounts = read(RESULT + fact("ProfitLoss", 900, "g"), more=context("g", PERIOD, axis))
        assert (accounts.value("result"), accounts.group_figures) == (100, {})


class TestInternationalStandards:
    def test_no_dimension_is_the_group_and_separate_the_parent(self):
        body = fact("ProfitLoss", 900, prefix="ifrs-full") + fact("ProfitLoss", 300, "sep", prefix="ifrs-full")
        accounts = read(body, more=context("sep", PERIOD, SEPARATE))
        assert (accounts.value("result"), accounts.group_figures["result"].value) == (300, 900)
        assert accounts.is_group is False

    def test_without_separate_figures_they_are_the_groups_and_marked(self):
        body = fact("ProfitLoss", 900, prefix="ifrs-full") + fact("Revenue", 5000, prefix="ifrs-full")
        accounts = read(body + fact("AverageNumberOfEmployees", 7, unit="n"))
        assert (accounts.value("result"), accounts.value("employees"), accounts.is_group) == (900, 7, True)

    @pytest.mark.parametrize("year", ["2013-03-28", "2017-03-09", "2024-03-27"])
    def test_the_taxonomys_date_does_not_matter(self, year: str):
        data = instance(fact("ProfitLoss", 900, prefix="ifrs-full")).replace(b"2021-03-24", year.encode())
        assert read_accounts(data).value("result") == 900

    def test_another_namespace_on_that_host_is_not_the_taxonomy(self):
        data = instance(RESULT + fact("Revenue", 900, prefix="ifrs-full")).replace(b'/ifrs-full"', b'/extension"')
        assert read_accounts(data).value("revenue") is None

    def test_the_stub_beside_the_report_package_has_no_figures(self):
        with pytest.raises(
            AccountsError, match="neither result, equity nor assets for the year 2024-01-01 to 2024-12-31"
        ):
            read(said("NameOfAuditFirm", "Prøve", prefix="c"))

    def test_a_company_known_by_lei_needs_to_be_told_by_the_index(self):
        stated = said("IdentificationNumberCvrOfReportingEntity", CVR)
        data = instance(fact("ProfitLoss", 900, prefix="ifrs-full"), general=GENERAL.replace(stated, ""))
        data = data.replace(b"http://www.dcca.dk/cvr", b"http://standards.iso.org/iso/17442")
        data = data.replace(f">{CVR}<".encode(), f">{LEI}<".encode())
        assert read_accounts(data, cvr=CVR).cvr == CVR
        with pytest.raises(AccountsError, match=f"expected a CVR number, found '{LEI}'"):
            read_accounts(data)
