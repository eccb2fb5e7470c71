"""The comparative figures of a filing against what was filed for that year: what was restated."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from companies.figures import FIGURE_NAMES, Accounts
from companies.ratios import follows
from companies.rounding import rounding_unit


@dataclass(frozen=True, slots=True)
class Restatement:
    """A figure of one year: as its own filing had it and as the next filing has it for comparison."""

    name: str
    filed: Decimal
    restated: Decimal

    @property
    def difference(self) -> Decimal:
        """How much more the next filing says."""
        return self.restated - self.filed


def compared_figures(newer: Accounts, older: Accounts) -> tuple[Restatement, ...]:
    """Every figure that both filings give of the older year, in the order of the figures; equal ones too.

    Empty where the two do not compare: another year, another currency, group against company.
    """
    if not follows(newer, older) or newer.comparative_end_date != older.end_date:
        return ()
    pairs = ((name, older.value(name), newer.comparative_value(name)) for name in FIGURE_NAMES)
    return tuple(
        Restatement(name, filed, restated)
        for name, filed, restated in pairs
        if filed is not None and restated is not None
    )


def restatements(newer: Accounts, older: Accounts) -> tuple[Restatement, ...]:
    """The figures of the older year that the newer filing gives with another value.

    A difference below what the coarser of the two is rounded to is none.
    """
    unit = max(rounding_unit(newer), rounding_unit(older))
    return tuple(
        one
        for one in compared_figures(newer, older)
        if abs(one.difference) >= unit or (one.name == "employees" and one.difference)
    )
