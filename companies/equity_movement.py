"""How equity came from one balance day to the next, as far as the figures tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from companies.figures import Accounts
from companies.ratios import follows, opening_equity


@dataclass(frozen=True, slots=True)
class EquityMovement:
    """Opening equity, the year's result, the dividend that was proposed the year before, the rest, closing equity.

    `dividend` is None where the year before proposed none or its proposal is not known. `other` is what is left: new
    capital, revaluations, extraordinary dividends, corrections.
    """

    opening: Decimal
    result: Decimal
    dividend: Decimal | None
    other: Decimal
    closing: Decimal


def equity_movement(accounts: Accounts, previous: Accounts | None = None) -> EquityMovement | None:
    """The year's movement; None where opening equity, result or closing equity is missing or contradictory."""
    opening, result, closing = opening_equity(accounts, previous), accounts.value("result"), accounts.value("equity")
    if opening is None or result is None or closing is None:
        return None
    dividend = _dividend_paid(accounts, previous)
    return EquityMovement(opening, result, dividend, closing - opening - result + (dividend or 0), closing)


def _dividend_paid(accounts: Accounts, previous: Accounts | None) -> Decimal | None:
    """What the year before proposed, as a size: filers disagree on its sign."""
    if previous is not None and follows(accounts, previous):
        proposed = previous.value("dividend")
    elif accounts.comparative_end_date == accounts.start_date - timedelta(days=1):
        proposed = accounts.comparative_value("dividend")
    else:
        return None
    return abs(proposed) if proposed else None
