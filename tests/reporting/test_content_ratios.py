"""Ratios over the years, with where they have gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from companies.ratios import RATIOS_BY_NAME
from lasso.language import Language, speaking
from reporting.contents.ratios import Direction, direction, known_run, ratio_table
from tests.reporting import makers
from tests.reporting.story_makers import year
from tests.reporting.tables import lines, titles

SOLVENCY, COVER = RATIOS_BY_NAME["solvency"], RATIOS_BY_NAME["interestCover"]


def decimals(*texts: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, texts))


@pytest.mark.parametrize(
    ("oldest_first", "expected"),
    [
        (("0.30", "0.31", "0.35"), Direction.RISING),
        (("0.30", "0.30", "0.31"), Direction.RISING),
        (("0.35", "0.31", "0.30"), Direction.FALLING),
        (("0.30", "0.305", "0.309"), Direction.STEADY),
        (("0.30", "0.40", "0.30"), Direction.CHANGING),
        (("0.30", "0.29", "0.50"), Direction.CHANGING),
        (("-0.30", "-0.10", "0.00"), Direction.RISING),
        (("0.30", "0.31"), None),
        ((), None),
    ],
)
def test_it_says_where_a_ratio_has_gone(oldest_first: tuple[str, ...], expected: Direction | None):
    assert direction(SOLVENCY, decimals(*oldest_first)[::-1]) is expected


def test_it_moves_a_multiple_by_a_tenth():
    assert direction(COVER, decimals("2.09", "2.05", "2.00")) is Direction.STEADY
    assert direction(COVER, decimals("2.10", "2.05", "2.00")) is Direction.RISING


def test_it_looks_back_to_the_first_year_that_is_unknown():
    assert known_run((Decimal(3), Decimal(2), None, Decimal(1))) == (Decimal(3), Decimal(2))
    assert known_run((None, Decimal(2))) == ()


def test_it_prints_each_ratio_with_its_development():
    years = tuple(
        year(2025 - place, {"equity": equity, "assets": 1000, "ebit": 35, "financeExpenses": 10, "result": 10})
        for place, equity in enumerate((400, 300, 250))
    )
    table = ratio_table(years)
    assert titles(table) == ["31-12-2025", "31-12-2024", "31-12-2023", "Udvikling"]
    assert lines(table) == {
        "Soliditetsgrad": ["40,0 %", "30,0 %", "25,0 %", "Stigende (+15,0)"],
        "Likviditetsgrad": ["–", "–", "–", "–"],
        "Afkastningsgrad": ["3,5 %", "3,5 %", "3,5 %", "Uændret (0,0)"],
        "Egenkapitalforrentning": ["2,9 %", "3,6 %", "–", "–"],
        "Overskudsgrad": ["–", "–", "–", "–"],
        "Bruttomargin": ["–", "–", "–", "–"],
        "Rentedækning": ["3,5 gange", "3,5 gange", "3,5 gange", "Uændret (0,0)"],
    }


def test_it_has_no_development_of_two_years():
    assert titles(ratio_table((makers.accounts(2025), makers.accounts(2024)))) == ["31-12-2025", "31-12-2024"]


def test_it_names_ratios_in_english():
    with speaking(Language.ENGLISH):
        assert "Solvency ratio" in lines(ratio_table(makers.five_years()))


def test_it_takes_no_return_of_a_short_year_into_a_development():
    years = tuple(
        year(2025 - place, {"ebit": 35, "assets": 1000 - 100 * place, "equity": 400, "revenue": 100})
        for place in range(4)
    )
    moved = (*years[:2], replace(years[2], start_date=date(2023, 7, 1)), years[3])
    assert lines(ratio_table(years))["Afkastningsgrad"][-1] == "Faldende (−1,5)"
    assert lines(ratio_table(moved))["Afkastningsgrad"] == ["3,5 %", "3,9 %", "4,4 %", "5,0 %", "–"]
    assert lines(ratio_table(moved))["Soliditetsgrad"][-1] == "Faldende (−17,1)"
