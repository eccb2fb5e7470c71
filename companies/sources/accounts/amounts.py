"""Figures from facts: of one year, in one currency, of the company or of the group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from companies.errors import AccountsError
from companies.figures import Figure
from companies.sources.accounts import elements
from companies.sources.accounts.contexts import Scope
from companies.sources.accounts.facts import Fact
from companies.sources.accounts.formats import LONGEST, NUMBER

BIGGEST = Decimal("1e18")
MOST_VALUES = 20  # of one figure that are kept when they contradict each other
FINEST, COARSEST = 15, -15  # decimals beyond these say nothing
MONEY = frozenset(name for key, names in elements.FIGURES.items() if key not in elements.COUNTS for name in names)


@dataclass(frozen=True, slots=True)
class Amount:
    """A value and the unit that it is rounded to; None: exact."""

    value: Decimal
    rounded_to: Decimal | None = None


def figures_of(facts: Iterable[Fact], start: date, end: date, scope: Scope, currency: str) -> dict[str, Figure]:
    """Each figure of the year by its name: of the first of its elements that the filing uses.

    Amounts in another currency are left out: filings may repeat some of theirs in one.

    Raises:
        AccountsError: a value is no number.
    """
    by_element: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.scope is scope and fact.context.covers_year(start, end) and (fact.text or fact.problem):
            by_element.setdefault(fact.name, []).append(fact)
    figures = {}
    for name, candidates in elements.FIGURES.items():
        for candidate in candidates:
            found = _in_currency(_of_kind(by_element.get(candidate, []), name), name, currency)
            if found:
                figures[name] = settle([_amount(fact) for fact in found])
                break
    return figures


def currency_of(facts: Iterable[Fact], start: date, end: date) -> str:
    """The currency of most of the year's amounts; of the first ones where two have as many."""
    units = Counter(
        fact.unit for fact in facts if fact.unit and fact.name in MONEY and fact.context.covers_year(start, end)
    )
    return max(units, key=units.__getitem__, default="DKK")


def has_statement(figures: Mapping[str, Figure]) -> bool:
    """Whether the figures are those of annual accounts, not of a supplement or of general data."""
    return any(name in figures for name in elements.STATEMENT)


def settle(amounts: Sequence[Amount]) -> Figure:
    """One value, or all of them where they contradict each other.

    Two values are the same figure if the coarser one is the finer one rounded; then the finest counts. Two different
    values of one precision are a contradiction, however close they are.
    """
    finest = min(amounts, key=lambda amount: amount.rounded_to or Decimal(0))
    if all(_agree(finest, amount) for amount in amounts):
        return Figure(finest.value)
    distinct = dict.fromkeys(amount.value for amount in amounts)
    return Figure(None, conflict=tuple(distinct)[:MOST_VALUES])


def _agree(finer: Amount, coarser: Amount) -> bool:
    """Whether the coarser value may be the finer one rounded (half either way)."""
    if finer.value == coarser.value:
        return True
    if coarser.rounded_to is None or coarser.rounded_to == finer.rounded_to:
        return False
    return abs(finer.value - coarser.value) <= coarser.rounded_to / 2


def _of_kind(facts: list[Fact], name: str) -> list[Fact]:
    """Those that are of a period or of a day as the figure is, or all if the filer took no care."""
    is_flow = name in elements.FLOWS
    return [fact for fact in facts if (fact.context.start_date is not None) == is_flow] or facts


def _in_currency(facts: list[Fact], name: str, currency: str) -> list[Fact]:
    """Those in the currency, or else without a unit. Persons are counted in whatever unit the filer gave."""
    if name in elements.COUNTS:
        return facts
    return [fact for fact in facts if fact.unit == currency] or [fact for fact in facts if not fact.unit]


def _amount(fact: Fact) -> Amount:
    if fact.problem:
        raise AccountsError(f"Line {fact.line}: {fact.name} {fact.problem}.")
    try:
        value = Decimal(fact.text) if len(fact.text) <= LONGEST and NUMBER.fullmatch(fact.text) else None
    except InvalidOperation:
        value = None
    if value is None or abs(value) >= BIGGEST:
        raise AccountsError(f"Line {fact.line}: {fact.name} is {fact.text[:40]!r}, which is no amount.")
    return Amount(value, _rounded_to(value, fact.decimals))


def _rounded_to(value: Decimal, decimals: str) -> Decimal | None:
    """What the value is rounded to, if its `decimals` can be believed.

    Filers leave `decimals="-3"` on values that are not in thousands; such a value, like 0, is taken as it stands, so
    that a careless attribute never hides a contradiction.
    """
    try:
        places = int(decimals)
    except ValueError:  # INF, or nothing
        return None
    if not COARSEST <= places <= FINEST or value == 0:
        return None
    unit = Decimal(1).scaleb(-places)
    return unit if value % unit == 0 else None
