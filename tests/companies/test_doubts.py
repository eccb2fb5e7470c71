"""What in a filing's figures is doubted, and what is not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from companies.doubts import NEVER_NEGATIVE, Doubt, DoubtKind, doubts_about
from tests.companies.accounts_makers import Given, accounts


def test_it_doubts_nothing_that_goes_together():
    sound: dict[str, Given] = {"assets": 500, "equityAndLiabilities": 500, "employees": 485, "staffCost": 240_000_000}
    assert doubts_about(accounts(values=sound)) == ()


def test_it_tells_of_every_contradiction():
    assert doubts_about(accounts(result=(588224, -588223), employees=(0, 485))) == (
        Doubt(DoubtKind.CONTRADICTION, ("result",), (Decimal(588224), Decimal(-588223))),
        Doubt(DoubtKind.CONTRADICTION, ("employees",), (Decimal(0), Decimal(485))),
    )


def test_it_tells_of_sides_that_differ_by_a_crown():
    assert doubts_about(accounts(assets=500, equityAndLiabilities=499)) == (
        Doubt(DoubtKind.UNBALANCED, ("assets", "equityAndLiabilities"), (Decimal(500), Decimal(499))),
    )


def test_it_compares_no_contradictory_side():
    assert [doubt.kind for doubt in doubts_about(accounts(assets=500, equityAndLiabilities=(499, 500)))] == [
        DoubtKind.CONTRADICTION
    ]


def test_it_tells_of_totals_below_nought():
    assert doubts_about(accounts(assets=-1, equity=-1)) == (Doubt(DoubtKind.NEGATIVE, ("assets",), (Decimal(-1),)),)


@pytest.mark.parametrize(
    ("employees", "cost", "currency", "is_doubted"),
    [
        (565_000, 240_000_000, "DKK", True),
        (565_000, -240_000_000, "DKK", True),
        (565, 240_000_000, "DKK", False),
        (565_000, 32_000_000, "EUR", True),
        (565, 32_000_000, "EUR", False),
        # A holding company whose manager takes next to nothing.
        (1, 500, "DKK", False),
        (100, 500, "DKK", False),
        # Paid elsewhere.
        (5000, 0, "DKK", False),
    ],
)
def test_it_holds_employees_against_their_cost(employees: int, cost: int, currency: str, is_doubted: bool):
    found = doubts_about(accounts(changes={"currency": currency}, employees=employees, staffCost=cost))
    assert found == ((Doubt(DoubtKind.IMPLAUSIBLE, ("employees",), (Decimal(employees),)),) if is_doubted else ())


def test_it_expects_less_cost_of_a_short_period():
    month = {"start_date": date(2024, 12, 1), "end_date": date(2024, 12, 31)}
    assert [doubt.kind for doubt in doubts_about(accounts(changes=month, employees=500, staffCost=600_000))] == [
        DoubtKind.NOT_TWELVE_MONTHS
    ]


def test_it_says_that_figures_are_the_groups():
    assert doubts_about(accounts(changes={"is_group": True}, result=1)) == (Doubt(DoubtKind.GROUP_ONLY),)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"assets": 900, "noncurrentAssets": 400, "currentAssets": 500}, ()),
        # Each of two parts may be rounded.
        ({"assets": 902, "noncurrentAssets": 400, "currentAssets": 500}, ()),
        ({"assets": 903, "noncurrentAssets": 400, "currentAssets": 500}, (903, 900)),
        ({"assets": 880, "noncurrentAssets": 400, "currentAssets": 500}, (880, 900)),
        # What is not told may be the difference, unless the parts are already too much.
        ({"assets": 900, "noncurrentAssets": 400}, ()),
        ({"assets": 300, "noncurrentAssets": 400}, (300, 400)),
        ({"currentAssets": 500, "inventories": 100, "shortTermReceivables": 200, "cash": 50}, ()),
        ({"currentAssets": 500, "inventories": 300, "shortTermReceivables": 200, "cash": 50}, (500, 550)),
        # A contradictory part says nothing.
        ({"assets": 300, "noncurrentAssets": (400, 500)}, ()),
    ],
)
def test_it_adds_up_the_parts_of_a_total(values: dict[str, Given], expected: tuple[int, ...]):
    found = [one for one in doubts_about(accounts(values=values)) if one.kind is not DoubtKind.CONTRADICTION]
    assert [(one.kind, one.values) for one in found] == (
        [(DoubtKind.PARTS, tuple(map(Decimal, expected)))] if expected else []
    )


def test_it_adds_up_what_the_assets_are_paid_with():
    sides: dict[str, Given] = {
        "equity": -200,
        "provisions": 100,
        "longTermLiabilities": 300,
        "shortTermLiabilities": 700,
        "equityAndLiabilities": 900,
    }
    assert doubts_about(accounts(values=sides)) == ()
    (doubt,) = doubts_about(accounts(values=sides | {"equityAndLiabilities": 1300}))
    assert doubt == Doubt(
        DoubtKind.PARTS,
        ("equityAndLiabilities", "equity", "provisions", "longTermLiabilities", "shortTermLiabilities"),
        (Decimal(1300), Decimal(900)),
    )


def test_it_allows_thousands_to_be_rounded():
    rounded: dict[str, Given] = {"assets": 902_000, "noncurrentAssets": 400_000, "currentAssets": 500_000}
    assert doubts_about(accounts(values=rounded)) == ()


@pytest.mark.parametrize(
    ("before", "tax", "result", "is_doubted"),
    [
        (100, 22, 78, False),
        # The tax may be filed as a cost, as a negative cost, as an income.
        (100, -22, 78, False),
        (-100, -22, -78, False),
        (100, 22, 80, False),
        (100, 22, 81, True),
        (100, 22, -78, True),
        (-592_277, 0, 592_277, True),
    ],
)
def test_it_takes_the_tax_from_the_result(before: int, tax: int, result: int, is_doubted: bool):
    found = doubts_about(accounts(resultBeforeTax=before, tax=tax, result=result))
    values = (Decimal(result), Decimal(before), Decimal(tax))
    assert found == ((Doubt(DoubtKind.TAX, ("result", "resultBeforeTax", "tax"), values),) if is_doubted else ())


@pytest.mark.parametrize("name", sorted(NEVER_NEGATIVE))
def test_it_expects_no_asset_or_debt_below_nought(name: str):
    assert Doubt(DoubtKind.NEGATIVE, (name,), (Decimal(-1),)) in doubts_about(accounts(values={name: -1}))


def test_it_doubts_employees_that_cost_more_than_anybody_does():
    assert doubts_about(accounts(employees=2, staffCost=20_200_000)) == (
        Doubt(DoubtKind.IMPLAUSIBLE, ("employees",), (Decimal(2),)),
    )
    assert doubts_about(accounts(employees=2, staffCost=20_000_000)) == ()
    assert doubts_about(accounts(employees=0, staffCost=20_200_000)) == ()
