"""Filings that give several values of a figure, or one that cannot be, as real ones do."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from companies.doubts import Doubt, DoubtKind, doubts_about
from companies.figures import Figure
from companies.ratios import RATIOS_BY_NAME
from companies.sources.accounts import read_accounts
from tests.companies.filings import (
    DAY,
    RESULT,
    context,
    fact,
    instance,
)

PERIOD = ("2024-01-01", "2024-12-31")


def read(body: str, **how: str):
    return read_accounts(instance(body, **how))


def doubts(accounts) -> set[DoubtKind]:
    return {doubt.kind for doubt in doubts_about(accounts)}


class TestContradictions:
    def test_a_result_with_its_sign_turned_and_one_crown_off(self):
        accounts = read(fact("ProfitLoss", 588224) + fact("ProfitLoss", -588223) + fact("Equity", 10, DAY))
        assert accounts.figures["result"] == Figure(None, conflict=(Decimal(588224), Decimal(-588223)))
        assert Doubt(DoubtKind.CONTRADICTION, ("result",), (Decimal(588224), Decimal(-588223))) in doubts_about(
            accounts
        )

    def test_values_of_one_precision_that_are_one_crown_apart(self):
        assert read(fact("ProfitLoss", 588224) + fact("ProfitLoss", 588223)).figures["result"].conflict

    def test_employees_nought_and_485(self):
        body = RESULT + fact("AverageNumberOfEmployees", 0, unit="n") + fact("AverageNumberOfEmployees", 485, unit="n")
        assert read(body).figures["employees"].conflict == (0, 485)

    def test_group_and_parent_told_apart_by_the_contexts_ids_alone(self):
        more = context("parentCompany", PERIOD) + context("group", PERIOD)
        accounts = read(fact("ProfitLoss", 300, "parentCompany") + fact("ProfitLoss", 900, "group"), more=more)
        assert accounts.figures["result"].conflict == (300, 900)

    def test_no_ratio_is_computed_on_a_contradiction(self):
        body = fact("Assets", 100, DAY) + fact("Equity", 40, DAY) + fact("Equity", -40, DAY)
        assert RATIOS_BY_NAME["solvency"].compute(read(body), None) is None

    def test_at_most_twenty_values_are_kept(self):
        body = "".join(fact("ProfitLoss", value) for value in range(1, 40))
        assert read(body).figures["result"].conflict == tuple(range(1, 21))


class TestPrecision:
    @pytest.mark.parametrize(
        ("first", "second", "expected"),
        [
            (("588000", "-3"), ("588224", "0"), "588224"),
            (("588224", "0"), ("588000", "-3"), "588224"),
            (("588224", "INF"), ("588224.00", "2"), "588224"),
            (("588224", "0"), ("588223.6", "1"), "588223.6"),
            (("1000000", "-6"), ("1499600", "0"), "1499600"),
            (("-588000", "-3"), ("-588224", "0"), "-588224"),
        ],
    )
    def test_a_rounded_value_beside_the_exact_one_is_no_contradiction(self, first, second, expected):
        body = "".join(fact("ProfitLoss", text, decimals=decimals) for text, decimals in (first, second))
        assert read(body).figures["result"] == Figure(Decimal(expected))

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (("588000", "-3"), ("588501", "0")),
            (("588000", "-3"), ("589000", "-3")),
            (("588000", "-3"), ("-588224", "0")),
            # The attribute says thousands, the values do not.
            (("588224", "-3"), ("588223", "-3")),
            (("588224", "-6"), ("588223", "INF")),
            # Nought rounded to millions is not taken for a small figure.
            (("0", "-6"), ("485", "0")),
            (("588224", "x"), ("588223", "99")),
        ],
    )
    def test_a_careless_precision_hides_no_contradiction(self, first, second):
        body = "".join(fact("ProfitLoss", text, decimals=decimals) for text, decimals in (first, second))
        assert read(body).figures["result"].conflict == (Decimal(first[0]), Decimal(second[0]))


class TestUnits:
    def test_a_filing_in_euro(self):
        assert read(RESULT, currency="EUR").currency == "EUR"

    def test_a_filing_in_two_currencies_has_the_one_of_most_figures(self):
        usd = '<q:unit id="usd"><q:measure>iso4217:USD</q:measure></q:unit>'
        body = RESULT + fact("Revenue", 9, unit="usd") + fact("Revenue", 50) + fact("Assets", 7, DAY, unit="usd")
        accounts = read(body + fact("Equity", 5, DAY), more=usd)
        assert (accounts.currency, accounts.value("revenue"), accounts.value("assets")) == ("DKK", 50, None)

    def test_employees_count_in_whatever_unit(self):
        assert read(RESULT + fact("AverageNumberOfEmployees", 7, unit="u")).value("employees") == 7

    def test_employees_scaled_a_thousand_times_are_kept_and_flagged(self):
        body = (
            RESULT + fact("AverageNumberOfEmployees", 565000, unit="n") + fact("EmployeeBenefitsExpense", 240_000_000)
        )
        accounts = read(body)
        assert accounts.value("employees") == 565000
        assert Doubt(DoubtKind.IMPLAUSIBLE, ("employees",), (Decimal(565000),)) in doubts_about(accounts)
        right = replace(accounts, figures=accounts.figures | {"employees": Figure(Decimal(565))})
        assert DoubtKind.IMPLAUSIBLE not in doubts(right)

    def test_a_balance_that_does_not_balance_is_flagged(self):
        body = RESULT + fact("Assets", 500, DAY) + fact("LiabilitiesAndEquity", 499, DAY)
        assert Doubt(
            DoubtKind.UNBALANCED, ("assets", "equityAndLiabilities"), (Decimal(500), Decimal(499))
        ) in doubts_about(read(body))
