"""Each rule on earnings gives exactly one sentence, or none; amounts as prose has them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reporting.contents import story_balance, story_earnings, story_scope
from reporting.contents.story import prose_amount
from tests.reporting.pdf_text import plain
from tests.reporting.story_makers import story, told, two, year


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal(0), "0 DKK"),
        (Decimal("684220.6"), "684.221 DKK"),
        (Decimal(-999_999), "−999.999 DKK"),
        (Decimal(1_000_000), "1,0 mio. DKK"),
        (Decimal(-84_310_552), "−84,3 mio. DKK"),
        (Decimal(9_999_000_000), "9.999,0 mio. DKK"),
        (Decimal(12_345_678_901), "12,3 mia. DKK"),
        (Decimal(123_456_789_012_345), "123.456,8 mia. DKK"),
    ],
)
def test_it_writes_amounts_as_prose_has_them(value: Decimal, expected: str):
    assert plain(prose_amount(value, "DKK")) == expected


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (84_310_552, 77_900_000, "Nettoomsætningen steg med 8,2 % fra 77,9 mio. DKK til 84,3 mio. DKK."),
        (500, 1000, "Nettoomsætningen faldt med 50,0 % fra 1.000 DKK til 500 DKK."),
        (1009, 1000, "Nettoomsætningen var næsten uændret: 1.009 DKK mod 1.000 DKK året før."),
        (1010, 1000, "Nettoomsætningen steg med 1,0 % fra 1.000 DKK til 1.010 DKK."),
        (1000, 0, "Nettoomsætningen var 1.000 DKK mod 0 DKK året før."),
        (0, 0, "Nettoomsætningen var 0 DKK, som året før."),
    ],
)
def test_it_tells_turnover(now: int, before: int, expected: str):
    assert told(story_earnings.turnover, two("revenue", now, before)) == expected


def test_it_tells_gross_profit_where_there_is_no_revenue():
    assert told(story_earnings.turnover, two("grossProfit", -500, -1000)) == (
        "Bruttofortjenesten var −500 DKK mod −1.000 DKK året før."
    )
    assert told(story_earnings.turnover, story(year())) == ""


def test_it_compares_no_turnover_of_periods_that_are_not_twelve_months():
    short = year(2024, {"revenue": 400}, start_date=date(2024, 7, 1))
    assert told(story_earnings.turnover, story(year(2025, {"revenue": 900}), short)) == "Nettoomsætningen var 900 DKK."
    assert told(story_earnings.result, story(year(2025, {"result": 90}), short)) == (
        "Årets resultat efter skat blev et overskud på 90 DKK."
    )


def test_it_takes_the_year_before_from_the_filings_own_comparatives():
    alone = year(
        2025,
        {"revenue": 1100, "equity": 300, "assets": 1000},
        comparative_start_date=date(2024, 1, 1),
        comparative_end_date=date(2024, 12, 31),
        comparative_figures=year(2024, {"revenue": 1000, "equity": 200, "assets": 1000}).figures,
    )
    assert told(story_earnings.turnover, story(alone)) == (
        "Nettoomsætningen steg med 10,0 % fra 1.000 DKK til 1.100 DKK."
    )
    assert told(story_balance.equity, story(alone)) == (
        "Egenkapitalen er 300 DKK mod 200 DKK året før; soliditetsgraden er 30,0 % mod 20,0 %."
    )
    assert told(story_scope.only_year, story(alone)) == (
        "Der er kun én årsrapport; året før er dens egne sammenligningstal."
    )
    earlier = replace(alone, comparative_end_date=date(2023, 12, 31))
    assert told(story_earnings.turnover, story(earlier)) == "Nettoomsætningen var 1.100 DKK."


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (5, 3, "Årets resultat efter skat blev et overskud på 5 DKK mod et overskud på 3 DKK året før."),
        (-5, 3, "Årets resultat efter skat blev et underskud på 5 DKK mod et overskud på 3 DKK året før."),
        (5, -3, "Årets resultat efter skat blev et overskud på 5 DKK mod et underskud på 3 DKK året før."),
        (0, -3, "Årets resultat efter skat blev nul mod et underskud på 3 DKK året før."),
    ],
)
def test_it_tells_the_result(now: int, before: int, expected: str):
    assert told(story_earnings.result, two("result", now, before)) == expected


def test_it_tells_no_result_that_is_missing_or_contradictory():
    assert told(story_earnings.result, story(year())) == ""
    assert told(story_earnings.result, story(year(2025, {"result": (5, -5)}))) == ""


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ((1, -1, 1), ""),
        ((-1, 1, -1), "2 af 3 regnskabsår gav underskud."),
        ((-1, -1), "Alle 2 regnskabsår gav underskud."),
        ((-1, None, -1), "Alle 2 regnskabsår, hvis resultat er kendt, gav underskud."),
        ((-1,), ""),
        ((None, None), ""),
    ],
)
def test_it_counts_losses_from_two_on(results: tuple[int | None, ...], expected: str):
    years = (year(2025 - place, {} if value is None else {"result": value}) for place, value in enumerate(results))
    assert told(story_earnings.losses, story(*years)) == expected


@pytest.mark.parametrize(
    ("ebit", "expenses", "expected"),
    [
        (200, 100, ""),
        (
            199,
            -100,
            "Resultatet af den primære drift på 199 DKK dækker kun de finansielle omkostninger på 100 DKK 2,0 gange.",
        ),
        (
            99,
            100,
            "Resultatet af den primære drift på 99 DKK dækker ikke de finansielle omkostninger på 100 DKK.",
        ),
        (-99, 100, "Den primære drift gav et underskud på 99 DKK før finansielle poster."),
        (99, 0, ""),
    ],
)
def test_it_tells_interest_that_is_hardly_covered(ebit: int, expenses: int, expected: str):
    assert told(story_earnings.interest, story(year(2025, {"ebit": ebit, "financeExpenses": expenses}))) == expected
