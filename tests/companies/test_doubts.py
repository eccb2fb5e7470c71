"""What in a filing's figures is doubted, and what is not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from companies.doubts import Doubt, DoubtKind, doubts_about
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
