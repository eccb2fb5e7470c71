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
IN_FORCE = """
(edge.start_date IS NULL OR edge.start_date <= %(day)s::date)
AND (edge.end_date IS NULL OR edge.end_date >= %(day)s::date)
"""


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
        rows_of=lambda cvrs, limit: _edges("owned_cvr", cvrs, day=day, limit=limit),
        near_of=lambda row: row.owned_id,
        far_of=lambda row: row.owner_cvr,
    )


def follow_owned(cvr: str, *, day: date, depth: int | None = None, most: int = MOST_EDGES) -> Followed:
    """What the company owns on the day, what those own, and so on; limits as in `follow_owners`."""
    return _follow(
        cvr,
        depth=depth,
        most=most,
        rows_of=lambda cvrs, limit: _edges("owner_key", map(lasso_id, cvrs), day=day, limit=limit),
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
    return _read(_statement_without(), owners, day=day, limit=most, without=without)


def _edges(column: str, values: Iterable[str], *, day: date, limit: int) -> list[OwnershipEdge]:
    """The first edges in force on the day that have one of the values in the column, by column and id."""
    return _read(_statement(column), values, day=day, limit=limit)


def _read(statement: str, values: Iterable[str], **parameters: Any) -> list[OwnershipEdge]:
    rows = execute_prepared(statement, {"values": list(values), **parameters}).fetchall()
    return [edge for row in rows for edge in objects_of(EDGES, row)]


@cache
def _statement(column: str) -> str:
    # Of every level of every chain of every report.
    return f"""
    SELECT {columns_of(EDGES)} FROM companies_ownershipedge AS edge
    WHERE edge.{column} = ANY(%(values)s::text[]) AND {IN_FORCE}
    ORDER BY edge.{column}, edge.id LIMIT %(limit)s
    """  # noqa: S608 - pieces of our own


@cache
def _statement_without() -> str:
    return f"""
    SELECT {columns_of(EDGES)} FROM companies_ownershipedge AS edge
    WHERE edge.owner_key = ANY(%(values)s::text[]) AND edge.owned_cvr <> %(without)s AND {IN_FORCE}
    ORDER BY edge.owned_cvr, edge.id LIMIT %(limit)s
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
