"""Histories in register documents: unordered lists of what held from a day to a day.

"Current" is never "the last element": it is what covers the day, and among several of those the one that began last.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from companies.errors import DocumentError
from companies.profile import Period
from companies.sources.document import Node

# More values than a person could have registered: laying histories over each other takes the square of it.
MOST_VALUES = 5_000


def current(items: Iterable[Node], day: date) -> Node | None:
    """What covers the day; among several, what began last, then what was registered last."""
    found = [item for item in items if item.period().covers(day)]
    return max(found, key=_age) if len(found) > 1 else next(iter(found), None)


def current_or_before(items: Iterable[Node], day: date) -> Node | None:
    """What covers the day, or else what came closest before it."""
    begun = [item for item in items if (item.period().start_date or date.min) <= day]
    return current(begun, day) or max(begun, key=_age, default=None)


def held(items: Iterable[Node], day: date, *, has_ended: bool) -> Node | None:
    """What covers the day; of a company that has ended, and whose facts may have ended before it did, the last."""
    return current_or_before(items, day) if has_ended else current(items, day)


def current_or_last(items: Iterable[Node], day: date) -> Node | None:
    """What covers the day, or else what came closest before it, or else the first to come.

    For what must have a value at any time, a name above all: its history may have holes.
    """
    known = list(items)
    return current_or_before(known, day) or min(known, key=_age, default=None)


def _age(item: Node) -> tuple[date, str]:
    return (item.period().start_date or date.min, item.text("sidstOpdateret"))


@dataclass(frozen=True, slots=True)
class Span:
    """One value of an attribute and when it held."""

    value: Node  # the element of vaerdier[]
    period: Period

    @property
    def text(self) -> str:
        """The value as it stands."""
        return self.value.text("vaerdi")


def attribute_spans(owner: Node, kind: str) -> list[Span]:
    """All values of the attribute, in no order, over all entries of that type."""
    spans = [
        Span(value, value.period())
        for attribute in owner.items("attributter")
        if attribute.text("type") == kind
        for value in attribute.items("vaerdier")
    ]
    if len(spans) > MOST_VALUES:
        raise DocumentError(f"{owner.path}.attributter", f"{kind} has more than {MOST_VALUES} values")
    return spans


def spans_by_kind(owner: Node) -> dict[str, list[Span]]:
    """All attributes' values at once, for who needs many of them."""
    spans: dict[str, list[Span]] = {}
    for attribute in owner.items("attributter"):
        found = spans.setdefault(attribute.text("type"), [])
        found.extend(Span(value, value.period()) for value in attribute.items("vaerdier"))
    return spans


def current_value(owner: Node, kind: str, day: date) -> Node | None:
    """The attribute's element that covers the day; its value is under `vaerdi`."""
    return current((span.value for span in attribute_spans(owner, kind)), day)


def current_values(owner: Node, kind: str, day: date) -> tuple[str, ...]:
    """Every value that covers the day, each once: for attributes that may repeat."""
    return tuple(dict.fromkeys(span.text for span in attribute_spans(owner, kind) if span.period.covers(day)))


@dataclass(frozen=True, slots=True)
class SharesSpan:
    """A share and votes that held together from a day to a day; None: none was on file."""

    share: Decimal | None
    votes: Decimal | None
    period: Period


def spans_of_shares(shares: list[Span], votes: list[Span]) -> list[SharesSpan]:
    """The two histories laid over each other and cut where either changes, oldest first."""
    cuts = sorted({edge for span in (*shares, *votes) for edge in _edges(span.period)})
    pieces: list[SharesSpan] = []
    for start, behind in itertools.pairwise(cuts):
        share, vote = _fraction_on(shares, start), _fraction_on(votes, start)
        if share is None and vote is None:
            continue
        last = pieces[-1] if pieces else None
        if last and (last.share, last.votes) == (share, vote) and _behind(last.period) == start:
            pieces[-1] = SharesSpan(share, vote, Period(last.period.start_date, _last_day(behind)))
        else:
            pieces.append(SharesSpan(share, vote, Period(_first_day(start), _last_day(behind))))
    return pieces


def without(period: Period, parts: Iterable[Period]) -> list[Period]:
    """What is left of the period without the parts, oldest first."""
    left = []
    start, behind = _edges(period)
    for part_start, part_behind in sorted(_edges(part) for part in parts):
        if start < min(part_start, behind):
            left.append(Period(_first_day(start), _last_day(min(part_start, behind))))
        start = max(start, part_behind)
    if start < behind:
        left.append(Period(_first_day(start), _last_day(behind)))
    return left


def _fraction_on(spans: list[Span], day: date) -> Decimal | None:
    value = current((span.value for span in spans), day)
    if value is None:
        return None
    fraction = value.decimal("vaerdi")
    if fraction is not None and not 0 <= fraction <= 1:
        raise value.error("vaerdi", "a fraction from 0 to 1")
    return fraction


def _edges(period: Period) -> tuple[date, date]:
    return (period.start_date or date.min, _behind(period))


def _behind(period: Period) -> date:
    """The first day after the period."""
    if period.end_date is None or period.end_date == date.max:
        return date.max
    return period.end_date + timedelta(days=1)


def _first_day(edge: date) -> date | None:
    return None if edge == date.min else edge


def _last_day(behind: date) -> date | None:
    return None if behind == date.max else behind - timedelta(days=1)
