"""The ratios of annual accounts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reporting.contents import ratios
from reporting.contents.ratios import RATIOS_BY_NAME
from tests.reporting import makers

ACCOUNTS = makers.accounts(2025)
SIMPLE = {"equity": 300, "assets": 1200, "currentAssets": 500, "shortTermLiabilities": 400, "ebit": 90, "revenue": 1800}


def simple(**changes: int):
    accounts = replace(ACCOUNTS, figures={})
    for name, value in (SIMPLE | changes).items():
        accounts = makers.with_figure(accounts, name, value)
    return accounts


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("solvency", Decimal("0.25")),
        ("liquidity", Decimal("1.25")),
        ("returnOnAssets", Decimal("0.075")),
        ("profitMargin", Decimal("0.05")),
    ],
)
def test_it_divides_as_defined(name: str, expected: Decimal):
    assert RATIOS_BY_NAME[name].compute(simple(), None) == expected


def test_it_takes_the_average_of_opening_and_closing_equity():
    previous = makers.with_figure(makers.accounts(2024), "equity", 100)

    assert ratios.return_on_equity(simple(result=50), previous) == Decimal("0.25")


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("solvency", "equity"),
        ("solvency", "assets"),
        ("liquidity", "currentAssets"),
        ("liquidity", "shortTermLiabilities"),
        ("returnOnAssets", "ebit"),
        ("returnOnAssets", "assets"),
        ("profitMargin", "ebit"),
        ("profitMargin", "revenue"),
    ],
)
@pytest.mark.parametrize("values", [(), (1, 2)], ids=["missing", "contradictory"])
def test_it_is_unknown_where_a_figure_is_missing_or_contradictory(name: str, figure: str, values: tuple[int, ...]):
    assert RATIOS_BY_NAME[name].compute(makers.with_figure(simple(), figure, *values), None) is None


@pytest.mark.parametrize(
    ("name", "figure"),
    [("solvency", "assets"), ("liquidity", "shortTermLiabilities"), ("profitMargin", "revenue")],
)
@pytest.mark.parametrize("value", [0, -5])
def test_it_is_unknown_over_a_denominator_that_is_not_positive(name: str, figure: str, value: int):
    assert RATIOS_BY_NAME[name].compute(simple(**{figure: value}), None) is None


@pytest.mark.parametrize(("opening", "closing"), [(-1, 300), (100, -1), (0, 300)])
def test_it_gives_no_return_on_equity_that_is_not_positive(opening: int, closing: int):
    previous = makers.with_figure(makers.accounts(2024), "equity", opening)

    assert ratios.return_on_equity(simple(result=50, equity=closing), previous) is None


def test_it_gives_no_return_on_equity_without_the_year_before():
    assert ratios.return_on_equity(simple(result=50), None) is None
    assert ratios.return_on_equity(simple(result=50), makers.accounts(2023)) is None
    assert ratios.return_on_equity(simple(result=50), makers.accounts(2024, currency="EUR")) is None


def test_it_never_takes_gross_profit_for_revenue():
    accounts = makers.with_figure(simple(grossProfit=700), "revenue")

    assert ratios.profit_margin(accounts) is None


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2025, 1, 1), date(2025, 12, 31), True),
        (date(2024, 7, 1), date(2025, 6, 30), True),
        (date(2024, 3, 1), date(2025, 2, 28), True),
        (date(2023, 3, 1), date(2024, 2, 29), True),
        (date(2025, 1, 1), date(2025, 6, 30), False),
        (date(2024, 7, 1), date(2025, 12, 31), False),
        (date(2024, 12, 30), date(2025, 12, 31), False),
    ],
)
def test_it_knows_a_period_of_twelve_months(start: date, end: date, expected: bool):
    assert ratios.is_whole_year(replace(ACCOUNTS, start_date=start, end_date=end)) is expected
