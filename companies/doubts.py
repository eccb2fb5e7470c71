"""What in a filing's figures cannot be taken at face value. The figures stay as they are, and the doubt is told.

The rules come of defects that real filings have: one element twice with two values, a sign that is turned, figures a
thousand times too large, totals that are not the sum of their parts. What depends on the year before stands in
`companies.doubts_between_years`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from companies.figures import Accounts
from companies.ratios import is_whole_year
from companies.rounding import are_equal_but_for_rounding, rounding_unit

# A full-time employee costs at least this a year, whatever the trade: a tenth of the lowest wage by collective
# agreement in Denmark. Below it the number of employees is scaled wrongly (565000 for 565) far more likely than the
# cost is.
LEAST_COST_DKK, LEAST_COST_OTHER = Decimal(10_000), Decimal(1_000)
# Few employees may work next to nothing, so that a small cost says nothing about their number.
FEW = 100
# Nobody costs more than this a year on average, in any currency that accounts are filed in: one of the two is scaled
# wrongly. Below one employee on average the quotient says nothing.
LARGEST_COST = Decimal(10_000_000)
# Erhvervsstyrelsen takes no accounts in which a side of the balance is below nought; an asset or a debt below nought
# belongs on the other side.
NEVER_NEGATIVE = frozenset(
    {
        "noncurrentAssets",
        "inventories",
        "shortTermReceivables",
        "cash",
        "currentAssets",
        "assets",
        "contributedCapital",
        "provisions",
        "longTermLiabilities",
        "shortTermLiabilities",
        "equityAndLiabilities",
        "employees",
    }
)
# A total, and parts that are all of it; a filing that leaves out a part may still have it in another one.
WHOLES = (
    ("assets", ("noncurrentAssets", "currentAssets")),
    ("equityAndLiabilities", ("equity", "provisions", "longTermLiabilities", "shortTermLiabilities")),
)
# A total, and parts beside which there may be others.
LARGER_THAN_PARTS = (("currentAssets", ("inventories", "shortTermReceivables", "cash")),)


class DoubtKind(StrEnum):
    """Why a figure is doubtful."""

    CONTRADICTION = "contradiction"  # the filing gives several values of it
    UNBALANCED = "unbalanced"  # assets are not equity and liabilities
    PARTS = "parts"  # a total is not the sum of its parts; values: the total, the sum
    TAX = "tax"  # the result is not the result before tax less the tax; values: result, before tax, tax
    IMPLAUSIBLE = "implausible"  # it does not go with another figure
    NEGATIVE = "negative"  # a total that cannot be below nought
    NOT_TWELVE_MONTHS = "notTwelveMonths"  # the period: its figures do not compare with other years'
    GROUP_ONLY = "groupOnly"  # the figures are the group's: the filing has none of the company's own
    SCALED = "scaled"  # a thousand times what the next or previous filing has; values: this one's, the other's
    SCALED_CAPITAL = "scaledCapital"  # the capital is a thousand times last year's, or last year's of it
    SIGN = "sign"  # equity moved as if the result had the other sign; values: the result, the movement


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubt: its kind, the figures that it is about, and the values that raise it."""

    kind: DoubtKind
    figures: tuple[str, ...] = ()
    values: tuple[Decimal, ...] = ()


def doubts_about(accounts: Accounts) -> tuple[Doubt, ...]:
    """Every doubt about the accounts' own figures, in the order of the figures."""
    return (*_about_single_figures(accounts), *_about_the_whole(accounts))


def _about_single_figures(accounts: Accounts) -> Iterator[Doubt]:
    for name, figure in accounts.figures.items():
        if figure.conflict:
            yield Doubt(DoubtKind.CONTRADICTION, (name,), figure.conflict)
        elif name in NEVER_NEGATIVE and figure.value is not None and figure.value < 0:
            yield Doubt(DoubtKind.NEGATIVE, (name,), (figure.value,))


def _about_the_whole(accounts: Accounts) -> Iterator[Doubt]:
    if (sides := unequal_sides(accounts)) is not None:
        yield Doubt(DoubtKind.UNBALANCED, ("assets", "equityAndLiabilities"), sides)
    yield from _about_totals(accounts)
    if (doubt := _about_tax(accounts)) is not None:
        yield doubt
    if not is_employees_plausible(accounts):
        yield Doubt(DoubtKind.IMPLAUSIBLE, ("employees",), (accounts.value("employees") or Decimal(0),))
    if not is_whole_year(accounts):
        yield Doubt(DoubtKind.NOT_TWELVE_MONTHS)
    if accounts.is_group:
        yield Doubt(DoubtKind.GROUP_ONLY)


def unequal_sides(accounts: Accounts) -> tuple[Decimal, Decimal] | None:
    """Assets with equity and liabilities where the two differ; None where they are equal or one is not known."""
    assets, liabilities = accounts.value("assets"), accounts.value("equityAndLiabilities")
    if assets is None or liabilities is None or assets == liabilities:
        return None
    return assets, liabilities


def _about_totals(accounts: Accounts) -> Iterator[Doubt]:
    """Totals that are less than their parts, or more where every part is there."""
    unit = rounding_unit(accounts)
    for total_name, names in (*WHOLES, *LARGER_THAN_PARTS):
        total = accounts.value(total_name)
        parts = [value for value in map(accounts.value, names) if value is not None]
        if total is None or not parts or any(_is_contradictory(accounts, name) for name in names):
            continue
        whole = sum(parts, Decimal(0))
        must_be_equal = (total_name, names) in WHOLES and len(parts) == len(names)
        if are_equal_but_for_rounding(total, whole, unit=unit, parts=len(parts)):
            continue
        if whole > total or must_be_equal:
            yield Doubt(DoubtKind.PARTS, (total_name, *names), (total, whole))


def _about_tax(accounts: Accounts) -> Doubt | None:
    """The result is the result before tax less the tax; the sign of the tax does not matter, as filers disagree."""
    names = ("result", "resultBeforeTax", "tax")
    result, before, tax = map(accounts.value, names)
    if result is None or before is None or tax is None:
        return None
    if are_equal_but_for_rounding(abs(before - result), abs(tax), unit=rounding_unit(accounts), parts=2):
        return None
    return Doubt(DoubtKind.TAX, names, (result, before, tax))


def is_employees_plausible(accounts: Accounts) -> bool:
    """Whether the staff cost goes with the average number of employees; true where either is not known.

    The sign of the cost does not matter, as filers disagree on it. No cost at all says nothing: staff may be paid
    elsewhere.
    """
    employees, cost = accounts.value("employees"), accounts.value("staffCost")
    if employees is None or employees < 1 or not cost:
        return True
    days = (accounts.end_date - accounts.start_date).days + 1
    yearly = abs(cost) / employees * 365 / days
    if yearly > LARGEST_COST:
        return False
    return employees <= FEW or yearly >= (LEAST_COST_DKK if accounts.currency == "DKK" else LEAST_COST_OTHER)


def _is_contradictory(accounts: Accounts, name: str) -> bool:
    figure = accounts.figures.get(name)
    return figure is not None and bool(figure.conflict)
