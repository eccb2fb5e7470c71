"""What cannot be taken at face value when the filings of two years are held against each other."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from companies.doubts import Doubt, DoubtKind
from companies.equity_movement import equity_movement
from companies.figures import Accounts
from companies.ratios import follows
from companies.restatements import compared_figures
from companies.rounding import are_equal_but_for_rounding, rounding_unit

THOUSAND = Decimal(1000)
# Smaller figures may differ a thousand-fold by themselves: 1 and 1000 crowns of interest.
LEAST_SCALED = Decimal(1000)


def doubts_between(accounts: Accounts, previous: Accounts | None) -> tuple[Doubt, ...]:
    """The doubts about `accounts` that the year before raises; none where `previous` is not the year just before."""
    if previous is None or not follows(accounts, previous):
        return ()
    return (*_scaled(accounts, previous), *_turned_sign(accounts, previous))


def _scaled(accounts: Accounts, previous: Accounts) -> Iterator[Doubt]:
    """Figures of the year before that this filing gives a thousand times larger or smaller, and so the capital.

    The registered capital changes by decisions, never a thousand-fold, so that it is held against the year before
    itself.
    """
    for one in compared_figures(accounts, previous):
        if _is_thousandfold(one.filed, one.restated):
            yield Doubt(DoubtKind.SCALED, (one.name,), (one.restated, one.filed))
    now, before = accounts.value("contributedCapital"), previous.value("contributedCapital")
    if now is not None and before is not None and _is_thousandfold(now, before):
        yield Doubt(DoubtKind.SCALED_CAPITAL, ("contributedCapital",), (now, before))


def _is_thousandfold(first: Decimal, second: Decimal) -> bool:
    """Whether one is the other in thousands, rounded."""
    small, large = sorted((abs(first), abs(second)))
    return bool(small) and large >= LEAST_SCALED and abs(large - small * THOUSAND) < THOUSAND


def _turned_sign(accounts: Accounts, previous: Accounts) -> Iterator[Doubt]:
    """Equity that moved by the result with its sign turned, and by nothing else than the dividend."""
    movement = equity_movement(accounts, previous)
    if movement is None or not movement.result:
        return
    moved = movement.closing - movement.opening + (movement.dividend or 0)
    unit = max(rounding_unit(accounts), rounding_unit(previous))
    if abs(movement.result) > 2 * unit and are_equal_but_for_rounding(moved, -movement.result, unit=unit):
        yield Doubt(DoubtKind.SIGN, ("result", "equity"), (movement.result, moved))
