"""What the people around a company own elsewhere: the companies that may be its related parties."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from companies.entries import edges_of_rows
from companies.following import edges_of_owners
from companies.graph import Node
from companies.ownership import company_nodes
from companies.profile import ShareBand

# A professional board member may own of some dozens; more rows than this help no reader.
MOST_ROWS = 400


@dataclass(frozen=True, slots=True)
class RelatedHolding:
    """`owner` (a Lasso id) owns a part of a company, or is liable for it: then no percentage is filed."""

    owner: str
    company: Node
    share: ShareBand | None
    votes: ShareBand | None


def find_holdings(*, owners: Iterable[str], without: str, day: date) -> tuple[RelatedHolding, ...]:
    """What these owners (Lasso ids) own of other companies on the day, in the order of the owners, then by name.

    Only companies that our register has are found, so what is not found may exist all the same. `without` is the CVR
    number of the company that the report is on.
    """
    wanted = list(dict.fromkeys(owners))
    edges = edges_of_rows(edges_of_owners(wanted, without=without, day=day, most=MOST_ROWS))
    nodes = {node.key: node for node in company_nodes({edge.owned.rpartition("-")[2] for edge in edges})}
    holdings = [RelatedHolding(edge.owner, nodes[edge.owned], edge.share, edge.votes) for edge in edges]
    return tuple(sorted(holdings, key=lambda one: (wanted.index(one.owner), one.company.name, one.company.key)))
