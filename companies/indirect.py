"""Indirect shares: what each owner at the end of a chain holds of a company, and whether that is above 25 %."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from companies.graph import ChainEnd, Edge, IndirectShare, OwnershipGraph, Verdict
from companies.profile import ShareBand
from companies.share_bounds import ONE, ZERO, Stake, share_bounds

BENEFICIAL_THRESHOLD = Decimal("0.25")  # hvidvaskloven: more than 25 % of capital or votes
ANYTHING = ShareBand(ZERO, ONE)  # nothing filed is anything from nothing to all


def indirect_shares(graph: OwnershipGraph) -> tuple[IndirectShare, ...]:
    """The bounds of what each owner at the end of a chain holds of the root of an upwards graph, largest first.

    A person, a foundation, a foreign owner or a company where the chain is lost counts as an end; the companies
    between do not. The bounds are of the chains that the graph shows: what an owner may hold behind an end that was
    not followed, or by entries below 5 %, which are not registered, is not in them. Capital and votes are counted
    apart, and the verdict is on the larger. See `companies.share_bounds` for the rules, own shares among them.
    """
    ends = [key for key, node in graph.nodes.items() if node.end is not ChainEnd.NONE and key != graph.root]
    shares = _bounds(graph, ends, lambda edge: edge.share)
    votes = _bounds(graph, ends, lambda edge: edge.votes)
    found = [
        IndirectShare(
            owner=key,
            share_low=shares[key].low,
            share_high=shares[key].high,
            votes_low=votes[key].low,
            votes_high=votes[key].high,
            verdict=_verdict(shares[key], votes[key]),
        )
        for key in ends
    ]
    return tuple(sorted(found, key=lambda one: (-one.share_low, -one.share_high, graph.nodes[one.owner].name)))


def _bounds(
    graph: OwnershipGraph, ends: Sequence[str], band_of: Callable[[Edge], ShareBand | None]
) -> dict[str, ShareBand]:
    stakes = []
    for edge in graph.edges:
        band = band_of(edge) or ANYTHING
        stakes.append(Stake(edge.owner, edge.owned, band.low, band.high))
    return share_bounds(root=graph.root, ends=ends, stakes=stakes)


def _verdict(*bands: ShareBand) -> Verdict:
    if any(band.low > BENEFICIAL_THRESHOLD for band in bands):
        return Verdict.CERTAIN
    return Verdict.POSSIBLE if any(band.high > BENEFICIAL_THRESHOLD for band in bands) else Verdict.NO
