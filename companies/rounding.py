"""To what the amounts of a filing are rounded, as its figures show."""

from __future__ import annotations

from decimal import Decimal

from companies.figures import Accounts

# Amounts that are not in the accounts' currency.
COUNTS = frozenset({"employees"})
UNITS = (Decimal(1_000_000), Decimal(1_000))
# Fewer amounts than these happen to be round.
ENOUGH = 3


def rounding_unit(accounts: Accounts) -> Decimal:
    """A million, a thousand or one: what every amount of the company's own is a multiple of.

    One where there are too few amounts to tell.
    """
    amounts = [
        value
        for name, figure in accounts.figures.items()
        if name not in COUNTS
        for value in (figure.conflict or (figure.value,))
        if value
    ]
    if len(amounts) < ENOUGH:
        return Decimal(1)
    return next((unit for unit in UNITS if all(amount % unit == 0 for amount in amounts)), Decimal(1))


def are_equal_but_for_rounding(first: Decimal, second: Decimal, *, unit: Decimal, parts: int = 1) -> bool:
    """Whether two amounts are the same when each of `parts` numbers that make them up may be rounded to `unit`."""
    return abs(first - second) <= unit * parts
