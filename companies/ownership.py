"""Chains of owners: up to who stands behind a company, and down to what it owns, on any day and to any depth."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import date

from companies.circles import contains_circle
from companies.cvr import lasso_id
from companies.entries import edges_of_rows
from companies.errors import CompanyUnknown
from companies.following import MOST_EDGES, Followed, follow_owned, follow_owners
from companies.graph import ChainEnd, Edge, Node, OwnershipGraph
from companies.indirect import indirect_shares
from companies.models import OwnershipEdge
from companies.profile import ParticipantKind
from companies.reaching import companies_above, companies_below
from lasso.prepared import execute_prepared

__all__ = ["companies_above", "companies_below", "group_downwards", "indirect_shares", "owners_upwards"]

# Forms that nobody owns: foundations, associations, co-operatives, the state and what is part of it.
OWNED_BY_NOBODY = frozenset(
    {"FON", "EFO", "FOR", "FFO", "SI", "A.M.B.A.", "F.M.B.A.", "S.M.B.A.", "KOM", "RGN", "SP", "FKF", "SOV"}
)

KNOWN = "SELECT cvr, name, form, is_active FROM companies_company WHERE cvr = ANY(%(cvrs)s::text[])"


def owners_upwards(*, cvr: str, day: date, depth: int | None = None, most: int = MOST_EDGES) -> OwnershipGraph:
    """Who owns the company on the day, who owns them, and so on to the end, or `depth` levels or `most` edges.

    Raises:
        CompanyUnknown: the register lacks the company.
    """
    followed = follow_owners(cvr, day=day, depth=depth, most=most)
    return _graph(cvr, followed, end_of=_upward_ends(followed))


def group_downwards(*, cvr: str, day: date, depth: int | None = None, most: int = MOST_EDGES) -> OwnershipGraph:
    """What the company owns on the day, what those own, and so on to the end, or `depth` levels or `most` edges.

    Raises:
        CompanyUnknown: the register lacks the company.
    """
    followed = follow_owned(cvr, day=day, depth=depth, most=most)
    return _graph(
        cvr, followed, end_of=lambda node: ChainEnd.DEPTH if node.cvr in followed.unfollowed else ChainEnd.NONE
    )


def _graph(cvr: str, followed: Followed, *, end_of: Callable[[Node], ChainEnd]) -> OwnershipGraph:
    rows = followed.rows
    cvrs = {cvr, *(row.owned_id for row in rows), *(row.owner_cvr for row in rows if row.owner_cvr)}
    nodes = {node.key: node for node in company_nodes(cvrs)}
    root = lasso_id(cvr)
    if root not in nodes:
        raise CompanyUnknown(cvr)
    for row in rows:
        nodes.setdefault(row.owner_key, _owner_node(row))
    edges = edges_of_rows(rows)
    return OwnershipGraph(
        root=root,
        nodes={key: replace(node, end=node.end or end_of(node)) for key, node in nodes.items()},
        edges=edges,
        has_cycle=contains_cycle(edges),
    )


def company_nodes(cvrs: Collection[str]) -> Iterator[Node]:
    """Those of the companies that our register has as nodes, their chains' ends not yet told."""
    for cvr, name, form, is_active in execute_prepared(KNOWN, {"cvrs": list(cvrs)}).fetchall():
        yield Node(
            key=lasso_id(cvr),
            kind=ParticipantKind.COMPANY,
            name=name,
            cvr=cvr,
            country_code="DK",
            form=form,
            is_active=is_active,
        )


def _owner_node(row: OwnershipEdge) -> Node:
    """An owner that is not a company in our register: a person, somebody foreign or unstated, or a company we lack."""
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
        end=ends[kind] if row.owner_unit_number > 0 else ChainEnd.UNKNOWN,
    )


def _upward_ends(followed: Followed) -> Callable[[Node], ChainEnd]:
    """Why the chain stops at a company that our register has."""
    owned = {row.owned_id for row in followed.rows}

    def end_of(node: Node) -> ChainEnd:
        if node.cvr in owned and node.cvr not in followed.unfollowed:
            return ChainEnd.NONE
        if node.form in OWNED_BY_NOBODY:
            return ChainEnd.FOUNDATION
        return ChainEnd.DEPTH if node.cvr in followed.unfollowed else ChainEnd.NO_OWNERS

    return end_of


def contains_cycle(edges: tuple[Edge, ...]) -> bool:
    """Whether somebody owns a part of itself, directly or through others."""
    owners_of: dict[str, list[str]] = {}
    for edge in edges:
        owners_of.setdefault(edge.owned, []).append(edge.owner)
    return contains_circle(owners_of)
