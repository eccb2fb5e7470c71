"""Following chains of owners through the register: the edges in force on a day, level by level, one query each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from companies.cvr import lasso_id
from companies.models import OwnershipEdge

# A graph of so many edges takes some 100 MB and seconds; the longest real chains have some hundreds.
MOST_EDGES = 20_000


@dataclass(frozen=True, slots=True)
class Followed:
    """Edges met on the way from a company, and the companies (CVR numbers) whose own were not fetched, or not all."""

    rows: tuple[OwnershipEdge, ...]
    unfollowed: frozenset[str]


def follow_owners(cvr: str, *, day: date, depth: int | None = None, most: int = MOST_EDGES) -> Followed:
    """The owners of the company on the day, theirs, and so on: `depth` levels, to the end for None, `most` edges."""
    return _follow(
        cvr,
        depth=depth,
        most=most,
        rows_of=lambda cvrs: in_force(day).filter(owned_id__in=cvrs).order_by("owned_id", "id"),
        near_of=lambda row: row.owned_id,
        far_of=lambda row: row.owner_cvr,
    )


def follow_owned(cvr: str, *, day: date, depth: int | None = None, most: int = MOST_EDGES) -> Followed:
    """What the company owns on the day, what those own, and so on; limits as in `follow_owners`."""
    return _follow(
        cvr,
        depth=depth,
        most=most,
        rows_of=lambda cvrs: (
            in_force(day).filter(owner_key__in=[lasso_id(one) for one in cvrs]).order_by("owner_key", "id")
        ),
        near_of=lambda row: row.owner_cvr,
        far_of=lambda row: row.owned_id,
    )


def in_force(day: date) -> QuerySet[OwnershipEdge]:
    """The edges in force on the day."""
    return OwnershipEdge.objects.filter(
        Q(start_date__isnull=True) | Q(start_date__lte=day), Q(end_date__isnull=True) | Q(end_date__gte=day)
    )


def _follow(
    cvr: str,
    *,
    depth: int | None,
    most: int,
    rows_of: Callable[[set[str]], QuerySet[OwnershipEdge]],
    near_of: Callable[[OwnershipEdge], str],
    far_of: Callable[[OwnershipEdge], str],
) -> Followed:
    rows: list[OwnershipEdge] = []
    seen, level, levels = {cvr}, {cvr}, 0
    unfollowed: set[str] = set()
    while level and levels != depth:
        found = list(rows_of(level)[: most - len(rows) + 1])
        if is_too_many := len(found) > most - len(rows):
            # A company of which only some edges would fit is left out whole; the first one keeps what fits.
            last = near_of(found.pop())
            found = found if last == cvr else [row for row in found if near_of(row) != last]
            unfollowed = level - {near_of(row) for row in found if near_of(row) != last}
        rows.extend(found)
        level = {far_of(row) for row in found if far_of(row)} - seen
        seen |= level
        levels += 1
        if is_too_many:
            break
    return Followed(tuple(rows), frozenset(unfollowed | level))
