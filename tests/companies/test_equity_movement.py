"""How equity came from one balance day to the next."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from companies.equity_movement import EquityMovement, equity_movement
from tests.companies.accounts_makers import accounts, figures


def movement(*amounts: int | None) -> EquityMovement:
    opening, result, dividend, other, closing = (None if one is None else Decimal(one) for one in amounts)
    assert opening is not None
    assert result is not None
    assert other is not None
    assert closing is not None
    return EquityMovement(opening, result, dividend, other, closing)


def test_it_goes_from_last_years_equity_by_result_and_proposed_dividend():
    found = equity_movement(accounts(2024, equity=1080, result=130), accounts(2023, equity=1000, dividend=50))
    assert found == movement(1000, 130, 50, 0, 1080)


def test_it_tells_the_rest_that_the_figures_do_not_explain():
    found = equity_movement(accounts(2024, equity=1500, result=-100), accounts(2023, equity=1000))
    assert found == movement(1000, -100, None, 600, 1500)


def test_it_takes_a_dividend_of_either_sign():
    found = equity_movement(accounts(2024, equity=950, result=0), accounts(2023, equity=1000, dividend=-50))
    assert found == movement(1000, 0, 50, 0, 950)


def test_it_takes_opening_equity_and_dividend_from_the_filings_own_comparatives():
    compared = {
        "comparative_end_date": date(2023, 12, 31),
        "comparative_figures": figures(equity=1000, dividend=40),
    }
    assert equity_movement(accounts(2024, changes=compared, equity=990, result=30)) == movement(1000, 30, 40, 0, 990)


@pytest.mark.parametrize("missing", ["equity", "result"])
def test_it_is_unknown_where_a_figure_is_missing_or_contradictory(missing: str):
    previous = accounts(2023, equity=1000)
    whole = {"equity": 1100, "result": 100}
    lacking = {name: value for name, value in whole.items() if name != missing}
    assert equity_movement(accounts(2024, values=whole), previous) is not None
    assert equity_movement(accounts(2024, values=lacking), previous) is None
    assert equity_movement(accounts(2024, values=whole | {missing: (1, 2)}), previous) is None


def test_it_is_unknown_over_a_gap_and_over_a_change_of_currency():
    newest = accounts(2024, equity=1100, result=100)
    assert equity_movement(newest) is None
    assert equity_movement(newest, accounts(2022, equity=1000)) is None
    assert equity_movement(newest, accounts(2023, equity=1000, changes={"currency": "EUR"})) is None
    assert equity_movement(newest, accounts(2023, equity=1000, changes={"is_group": True})) is None
