"""What a filing gives another value of than the filing of the year before did, and what only rounding makes differ."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from companies.figures import Accounts
from companies.restatements import Restatement, compared_figures, restatements
from companies.rounding import rounding_unit
from tests.companies.accounts_makers import Given, accounts, figures


def newer(changes: dict[str, object] | None = None, **comparatives: Given) -> Accounts:
    compared = {"comparative_end_date": date(2023, 12, 31), "comparative_figures": figures(**comparatives)}
    return accounts(2024, changes=compared | (changes or {}), equity=7)


def test_it_finds_the_figures_that_differ_in_the_order_of_the_figures():
    older = accounts(2023, equity=1000, inventories=500, assets=3000)
    found = restatements(newer(assets=2900, equity=900, inventories=500), older)

    assert found == (
        Restatement("assets", Decimal(3000), Decimal(2900)),
        Restatement("equity", Decimal(1000), Decimal(900)),
    )
    assert found[0].difference == -100


def test_it_compares_what_both_filings_give_for_certain():
    older = accounts(2023, equity=1000, cash=(1, 2), assets=3000)
    assert [one.name for one in compared_figures(newer(equity=1000, cash=1, result=5), older)] == ["equity"]


@pytest.mark.parametrize(
    "changes",
    [
        {"comparative_end_date": date(2022, 12, 31)},
        {"currency": "EUR"},
        {"is_group": True},
        {"start_date": date(2024, 2, 1)},
    ],
)
def test_it_compares_nothing_of_another_year_currency_or_scope(changes: dict[str, object]):
    assert compared_figures(newer(changes, equity=1), accounts(2023, equity=2)) == ()


def test_it_takes_no_rounding_for_a_correction():
    older = accounts(2023, equity=18_371_204, assets=39_610_418, result=4_935_641, employees=41)
    in_thousands = newer(
        {"figures": figures(equity=1000, assets=5000, result=2000)},
        equity=18_371_000,
        assets=39_610_000,
        result=4_900_000,
        employees=42,
    )

    assert rounding_unit(in_thousands) == 1000
    assert [(one.name, one.difference) for one in restatements(in_thousands, older)] == [
        ("result", Decimal(-35_641)),
        ("employees", Decimal(1)),
    ]


@pytest.mark.parametrize(
    ("values", "unit"),
    [
        ({"equity": 1000, "assets": 5000, "result": -2000}, 1000),
        ({"equity": 1_000_000, "assets": 5_000_000, "result": -2_000_000}, 1_000_000),
        ({"equity": 1000, "assets": 5001, "result": -2000}, 1),
        # Two round amounts are chance, and nought and employees say nothing.
        ({"equity": 1000, "assets": 5000, "result": 0, "employees": 7}, 1),
        ({"equity": 1000, "assets": 5000, "result": 2000, "employees": 7}, 1000),
        ({"equity": 1000, "assets": 5000, "result": (2000, 2001)}, 1),
        ({}, 1),
    ],
)
def test_it_knows_what_a_filing_is_rounded_to(values: dict[str, Given], unit: int):
    assert rounding_unit(accounts(values=values)) == unit
