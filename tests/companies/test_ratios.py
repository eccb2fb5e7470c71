"""The ratios of annual accounts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from companies.ratios import RATIOS, RATIOS_BY_NAME, is_whole_year, opening_equity, previous_year
from tests.companies.accounts_makers import Given, accounts, figures

SIMPLE: dict[str, Given] = {
    "equity": 300,
    "assets": 1200,
    "currentAssets": 500,
    "shortTermLiabilities": 400,
    "ebit": 90,
    "revenue": 1800,
    "result": 50,
}


def simple(changes: dict[str, Any] | None = None, values: Mapping[str, Given] | None = None):
    return accounts(changes=changes, values=SIMPLE | dict(values or {}))


def without(name: str):
    return accounts(values={key: value for key, value in SIMPLE.items() if key != name})


def compute(name: str, given, previous=None) -> Decimal | None:
    return RATIOS_BY_NAME[name].compute(given, previous)


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
    assert compute(name, simple()) == expected


def test_it_takes_the_average_of_opening_and_closing_equity():
    assert compute("returnOnEquity", simple(), accounts(2023, equity=100)) == Decimal("0.25")


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("solvency", "equity"),
        ("solvency", "assets"),
        ("liquidity", "currentAssets"),
        ("liquidity", "shortTermLiabilities"),
        ("returnOnAssets", "ebit"),
        ("returnOnAssets", "assets"),
        ("returnOnEquity", "equity"),
        ("returnOnEquity", "result"),
        ("profitMargin", "ebit"),
        ("profitMargin", "revenue"),
    ],
)
def test_it_is_unknown_where_a_figure_is_missing_or_contradictory(name: str, figure: str):
    previous = accounts(2023, equity=100)
    assert compute(name, simple(), previous) is not None
    assert compute(name, without(figure), previous) is None
    assert compute(name, simple(values={figure: (1, 2)}), previous) is None


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("solvency", "assets"),
        ("liquidity", "shortTermLiabilities"),
        ("returnOnAssets", "assets"),
        ("profitMargin", "revenue"),
    ],
)
@pytest.mark.parametrize("value", [0, -5])
def test_it_is_unknown_over_a_denominator_that_is_not_positive(name: str, figure: str, value: int):
    assert compute(name, simple(values={figure: value})) is None


@pytest.mark.parametrize(("opening", "closing"), [(-1, 300), (100, -1), (0, 300), (-100, 300)])
def test_it_gives_no_return_on_equity_that_is_not_positive(opening: int, closing: int):
    assert compute("returnOnEquity", simple(values={"equity": closing}), accounts(2023, equity=opening)) is None


def test_it_gives_no_return_on_equity_without_the_year_before():
    assert compute("returnOnEquity", simple()) is None
    assert compute("returnOnEquity", simple(), accounts(2022, equity=100)) is None
    assert compute("returnOnEquity", simple(), accounts(2023, equity=100, changes={"currency": "EUR"})) is None
    assert compute("returnOnEquity", simple(), accounts(2023, equity=100, changes={"is_group": True})) is None


def test_it_takes_opening_equity_from_the_filings_own_comparatives_where_no_year_before_is_on_file():
    compared = {"comparative_end_date": date(2023, 12, 31), "comparative_figures": figures(equity=100)}
    assert opening_equity(simple(compared)) == 100
    assert opening_equity(simple(compared), accounts(2022, equity=7)) == 100
    # What is printed in the column of the year before is what is computed with.
    assert opening_equity(simple(compared), accounts(2023, equity=80)) == 80
    assert opening_equity(simple(compared), accounts(2023, equity=(80, 90))) is None
    assert opening_equity(simple(compared | {"comparative_end_date": date(2023, 6, 30)})) is None
    assert opening_equity(simple(compared | {"comparative_figures": figures(equity=(1, 2))})) is None


def test_it_never_takes_gross_profit_for_revenue():
    assert compute("profitMargin", accounts(ebit=90, grossProfit=700)) is None


def test_it_computes_negative_ratios():
    assert compute("returnOnAssets", simple(values={"ebit": -90})) == Decimal("-0.075")
    assert compute("solvency", simple(values={"equity": -300})) == Decimal("-0.25")


def test_each_has_labels_and_definitions_of_its_own_in_both_languages():
    for part in ("name", "label", "label_english", "definition", "definition_english"):
        assert len({getattr(ratio, part) for ratio in RATIOS}) == len(RATIOS) == 7


def test_it_finds_the_year_before_among_others():
    years = [accounts(2024), accounts(2022), accounts(2023)]
    assert previous_year(years, years[0]) is years[2]
    assert previous_year(years[:2], years[0]) is None


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
    assert is_whole_year(accounts(changes={"start_date": start, "end_date": end})) is expected


@pytest.mark.parametrize("expenses", [40, -40])
def test_it_covers_interest_by_expenses_of_either_sign(expenses: int):
    assert compute("interestCover", simple(values={"financeExpenses": expenses})) == Decimal("2.25")
    assert compute("interestCover", simple(values={"ebit": -90, "financeExpenses": expenses})) == Decimal("-2.25")


def test_it_has_no_interest_cover_without_expenses():
    assert compute("interestCover", simple()) is None
    assert compute("interestCover", simple(values={"financeExpenses": 0})) is None


def test_it_gives_a_gross_margin_only_of_revenue():
    assert compute("grossMargin", simple(values={"grossProfit": 720})) == Decimal("0.4")
    assert compute("grossMargin", accounts(grossProfit=720)) is None
