"""Following chains of owners through the register: the edges in force on a day, level by level, one query each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet

from companies.cvr import lasso_id
from companies.models import OwnershipEdge
from lasso.prepared import columns_of, execute_prepared, objects_of

# A graph of so many edges takes some 100 MB and seconds; the longest real chains have some hundreds.
MOST_EDGES = 20_000
EDGES = {"edge": OwnershipEdge}
ANY_VALUE = "ANY(%(values)s::text[])"


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
        rows_of=lambda cvrs, limit: _of_level("owned_cvr", cvrs, day=day, limit=limit),
        near_of=lambda row: row.owned_id,
        far_of=lambda row: row.owner_cvr,
    )


def follow_owned(cvr: str, *, day: date, depth: int | None = None, most: int = MOST_EDGES) -> Followed:
    """What the company owns on the day, what those own, and so on; limits as in `follow_owners`."""
    return _follow(
        cvr,
        depth=depth,
        most=most,
        rows_of=lambda cvrs, limit: _of_level("owner_key", map(lasso_id, cvrs), day=day, limit=limit),
        near_of=lambda row: row.owner_cvr,
        far_of=lambda row: row.owned_id,
    )


def in_force(day: date) -> QuerySet[OwnershipEdge]:
    """The edges in force on the day."""
    return OwnershipEdge.objects.filter(
        Q(start_date__isnull=True) | Q(start_date__lte=day), Q(end_date__isnull=True) | Q(end_date__gte=day)
    )


def edges_of_owners(owners: Collection[str], *, without: str, day: date, most: int) -> list[OwnershipEdge]:
    """The first edges in force on the day from these owners to all companies but one, by company and id."""
    where = f"edge.owner_key = {ANY_VALUE} AND edge.owned_cvr <> %(without)s"
    return _edges(where, owners, order="owned_cvr", day=day, limit=most, without=without)


def _of_level(column: str, values: Iterable[str], *, day: date, limit: int) -> list[OwnershipEdge]:
    return _edges(f"edge.{column} = {ANY_VALUE}", values, order=column, day=day, limit=limit)


def _edges(where: str, values: Iterable[str], *, order: str, **parameters: Any) -> list[OwnershipEdge]:
    """The first `limit` edges in force on the `day` of which this is true, by a column and id."""
    rows = execute_prepared(_statement(where, order), {"values": list(values), **parameters}).fetchall()
    return [edge for row in rows for edge in objects_of(EDGES, row)]


@cache
def _statement(where: str, order: str) -> str:
    # Of every level of every chain of every report.
    return f"""
    SELECT {columns_of(EDGES)} FROM companies_ownershipedge AS edge
    WHERE {where}
      AND (edge.start_date IS NULL OR edge.start_date <= %(day)s::date)
      AND (edge.end_date IS NULL OR edge.end_date >= %(day)s::date)
    ORDER BY edge.{order}, edge.id LIMIT %(limit)s
    """  # noqa: S608 - pieces of our own


def _follow(
    cvr: str,
    *,
    depth: int | None,
    most: int,
    rows_of: Callable[[set[str], int], list[OwnershipEdge]],
    near_of: Callable[[OwnershipEdge], str],
    far_of: Callable[[OwnershipEdge], str],
) -> Followed:
    rows: list[OwnershipEdge] = []
    seen, level, levels = {cvr}, {cvr}, 0
    unfollowed: set[str] = set()
    while level and levels != depth:
        found = rows_of(level, most - len(rows) + 1)
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
