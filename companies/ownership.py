"""Chains of owners: up to who stands behind a company, and down to what it owns.

The graph is fetched level by level: one query a level, and one for what is known of the companies in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from companies.cvr import lasso_id
from companies.errors import CompanyUnknown
from companies.graph import ChainEnd, Edge, Node, OwnershipGraph
from companies.indirect import indirect_shares
from companies.models import Company, OwnershipEdge
from companies.profile import ParticipantKind, ShareBand
from companies.reaching import companies_above, companies_below

__all__ = ["companies_above", "companies_below", "group_downwards", "indirect_shares", "owners_upwards"]

# Forms that nobody owns: foundations, associations, co-operatives, the state and what is part of it.
OWNED_BY_NOBODY = frozenset(
    {"FON", "EFO", "FOR", "FFO", "SI", "A.M.B.A.", "F.M.B.A.", "S.M.B.A.", "KOM", "RGN", "SP", "FKF", "SOV"}
)


def owners_upwards(*, cvr: str, day: date, depth: int = 10) -> OwnershipGraph:
    """Who owns the company on the day, and who owns them, at most `depth` levels up.

    Raises:
        CompanyUnknown: the register lacks the company.
    """
    rows, unexpanded = _follow(
        cvr,
        depth=depth,
        rows_of=lambda cvrs: _in_force(day).filter(owned_id__in=cvrs),
        next_of=lambda row: row.owner_cvr,
    )
    return _graph(cvr, rows, end_of=_upward_ends(rows, unexpanded))


def group_downwards(*, cvr: str, day: date, depth: int = 4) -> OwnershipGraph:
    """What the company owns on the day, and what those own, at most `depth` levels down.

    Raises:
        CompanyUnknown: the register lacks the company.
    """
    rows, unexpanded = _follow(
        cvr,
        depth=depth,
        rows_of=lambda cvrs: _in_force(day).filter(owner_key__in=[lasso_id(cvr) for cvr in cvrs]),
        next_of=lambda row: row.owned_id,
    )
    return _graph(cvr, rows, end_of=lambda node: ChainEnd.DEPTH if node.cvr in unexpanded else ChainEnd.NONE)


def _in_force(day: date) -> QuerySet[OwnershipEdge]:
    return OwnershipEdge.objects.filter(
        Q(start_date__isnull=True) | Q(start_date__lte=day), Q(end_date__isnull=True) | Q(end_date__gte=day)
    )


def _follow(
    cvr: str,
    *,
    depth: int,
    rows_of: Callable[[set[str]], QuerySet[OwnershipEdge]],
    next_of: Callable[[OwnershipEdge], str],
) -> tuple[list[OwnershipEdge], set[str]]:
    """The edges reached from the company within the depth, and the companies whose own were not fetched for it."""
    rows: list[OwnershipEdge] = []
    seen, level = {cvr}, {cvr}
    for _ in range(depth):
        if not level:
            break
        found = _one_for_each_pair(rows_of(level).order_by("id"))
        rows.extend(found)
        level = {next_of(row) for row in found if next_of(row)} - seen
        seen |= level
    return rows, level


def _one_for_each_pair(rows: Iterable[OwnershipEdge]) -> list[OwnershipEdge]:
    """When one owner has several entries in force for one company, the one that began last counts."""
    newest: dict[tuple[str, str], OwnershipEdge] = {}
    for row in rows:
        pair = (row.owner_key, row.owned_id)
        known = newest.get(pair)
        if known is None or (row.start_date or date.min) >= (known.start_date or date.min):
            newest[pair] = row
    return list(newest.values())


def _graph(cvr: str, rows: list[OwnershipEdge], *, end_of: Callable[[Node], ChainEnd]) -> OwnershipGraph:
    cvrs = {cvr, *(row.owned_id for row in rows), *(row.owner_cvr for row in rows if row.owner_cvr)}
    known = Company.objects.filter(cvr__in=cvrs).only("cvr", "name", "form", "is_active")
    nodes = {lasso_id(company.cvr): _company_node(company) for company in known}
    root = lasso_id(cvr)
    if root not in nodes:
        raise CompanyUnknown(cvr)
    for row in rows:
        nodes.setdefault(row.owner_key, _owner_node(row))
    edges = tuple(_edge(row) for row in rows)
    return OwnershipGraph(
        root=root,
        nodes={key: replace(node, end=node.end or end_of(node)) for key, node in nodes.items()},
        edges=edges,
        has_cycle=contains_cycle(edges),
    )


def _company_node(company: Company) -> Node:
    return Node(
        key=lasso_id(company.cvr),
        kind=ParticipantKind.COMPANY,
        name=company.name,
        cvr=company.cvr,
        country_code="DK",
        form=company.form,
        is_active=company.is_active,
    )


def _owner_node(row: OwnershipEdge) -> Node:
    """An owner that is not a company in our register: a person, somebody foreign, or a company that we lack."""
    kind = ParticipantKind(row.owner_kind)
    ends = {
        ParticipantKind.PERSON: ChainEnd.PERSON,
        ParticipantKind.OTHER: ChainEnd.FOREIGN,
        ParticipantKind.COMPANY: ChainEnd.UNKNOWN,
    }
    return Node(
        key=row.owner_key,
        kind=kind,
        name=row.owner_name,
        cvr=row.owner_cvr,
        country_code=row.owner_country_code,
        end=ends[kind],
    )


def _edge(row: OwnershipEdge) -> Edge:
    return Edge(
        owner=row.owner_key,
        owned=lasso_id(row.owned_id),
        share=_band(row.share_low, row.share_high),
        votes=_band(row.votes_low, row.votes_high),
    )


def _band(low: Decimal | None, high: Decimal | None) -> ShareBand | None:
    return None if low is None or high is None else ShareBand(low=low, high=high)


def _upward_ends(rows: list[OwnershipEdge], unexpanded: set[str]) -> Callable[[Node], ChainEnd]:
    """Why the chain stops at a company that our register has."""
    owned = {row.owned_id for row in rows}

    def end_of(node: Node) -> ChainEnd:
        if node.cvr in owned:
            return ChainEnd.NONE
        if node.form in OWNED_BY_NOBODY:
            return ChainEnd.FOUNDATION
        return ChainEnd.DEPTH if node.cvr in unexpanded else ChainEnd.NO_OWNERS

    return end_of


def contains_cycle(edges: Iterable[Edge]) -> bool:
    """Whether somebody owns a part of itself, directly or through others: what is left when ends are taken off."""
    owners_of: dict[str, set[str]] = {}
    for edge in edges:
        owners_of.setdefault(edge.owned, set()).add(edge.owner)
    while True:
        ends = [owned for owned, owners in owners_of.items() if not any(owner in owners_of for owner in owners)]
        if not ends:
            return bool(owners_of)
        for end in ends:
            del owners_of[end]
