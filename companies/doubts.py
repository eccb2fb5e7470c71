"""What in a filing's figures cannot be taken at face value. The figures stay as they are, and the doubt is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from companies.figures import Accounts
from companies.ratios import is_whole_year

# A full-time employee costs at least this a year, whatever the trade: a tenth of the lowest wage by collective
# agreement in Denmark. Below it the number of employees is scaled wrongly (565000 for 565) far more likely than the
# cost is.
LEAST_COST_DKK, LEAST_COST_OTHER = Decimal(10_000), Decimal(1_000)
# Few employees may work next to nothing, so that a small cost says nothing about their number.
FEW = 100
# Erhvervsstyrelsen takes no accounts in which a side of the balance is below nought.
NEVER_NEGATIVE = frozenset({"assets", "equityAndLiabilities", "employees"})


class DoubtKind(StrEnum):
    """Why a figure is doubtful."""

    CONTRADICTION = "contradiction"  # the filing gives several values of it
    UNBALANCED = "unbalanced"  # assets are not equity and liabilities
    IMPLAUSIBLE = "implausible"  # it does not go with another figure
    NEGATIVE = "negative"  # a total that cannot be below nought
    NOT_TWELVE_MONTHS = "notTwelveMonths"  # the period: its figures do not compare with other years'
    GROUP_ONLY = "groupOnly"  # the figures are the group's: the filing has none of the company's own


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


def is_employees_plausible(accounts: Accounts) -> bool:
    """Whether the staff cost is enough for the average number of employees; true where either is not known.

    The sign of the cost does not matter, as filers disagree on it. No cost at all says nothing: staff may be paid
    elsewhere.
    """
    employees, cost = accounts.value("employees"), accounts.value("staffCost")
    if employees is None or employees <= FEW or not cost:
        return True
    days = (accounts.end_date - accounts.start_date).days + 1
    least = LEAST_COST_DKK if accounts.currency == "DKK" else LEAST_COST_OTHER
    return abs(cost) / employees >= least * days / 365
