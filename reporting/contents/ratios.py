"""The key ratios as the reports present them; `companies.ratios` defines and computes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from companies.figures import Accounts
from companies.ratios import RATIOS, RATIOS_BY_NAME, Ratio, previous_year

# The credit policy: the ratio must be above it.
THRESHOLDS: Mapping[str, Decimal] = {"solvency": Decimal("0.30"), "liquidity": Decimal("1.00")}
LIMITED_RATIOS: tuple[Ratio, ...] = tuple(ratio for ratio in RATIOS if ratio.name in THRESHOLDS)
SOLVENCY = RATIOS_BY_NAME["solvency"]


def ratio_values(ratio: Ratio, years: Sequence[Accounts]) -> tuple[Decimal | None, ...]:
    """A ratio in each of the years, newest first."""
    return tuple(ratio.compute(accounts, previous_year(years, accounts)) for accounts in years)
