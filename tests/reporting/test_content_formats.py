"""Numbers, days and shares as each language writes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from lasso.language import Language, speaking
from reporting.contents import formats
from tests.reporting import makers


def in_both(write: Callable[[], str]) -> tuple[str, str]:
    """What is written in Danish and in English, with plain blanks for those that no line breaks at."""
    texts = []
    for language in Language:
        with speaking(language):
            texts.append(write().replace("\u00a0", " "))
    danish, english = texts
    return danish, english


@pytest.mark.parametrize(
    ("value", "decimals", "danish", "english"),
    [
        (Decimal(1_234_567), 0, "1.234.567", "1,234,567"),
        (Decimal(-1_234_567), 0, "−1.234.567", "−1,234,567"),
        (Decimal("1234567.45"), 1, "1.234.567,5", "1,234,567.5"),
        (Decimal("0.5"), 0, "1", "1"),
        (Decimal("-0.4"), 0, "0", "0"),
        (Decimal(10) ** 15, 2, "1.000.000.000.000.000,00", "1,000,000,000,000,000.00"),
        (0, 0, "0", "0"),
        (None, 0, "–", "–"),
    ],
)
def test_it_groups_thousands(value: Decimal | int | None, decimals: int, danish: str, english: str):
    assert in_both(lambda: formats.number(value, decimals)) == (danish, english)


@pytest.mark.parametrize(
    ("value", "currency", "danish", "english"),
    [
        (Decimal(500_000), "DKK", "500.000 DKK", "DKK 500,000"),
        (Decimal("80000.50"), "EUR", "80.000,50 EUR", "EUR 80,000.50"),
        (Decimal(-1200), "DKK", "−1.200 DKK", "DKK −1,200"),
        (None, "DKK", "–", "–"),
    ],
)
def test_it_writes_money_with_its_currency_and_oere_only_where_there_are_any(
    value: Decimal | None, currency: str, danish: str, english: str
):
    assert in_both(lambda: formats.money(value, currency)) == (danish, english)


@pytest.mark.parametrize(
    ("write", "danish", "english"),
    [
        (lambda: formats.percent(Decimal("0.3249")), "32,5 %", "32.5%"),
        (lambda: formats.percent(Decimal("-0.3249"), 0), "−32 %", "−32%"),
        (lambda: formats.percent(None), "–", "–"),
        (lambda: formats.exact_percent(Decimal("0.2637")), "26,37 %", "26.37%"),
        (lambda: formats.exact_percent(Decimal("0.5")), "50 %", "50%"),
        (lambda: formats.exact_percent(Decimal("0.1")), "10 %", "10%"),
        (lambda: formats.exact_percent(None), "–", "–"),
        (lambda: formats.band(makers.band("25", "33.32")), "25-33,32 %", "25-33.32%"),
        (lambda: formats.band(makers.band("100", "100")), "100 %", "100%"),
        (lambda: formats.band(None), "ikke oplyst", "not disclosed"),
        (lambda: formats.bounds(Decimal("0.125"), Decimal("0.3332")), "12,5–33,32 %", "12.5–33.32%"),
        (lambda: formats.bounds(Decimal(1), Decimal(1)), "100 %", "100%"),
    ],
)
def test_it_writes_shares(write: Callable[[], str], danish: str, english: str):
    assert in_both(write) == (danish, english)


@pytest.mark.parametrize(
    ("write", "danish", "english"),
    [
        (lambda: formats.long_date(date(2026, 11, 22)), "22. november 2026", "22 November 2026"),
        (lambda: formats.long_date(None), "–", "–"),
        (lambda: formats.short_date(date(2026, 9, 3)), "03-09-2026", "3 Sep 2026"),
        (lambda: formats.short_date(None), "–", "–"),
        (lambda: formats.short_month(date(2026, 9, 30)), "09-2026", "Sep 2026"),
        (
            lambda: formats.long_moment(datetime(2026, 11, 22, 6, 32, tzinfo=UTC)),
            "22. november 2026 kl. 07.32",
            "22 November 2026 at 07:32 (Danish time)",
        ),
        (
            lambda: formats.long_moment(datetime(2026, 7, 31, 22, 30, tzinfo=UTC)),
            "1. august 2026 kl. 00.30",
            "1 August 2026 at 00:30 (Danish time)",
        ),
    ],
)
def test_it_writes_days_and_moments_in_danish_time(write: Callable[[], str], danish: str, english: str):
    assert in_both(write) == (danish, english)


def test_it_takes_the_day_of_a_moment_in_danish_time():
    assert formats.local_date(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("text", "danish", "english"),
    [
        ("--12-31", "31. december", "31 December"),
        ("--02-28", "28. februar", "28 February"),
        ("", "–", "–"),
        ("--13-01", "--13-01", "--13-01"),
    ],
)
def test_it_reads_the_registers_day_of_a_month(text: str, danish: str, english: str):
    assert in_both(lambda: formats.month_day(text)) == (danish, english)


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


@pytest.mark.parametrize(
    ("words", "danish", "english"),
    [
        ([], "", ""),
        (["A"], "A", "A"),
        (["A", "B"], "A og B", "A and B"),
        (["A", "B", "C"], "A, B og C", "A, B and C"),
        (["A", "B", "C", "D"], "A, B, C og D", "A, B, C and D"),
        (["A", "B", "C", "D", "E"], "A, B, C og 2 andre", "A, B, C and 2 others"),
        (["{A}", "B"], "{A} og B", "{A} and B"),
    ],
)
def test_it_names_the_first_of_many(words: list[str], danish: str, english: str):
    assert in_both(lambda: formats.enumeration(words)) == (danish, english)


@pytest.mark.parametrize(
    ("amount", "danish", "english"),
    [
        (0, "0 afvigelser", "0 deviations"),
        (1, "1 afvigelse", "1 deviation"),
        (1200, "1.200 afvigelser", "1,200 deviations"),
    ],
)
def test_it_counts_with_the_right_form_of_the_word(amount: int, danish: str, english: str):
    assert in_both(lambda: formats.count(amount, "afvigelse", "afvigelser")) == (danish, english)
