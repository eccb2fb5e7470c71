"""Numbers, days and shares as Danes write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from reporting.contents import formats
from tests.reporting import makers


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal(1_234_567), "1.234.567"),
        (Decimal(-1_234_567), "−1.234.567"),
        (Decimal("0.5"), "1"),
        (Decimal("-0.4"), "0"),
        (0, "0"),
        (None, "–"),
    ],
)
def test_it_groups_thousands_by_points(value: Decimal | int | None, expected: str):
    assert formats.number(value) == expected


def test_it_writes_money_with_its_currency_and_oere_only_where_there_are_any():
    assert formats.money(Decimal(500_000), "DKK") == "500.000\u00a0DKK"
    assert formats.money(Decimal("80000.50"), "EUR") == "80.000,50\u00a0EUR"
    assert formats.money(None, "DKK") == "–"


def test_it_writes_shares_with_a_comma():
    assert formats.percent(Decimal("0.3249")) == "32,5\u00a0%"
    assert formats.exact_percent(Decimal("0.2637")) == "26,37\u00a0%"
    assert formats.exact_percent(Decimal("0.5")) == "50\u00a0%"
    assert formats.exact_percent(Decimal("0.1")) == "10\u00a0%"
    assert formats.band(makers.band("25", "33.32")) == "25-33,32\u00a0%"
    assert formats.band(makers.band("100", "100")) == "100\u00a0%"
    assert formats.band(None) == "ikke oplyst"
    assert formats.bounds(Decimal("0.125"), Decimal("0.3332")) == "12,5–33,32\u00a0%"
    assert formats.bounds(Decimal(1), Decimal(1)) == "100\u00a0%"


def test_it_writes_days_and_moments_in_danish_time():
    assert formats.long_date(date(2026, 11, 22)) == "22. november 2026"
    assert formats.short_date(date(2026, 2, 3)) == "03-02-2026"
    assert formats.short_date(None) == "–"
    assert formats.long_moment(datetime(2026, 7, 31, 22, 30, tzinfo=UTC)) == "1. august 2026 kl. 00.30"
    assert formats.local_date(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("text", "expected"), [("--12-31", "31. december"), ("--02-28", "28. februar"), ("", "–"), ("--13-01", "--13-01")]
)
def test_it_reads_the_registers_day_of_a_month(text: str, expected: str):
    assert formats.month_day(text) == expected


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2025, 12, 31), 6, date(2026, 6, 30)),
        (date(2025, 6, 30), 6, date(2025, 12, 31)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 9, 15), 4, date(2026, 1, 15)),
    ],
)
def test_it_counts_months_from_month_end_to_month_end(day: date, months: int, expected: date):
    assert formats.months_after(day, months) == expected


def test_it_names_the_first_of_many():
    assert formats.enumeration(["A"]) == "A"
    assert formats.enumeration(["A", "B", "C"]) == "A, B og C"
    assert formats.enumeration(["A", "B", "C", "D"]) == "A, B, C og D"
    assert formats.enumeration(["A", "B", "C", "D", "E"]) == "A, B, C og 2 andre"
