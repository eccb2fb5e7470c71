"""Each year against the one before."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from reporting.contents.blocks import Notice
from reporting.contents.growth import change_of, growth_section
from tests.reporting.story_makers import Values, year
from tests.reporting.tables import lines, table_of, tables, titles


def test_it_gives_the_change_in_amount_and_percent():
    years = (
        year(2025, {"revenue": 1_100, "result": -20, "assets": 900, "equity": 0}),
        year(2024, {"revenue": 1_000, "result": 30, "assets": 900, "equity": -50}),
        year(2023, {"revenue": 0, "result": -10, "assets": 1_000, "equity": 5}),
    )
    table = table_of(growth_section(years), "Ændring fra året før")

    assert [group.title for group in table.groups] == ["", "31-12-2025", "31-12-2024"]
    assert titles(table) == ["DKK", "%", "DKK", "%"]
    assert lines(table) == {
        # From nothing, and from a loss, there is no percentage.
        "Nettoomsætning": ["+100", "+10,0", "+1.000", "–"],
        "Årets resultat": ["−50", "−166,7", "+40", "–"],
        "Aktiver i alt": ["0", "0,0", "−100", "−10,0"],
        "Egenkapital": ["+50", "–", "−55", "−1.100,0"],
    }


def test_it_compares_a_flow_only_between_periods_of_twelve_months():
    values: Values = {"revenue": 100, "assets": 50}
    short = year(2024, values, start_date=date(2024, 7, 1))
    whole = year(2025, {"revenue": 300, "assets": 75})

    assert change_of("revenue", whole, short) is None
    change = change_of("assets", whole, short)
    assert change is not None
    assert (change.amount, change.share) == (Decimal(25), Decimal("0.5"))


def test_it_compares_nothing_over_gaps_and_currencies():
    values: Values = {"assets": 50}
    for years in ((year(2025, values), year(2023, values)), (year(2025, values, currency="EUR"), year(2024, values))):
        (notice,) = growth_section(years).blocks
        assert isinstance(notice, Notice)
        assert notice.text == "Der er ingen to år efter hinanden, som kan sammenlignes."


def test_it_shows_only_the_years_that_compare():
    values: Values = {"assets": 50}
    years = (year(2025, values), year(2023, values), year(2022, values))
    table = table_of(growth_section(years), "Ændring")
    assert [group.title for group in table.groups] == ["", "31-12-2023"]


def test_it_indexes_three_years_or_more_on_the_oldest():
    years = tuple(
        year(2025 - place, {"revenue": revenue, "assets": 10, "equity": -1})
        for place, revenue in enumerate((150, 125, 100, 999))
    )
    table = table_of(growth_section(years[:3]), "Indeks")
    assert table.title == "Indeks (31-12-2023 = 100)"
    # What was not above nought at first has no index.
    assert lines(table) == {"Nettoomsætning": ["150", "125", "100"], "Aktiver i alt": ["100", "100", "100"]}
    assert len(tables(growth_section(years[:2]))) == 1


def test_it_begins_the_index_behind_the_newest_gap():
    years = tuple(year(number, {"assets": number}) for number in (2025, 2024, 2023, 2021, 2020))
    assert titles(table_of(growth_section(years), "Indeks")) == ["31-12-2025", "31-12-2024", "31-12-2023"]


@pytest.mark.parametrize("start", [date(2025, 7, 1), date(2024, 7, 1)])
def test_it_has_no_index_that_begins_with_a_period_of_other_length(start: date):
    years = (year(2025, {"assets": 3}, start_date=start), year(2024, {"assets": 2}), year(2023, {"assets": 1}))
    assert all(not table.title.startswith("Indeks") for table in tables(growth_section(years)))


def test_it_indexes_no_implausible_number_of_employees():
    cost = 60_000_000
    years = tuple(
        year(2025 - place, {"employees": employees, "staffCost": cost, "assets": 1})
        for place, employees in enumerate((110_000, 121, 110))
    )
    assert lines(table_of(growth_section(years), "Indeks"))["Antal ansatte"] == ["–", "110", "100"]
