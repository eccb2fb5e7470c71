"""One owner's entries for one company on one day, as one share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from companies.cvr import lasso_id
from companies.graph import Edge
from companies.models import OwnershipEdge
from companies.profile import ShareBand

ZERO, ONE = Decimal(0), Decimal(1)

Entry = tuple[OwnershipEdge, ShareBand]  # a row and what it says of the one thing asked, capital or votes


def edges_of_rows(rows: Iterable[OwnershipEdge]) -> tuple[Edge, ...]:
    """An edge for each pair of owner and owned, in the order in which the pairs come."""
    pairs: dict[tuple[str, str], list[OwnershipEdge]] = {}
    for row in rows:
        pairs.setdefault((row.owner_key, row.owned_id), []).append(row)
    return tuple(
        Edge(
            owner=owner,
            owned=lasso_id(owned),
            share=share_of_entries([(row, _band(row.share_low, row.share_high)) for row in entries]),
            votes=share_of_entries([(row, _band(row.votes_low, row.votes_high)) for row in entries]),
        )
        for (owner, owned), entries in pairs.items()
    )


def share_of_entries(entries: Sequence[tuple[OwnershipEdge, ShareBand | None]]) -> ShareBand | None:
    """What the entries of one owner that are in force together come to; None: no percentage is filed at all.

    The entry that began last counts, as it takes the place of those before it. But entries for different classes of
    shares hold together: percentages are of the whole capital (selskabsloven § 58), so they add up. Where that
    makes more than all of it, they can only be percentages of their class, and the whole is somewhere between the
    smallest and the greatest. Entries that began on the same day for the same class (or none) may be parts or may
    repeat each other: anything from the smallest to all together.
    """
    filed = [(row, band) for row, band in entries if band]
    if len(filed) < 2:
        return filed[0][1] if filed else None
    if not all(row.capital_class for row, _ in _newest(filed)):
        return _parts_or_repeats(_newest(filed))
    by_class: dict[str, list[Entry]] = {}
    for row, band in filed:
        if row.capital_class:
            by_class.setdefault(row.capital_class, []).append((row, band))
    return _added([_parts_or_repeats(_newest(its)) for its in by_class.values()])


def _newest(entries: Sequence[Entry]) -> list[Entry]:
    start = max(row.start_date or date.min for row, _ in entries)
    return [(row, band) for row, band in entries if (row.start_date or date.min) == start]


def _parts_or_repeats(entries: Sequence[Entry]) -> ShareBand:
    bands = [band for _, band in entries]
    return ShareBand(min(band.low for band in bands), min(_total(band.high for band in bands), ONE))


def _added(bands: Sequence[ShareBand]) -> ShareBand:
    low = _total(band.low for band in bands)
    if low > ONE:
        return ShareBand(min(band.low for band in bands), max(band.high for band in bands))
    return ShareBand(low, min(_total(band.high for band in bands), ONE))


def _total(shares: Iterable[Decimal]) -> Decimal:
    return sum(shares, ZERO)


def _band(low: Decimal | None, high: Decimal | None) -> ShareBand | None:
    return None if low is None or high is None else ShareBand(low=low, high=high)
