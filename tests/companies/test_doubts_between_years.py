"""What the filings of two years make doubtful in each other."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from companies.doubts import Doubt, DoubtKind
from companies.doubts_between_years import doubts_between
from companies.figures import Accounts
from tests.companies.accounts_makers import Given, accounts, figures


def newest(comparatives: dict[str, Given] | None = None, **values: Given) -> Accounts:
    compared = {"comparative_end_date": date(2023, 12, 31), "comparative_figures": figures(**(comparatives or {}))}
    return accounts(2024, changes=compared, values=values)


def test_it_doubts_nothing_without_the_year_just_before():
    turned = newest(equity=90, result=50)
    assert doubts_between(turned, None) == ()
    assert doubts_between(turned, accounts(2022, equity=140)) == ()
    assert doubts_between(turned, accounts(2023, equity=140, changes={"currency": "EUR"})) == ()


def test_it_sees_that_one_of_two_filings_is_in_thousands():
    later = newest({"assets": 39_610, "equity": 18_371_204})
    earlier = accounts(2023, assets=39_610_418, equity=18_371_204)

    assert doubts_between(later, earlier) == (
        Doubt(DoubtKind.SCALED, ("assets",), (Decimal(39_610), Decimal(39_610_418))),
    )


@pytest.mark.parametrize(
    ("filed", "restated", "is_doubted"),
    [
        (39_610_418, 39_610, True),
        (39_610, 39_610_418, True),
        (-39_610, -39_610_418, True),
        # Rounded up or down, never by a thousand.
        (39_610_418, 39_611, True),
        (39_610_418, 39_612, False),
        (39_610_418, 39_610_000, False),
        # One crown and nought say nothing.
        (0, 39_610_418, False),
        (0, 0, False),
        (1, 999, False),
    ],
)
def test_it_knows_a_thousandfold_from_a_correction(filed: int, restated: int, is_doubted: bool):
    kinds = [one.kind for one in doubts_between(newest({"assets": restated}), accounts(2023, assets=filed))]
    assert kinds == ([DoubtKind.SCALED] if is_doubted else [])


def test_it_holds_the_capital_against_the_year_before_itself():
    assert doubts_between(newest(contributedCapital=500), accounts(2023, contributedCapital=500_000)) == (
        Doubt(DoubtKind.SCALED_CAPITAL, ("contributedCapital",), (Decimal(500), Decimal(500_000))),
    )


def test_it_sees_a_result_whose_sign_is_turned():
    assert doubts_between(newest(equity=800, result=100), accounts(2023, equity=1000, dividend=100)) == (
        Doubt(DoubtKind.SIGN, ("result", "equity"), (Decimal(100), Decimal(-100))),
    )


@pytest.mark.parametrize(
    ("closing", "result"),
    [
        # Equity followed the result; new capital came in; nothing moved; a result within the rounding.
        (1100, 100),
        (1300, 100),
        (1000, 100),
        (1000, 0),
        (999, 1),
    ],
)
def test_it_takes_no_other_movement_for_a_turned_sign(closing: int, result: int):
    assert doubts_between(newest(equity=closing, result=result), accounts(2023, equity=1000)) == ()
