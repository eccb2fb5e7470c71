"""Income statement and balance over the years, in the right unit, and in percent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from companies.figures import FIGURE_NAMES, Accounts, Figure
from lasso.language import Language, speaking
from reporting.contents.statements import (
    BALANCE,
    INCOME,
    LABELS,
    balance_shares_table,
    income_shares_table,
    main_figures_table,
    statement_table,
)
from reporting.contents.years import unit_of, year_columns, year_labels
from tests.reporting import makers
from tests.reporting.story_makers import Values, year
from tests.reporting.tables import lines, titles

ROUND: Values = {"assets": 39_610_000, "equity": 18_371_000, "result": -4_935_000}


def test_it_has_a_line_for_every_figure_that_is_read():
    assert set(LABELS) == set(FIGURE_NAMES)


def test_it_prints_each_figure_as_filed_newest_first():
    table = statement_table((makers.accounts(2025), makers.accounts(2024, scale="0.5")), INCOME)

    assert table.title == "Beløb i hele DKK"
    assert titles(table) == ["31-12-2025", "31-12-2024"]
    assert lines(table) == {
        "Nettoomsætning": ["84.310.552", "42.155.276"],
        "Bruttofortjeneste": ["31.204.117", "15.602.058"],
        "Personaleomkostninger": ["−22.418.009", "−11.209.004"],
        "Af- og nedskrivninger": ["−1.876.400", "−938.200"],
        "Resultat af primær drift (EBIT)": ["6.909.708", "3.454.854"],
        "Finansielle indtægter": ["112.034", "56.017"],
        "Finansielle omkostninger": ["−684.221", "−342.110"],
        "Resultat før skat": ["6.337.521", "3.168.760"],
        "Skat af årets resultat": ["−1.401.880", "−700.940"],
        "Årets resultat": ["4.935.641", "2.467.820"],
        "Foreslået udbytte": ["2.000.000", "1.000.000"],
    }


def test_it_leaves_out_a_line_that_no_year_has_and_dashes_one_that_a_year_lacks():
    years = (year(2025, {"assets": 5}), year(2024, {"assets": 4, "equity": 3}))
    assert lines(statement_table(years, BALANCE)) == {
        "Aktiver": ["", ""],
        "Aktiver i alt": ["5", "4"],
        "Passiver": ["", ""],
        "Egenkapital": ["–", "3"],
    }


def test_it_shows_every_value_of_a_contradictory_figure_and_says_so():
    table = statement_table((year(2025, {"result": (588_224, -588_223), "employees": (0, 485)}),), INCOME)
    assert lines(table) == {"Årets resultat": ["≠ 588.224 / −588.223"]}
    assert table.note == "≠: årsrapporten oplyser flere værdier for samme tal; de står alle under tegnet."


@pytest.mark.parametrize(
    ("text", "expected"), [("0.5", "0,5"), ("0.25", "0,25"), ("0.333", "0,33"), ("41", "41"), ("1200.0", "1.200")]
)
def test_it_gives_employees_the_decimals_they_have(text: str, expected: str):
    given = replace(year(), figures={"employees": Figure(Decimal(text))})
    assert lines(main_figures_table((given,)))["Gennemsnitligt antal ansatte"] == [expected]


@pytest.mark.parametrize(
    ("values", "unit", "text"),
    [
        # Rounded to thousands and large: nothing is lost.
        (ROUND, "Beløb i t.kr. (1.000 DKK)", "39.610"),
        # Rounded but small, and large but exact.
        ({"assets": 9_999_000, "equity": 8_000_000, "result": 1_000}, "Beløb i hele DKK", "9.999.000"),
        ({"assets": 999_999_999, "equity": 1, "result": 1}, "Beløb i hele DKK", "999.999.999"),
        # Too wide for a column.
        ({"assets": 1_000_000_499, "equity": 1, "result": 1}, "Beløb i t.kr. (1.000 DKK)", "1.000.000"),
        ({"assets": 999_999_999_499, "equity": 1, "result": 1}, "Beløb i t.kr. (1.000 DKK)", "999.999.999"),
        ({"assets": -1_000_000_000_000, "equity": 1, "result": 1}, "Beløb i mio. DKK", "−1.000.000"),
        ({"assets": 123_456_789_012_345, "equity": 1, "result": 1}, "Beløb i mio. DKK", "123.456.789"),
        ({"assets": 10**15, "equity": 1, "result": 1}, "Beløb i mia. DKK", "1.000.000"),
    ],
)
def test_it_chooses_the_unit_by_what_fits_and_what_is_lost(values: Values, unit: str, text: str):
    table = statement_table((year(2025, values),), BALANCE)
    assert table.title == unit
    assert lines(table)["Aktiver i alt"] == [text]


def test_it_keeps_whole_units_where_one_of_the_years_is_not_rounded():
    years = (year(2025, ROUND), year(2024, ROUND | {"result": 1}))
    assert unit_of(years).label == "Beløb i hele DKK"
    assert unit_of(years[:1]).label == "Beløb i t.kr. (1.000 DKK)"


def test_it_names_other_currencies_and_other_languages():
    euros = year(2025, ROUND, currency="EUR")
    assert unit_of((euros,)).label == "Beløb i 1.000 EUR"
    assert unit_of((euros, year(2024, ROUND))).label == "Beløb i 1.000 enheder af årets valuta"
    assert [column.title for column in year_columns((euros, year(2024)))][1:] == ["31-12-2025 EUR", "31-12-2024 DKK"]
    with speaking(Language.ENGLISH):
        assert lines(statement_table((euros,), BALANCE))
        assert unit_of((euros,)).text(ROUND["assets"]) == "39,610"  # type: ignore[arg-type]


def test_it_tells_short_periods_and_groups_in_the_heads_of_columns():
    short = year(2025, start_date=date(2025, 7, 1), is_group=True)
    table = statement_table((short,), INCOME)
    assert titles(table) == ["31-12-2025 koncern (6 måneder)"]
    assert table.note == (
        "Koncern: årsrapporten har ingen tal for selskabet alene. "
        "Perioden til 31-12-2025 er ikke på 12 måneder; tallene er ikke omregnet."
    )


def test_it_names_two_balance_days_of_one_year_by_their_months():
    years = (year(2025), year(2025, end_date=date(2025, 3, 31)), year(2024))
    assert list(year_labels(years)) == ["12-2025", "03-2025", "2024"]


def test_it_gives_the_balance_in_percent_of_the_assets():
    said = lines(balance_shares_table((makers.accounts(2025), year(2024, {"assets": 0, "equity": 5}))))
    assert said["Anlægsaktiver"] == ["31,3 %", "–"]
    assert said["Aktiver i alt"] == ["100,0 %", "–"]
    assert said["Egenkapital"] == ["46,4 %", "–"]
    assert said["Hensatte forpligtelser"] == ["1,5 %", "–"]
    assert said["Passiver i alt"] == ["100,0 %", "–"]


def test_it_gives_a_negative_equity_as_a_negative_share():
    assert lines(balance_shares_table((year(2025, {"assets": 400, "equity": -100}),)))["Egenkapital"] == ["−25,0 %"]


@pytest.mark.parametrize(
    ("years", "title", "label", "expected"),
    [
        (
            (makers.accounts(2025), makers.accounts(2024)),
            "I procent af nettoomsætningen",
            "Bruttofortjeneste",
            ["37,0 %", "37,0 %"],
        ),
        # Revenue in one of the years only: gross profit is the common base, and revenue has no share of it.
        (
            (makers.accounts(2025), makers.with_figure(makers.accounts(2024), "revenue")),
            "I procent af bruttofortjenesten",
            "Personaleomkostninger",
            ["−71,8 %", "−71,8 %"],
        ),
        (
            (year(2025, {"revenue": 200, "result": 10}), year(2024, {"result": 10})),
            "I procent af nettoomsætningen",
            "Årets resultat",
            ["5,0 %", "–"],
        ),
    ],
)
def test_it_gives_the_income_statement_in_percent_of_one_base(
    years: tuple[Accounts, ...], title: str, label: str, expected: list[str]
):
    table = income_shares_table(years)
    assert table is not None
    assert table.title == title
    assert lines(table)[label] == expected
    assert ("Nettoomsætning" in lines(table)) is (title == "I procent af nettoomsætningen")


@pytest.mark.parametrize("values", [{}, {"result": 5}, {"revenue": 0}, {"grossProfit": -5}])
def test_it_gives_no_percentages_of_nothing(values: Values):
    assert income_shares_table((year(2025, values),)) is None
