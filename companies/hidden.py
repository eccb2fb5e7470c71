"""What the chains of owners may hide: the most that somebody may hold if everything untold were his.

Untold is what stands behind ends that were not followed (foreign owners, companies that the register lacks or has no
owners of), and entries below 5 %, which are not registered, in any company of the chains.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from companies.circles import circles_in_order
from companies.graph import OPEN_ENDS, Edge, IndirectShare, OwnershipGraph
from companies.profile import ShareBand

ZERO, ONE = Decimal(0), Decimal(1)
LEAST_REGISTERED = Decimal("0.05")  # selskabsloven § 55: owners of less are not registered


@dataclass(frozen=True, slots=True)
class Reach:
    """The most capital and votes that somebody may hold, as fractions of one."""

    share: Decimal
    votes: Decimal


class Reaches:
    """The reach of anybody in, or not in, one upwards graph."""

    def __init__(self, *, indirect: Sequence[IndirectShare], graph: OwnershipGraph) -> None:
        self._graph = graph
        self._bounds = {one.owner: one for one in indirect}
        self._open = {one.owner for one in indirect if graph.nodes[one.owner].end in OPEN_ENDS}
        self._held_of: dict[str, set[str]] = {}
        for edge in graph.edges:
            self._held_of.setdefault(edge.owner, set()).add(edge.owned)
        self._most_capital = most_through(graph, lambda edge: edge.share)
        self._most_votes = most_through(graph, lambda edge: edge.votes)

    @property
    def behind_open_ends(self) -> Reach:
        """The most that one person may hold behind all open ends together."""
        if self._graph.nodes[self._graph.root].end in OPEN_ENDS:
            return Reach(ONE, ONE)
        ends = [self._bounds[key] for key in self._open]
        return Reach(
            min(ONE, sum((one.share_high for one in ends), ZERO)), min(ONE, sum((one.votes_high for one in ends), ZERO))
        )

    def of(self, key: str) -> Reach:
        """The most that the person or company may hold, at the end of a chain or not."""
        own = self._bounds.get(key)
        closed = [one for one in self._bounds.values() if one.owner != key and one.owner not in self._open]
        behind = self.behind_open_ends
        share = behind.share + self._small(key, self._most_capital)
        votes = behind.votes + self._small(key, self._most_votes)
        if own is not None and key not in self._open:  # an open end's own share is behind the open ends already
            share, votes = share + own.share_high, votes + own.votes_high
        return Reach(
            share=min(share, ONE - sum((one.share_low for one in closed), ZERO)),
            votes=min(votes, ONE - sum((one.votes_low for one in closed), ZERO)),
        )

    def _small(self, key: str, through: dict[str, Decimal]) -> Decimal:
        """What entries below 5 % may come to, one in each company where there is no greater one."""
        held = self._held_of.get(key, set())
        return LEAST_REGISTERED * sum((most for company, most in through.items() if company not in held), ZERO)


def most_through(graph: OwnershipGraph, band_of: Callable[[Edge], ShareBand | None]) -> dict[str, Decimal]:
    """Not less than what all owners of each company of the graph together hold of the root through it; roughly."""
    owners: dict[str, list[tuple[str, Decimal]]] = {}
    for edge in graph.edges:
        band = band_of(edge)
        owners.setdefault(edge.owned, []).append((edge.owner, band.high if band else ONE))
    most = dict.fromkeys(owners, ZERO) | {graph.root: ONE}
    for group in circles_in_order({owned: [owner for owner, _ in its] for owned, its in owners.items()}):
        for company in group:
            most[company] = ONE if len(group) > 1 else min(ONE, most[company])
        for company in group:
            for owner, high in owners[company]:
                if owner in owners and owner not in group:
                    most[owner] += high * most[company]
    return most
