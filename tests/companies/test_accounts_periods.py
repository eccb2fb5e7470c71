"""Which year a filing reports, and which figures of it are that year's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from companies.doubts import DoubtKind, doubts_about
from companies.errors import AccountsError
from companies.figures import Figure
from companies.ratios import RATIOS_BY_NAME
from companies.sources.accounts import read_accounts
from tests.companies.filings import (
    BEFORE,
    CVR,
    DAY,
    DAY_BEFORE,
    GENERAL,
    PRECEDING,
    RESULT,
    context,
    fact,
    instance,
    said,
)

PERIOD = ("2024-01-01", "2024-12-31")


def read(body: str, **how: str):
    return read_accounts(instance(body, **how))


def doubts(accounts) -> set[DoubtKind]:
    return {doubt.kind for doubt in doubts_about(accounts)}


class TestPeriods:
    def test_general_data_on_a_context_of_two_years(self):
        general = "".join(
            said(name, text, "long")
            for name, text in (("ReportingPeriodStartDate", "2024-01-01"), ("ReportingPeriodEndDate", "2024-12-31"))
        )
        accounts = read(RESULT, general=general, more=context("long", ("2023-01-01", "2024-12-31")))
        assert (accounts.start_date, accounts.end_date, accounts.cvr) == (date(2024, 1, 1), date(2024, 12, 31), CVR)

    def test_general_data_that_names_two_years_where_the_result_is_of_one(self):
        accounts = read(RESULT, general=GENERAL.replace("2024-01-01", "2023-01-01"))
        assert (accounts.start_date, accounts.value("result")) == (date(2024, 1, 1), 100)

    def test_the_year_registered_in_cvr_is_not_the_year_reported(self):
        axis = (
            "b:TypeOfReportingPeriodDimension",
            "b:RegisteredReportingPeriodDeviatingFromReportedReportingPeriodMember",
        )
        registered = said("ReportingPeriodEndDate", "2025-06-30", "reg") + said(
            "ReportingPeriodStartDate", "2024-07-01", "reg"
        )
        more = context("reg", PERIOD, axis)
        assert read(RESULT, general=registered + GENERAL, more=more).end_date == date(2024, 12, 31)

    def test_a_default_member_of_that_axis_changes_nothing(self):
        axis = ("b:TypeOfReportingPeriodDimension", "b:AllReportingPeriodsMember")
        assert read(fact("ProfitLoss", 5, "all"), more=context("all", PERIOD, axis)).value("result") == 5

    def test_without_a_first_day_the_year_before_tells_it_by_its_misspelt_end(self):
        general = GENERAL.replace(said("ReportingPeriodStartDate", "2024-01-01"), "")
        general += said("PredingReportingPeriodEndDate", "2023-12-31")
        assert read(fact("Equity", 5, DAY), general=general).start_date == date(2024, 1, 1)

    def test_without_general_data_the_longest_of_the_latest_results_tells(self):
        more = context("quarter", ("2024-10-01", "2024-12-31")) + PRECEDING
        body = fact("ProfitLoss", 30, "quarter") + RESULT + fact("ProfitLoss", 5, BEFORE)
        accounts = read(body, general=said("IdentificationNumberCvrOfReportingEntity", CVR), more=more)
        assert (accounts.start_date, accounts.end_date, accounts.value("result")) == (
            date(2024, 1, 1),
            date(2024, 12, 31),
            100,
        )

    def test_a_period_other_than_twelve_months_is_flagged(self):
        general = GENERAL.replace("2024-01-01", "2024-07-01")
        accounts = read(
            fact("ProfitLoss", 5, "half"), general=general, more=context("half", ("2024-07-01", "2024-12-31"))
        )
        assert (accounts.start_date, DoubtKind.NOT_TWELVE_MONTHS in doubts(accounts)) == (date(2024, 7, 1), True)

    def test_an_opening_balance_is_not_the_closing_one(self):
        body = RESULT + fact("Equity", 5, "open") + fact("Equity", 8, DAY)
        assert read(body, more=context("open", ("2024-01-01",))).value("equity") == 8

    def test_a_balance_given_for_a_period_counts_only_where_none_is_given_for_the_day(self):
        assert read(RESULT + fact("Equity", 8)).value("equity") == 8
        assert read(RESULT + fact("Equity", 8) + fact("Equity", 9, DAY)).value("equity") == 9

    def test_five_year_figures_of_this_years_context_are_left_out(self):
        axis = ("EOGS10000:RetrospectiveInformationDimension", "EOGS10000:RetrospectiveMember")
        body = RESULT + fact("ProfitLoss", 1, "old") + fact("Revenue", 1, "old")
        assert read(body, more=context("old", PERIOD, axis)).figures == {"result": Figure(Decimal(100))}

    def test_components_of_equity_are_left_out(self):
        more = context("part", ("2024-12-31",), ("c:ClassesOfEquityDimension", "c:ContributedCapitalMember"))
        assert read(RESULT + fact("Equity", 40, "part") + fact("Equity", 60, DAY), more=more).value("equity") == 60

    def test_a_forever_context_covers_no_year(self):
        forever = context("all", ("2024-12-31",)).replace("<q:instant>2024-12-31</q:instant>", "<q:forever/>")
        assert read(RESULT + fact("Revenue", 5, "all"), more=forever).value("revenue") is None

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    def test_days_at_the_ends_of_time_do_no_harm(self, day: str):
        general = GENERAL + said("PredingReportingPeriodEndDate", day)
        with pytest.raises(AccountsError, match=f"PredingReportingPeriodEndDate is '{day}', which is no day"):
            read(RESULT, general=general)


class TestComparatives:
    BODY = RESULT + fact("Equity", 300, DAY) + fact("ProfitLoss", 5, BEFORE) + fact("Equity", 100, DAY_BEFORE)

    def test_the_year_before_is_kept_apart(self):
        accounts = read(self.BODY, more=PRECEDING)
        assert {name: figure.value for name, figure in accounts.comparative_figures.items()} == {
            "result": 5,
            "equity": 100,
        }
        assert (accounts.comparative_start_date, accounts.comparative_end_date) == (
            date(2023, 1, 1),
            date(2023, 12, 31),
        )

    def test_its_days_are_as_the_general_data_says(self):
        general = (
            GENERAL
            + said("PrecedingReportingPeriodStartDate", "2022-10-01")
            + said("PredingReportingPeriodEndDate", "2023-12-31")
        )
        more = context(BEFORE, ("2022-10-01", "2023-12-31")) + context(DAY_BEFORE, ("2023-12-31",))
        accounts = read(self.BODY, general=general, more=more)
        assert (accounts.comparative_start_date, accounts.comparative_figures["result"].value) == (date(2022, 10, 1), 5)

    def test_opening_equity_comes_from_them_where_no_year_before_is_on_file(self):
        accounts = read(self.BODY, more=PRECEDING)
        assert RATIOS_BY_NAME["returnOnEquity"].compute(accounts, None) == Decimal("0.5")

    def test_a_first_year_has_none(self):
        accounts = read(RESULT)
        assert (accounts.comparative_figures, accounts.comparative_end_date) == ({}, None)
