"""Indirect shares: the bounds of what each owner holds of a company over all chains.

A share is filed as a band, so what follows from it is an interval. The holdings solve `e = root + S·e`: what an owner
holds is the sum, over what it owns directly, of its share there times what is held of the root through that. Solving
it by iteration from nothing follows all chains at once; cycles converge, and a company's shares in itself, direct or
through others, count for its other owners (they are excluded from the total, as the rules on beneficial owners ask).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from companies.graph import ChainEnd, Edge, IndirectShare, OwnershipGraph, Verdict
from companies.profile import ShareBand

ZERO, ONE = Decimal(0), Decimal(1)
BENEFICIAL_THRESHOLD = Decimal("0.25")  # hvidvaskloven: more than 25 % of capital or votes
# A chain of n companies is settled after n rounds; only cycles take more.
MOST_ROUNDS = 200
SETTLED = Decimal("1e-9")
STEP = Decimal("0.000001")  # the bounds are rounded outwards to this

Weights = Mapping[str, list[tuple[str, Decimal]]]  # owned: [(owner, share)]


def indirect_shares(graph: OwnershipGraph) -> tuple[IndirectShare, ...]:
    """The bounds of what each owner at the end of a chain holds of the root of an upwards graph, largest first.

    A person, a foundation, a foreign owner or a company where the chain is lost counts as an end; the companies
    between do not. The verdict is on the larger of share and votes.
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


def _verdict(*bands: ShareBand) -> Verdict:
    if any(band.low > BENEFICIAL_THRESHOLD for band in bands):
        return Verdict.CERTAIN
    return Verdict.POSSIBLE if any(band.high > BENEFICIAL_THRESHOLD for band in bands) else Verdict.NO


def _bounds(
    graph: OwnershipGraph, ends: Iterable[str], band_of: Callable[[Edge], ShareBand | None]
) -> dict[str, ShareBand]:
    lows, highs = _weights(graph.edges, band_of)
    low, _ = _holdings(graph.root, lows)
    high, has_settled = _holdings(graph.root, highs)
    ends = list(ends)
    total_low = sum((low.get(key, ZERO) for key in ends), ZERO)
    # Round a cycle the high bounds come closer to their limit from below, and stop within SETTLED of it.
    slack = STEP if graph.has_cycle else ZERO
    bounds = {}
    for key in ends:
        key_low = low.get(key, ZERO)
        # Where the iteration of the high bounds has not settled, all that is known is what the others leave.
        key_high = high.get(key, ZERO) if has_settled or key not in high else ONE
        left = ONE - (total_low - key_low)
        bounds[key] = _rounded_outwards(key_low, max(min(key_high + slack, left, ONE), key_low))
    return bounds


def _weights(edges: Iterable[Edge], band_of: Callable[[Edge], ShareBand | None]) -> tuple[Weights, Weights]:
    """Low and high shares by owned company; nobody holds more than the other owners' lows leave."""
    bands: dict[str, list[tuple[str, ShareBand]]] = {}
    for edge in edges:
        # Nothing filed: anything from nothing to all.
        bands.setdefault(edge.owned, []).append((edge.owner, band_of(edge) or ShareBand(ZERO, ONE)))
    lows: dict[str, list[tuple[str, Decimal]]] = {}
    highs: dict[str, list[tuple[str, Decimal]]] = {}
    for owned, owners in bands.items():
        total_low = sum((band.low for _, band in owners), ZERO)
        lows[owned] = [(owner, band.low) for owner, band in owners]
        highs[owned] = [(owner, max(min(band.high, ONE - (total_low - band.low)), band.low)) for owner, band in owners]
    return lows, highs


def _holdings(root: str, weights: Weights) -> tuple[dict[str, Decimal], bool]:
    """What everybody holds of the root, and whether the rounds were enough to settle it.

    A company in a cycle may come to more than one, as its own shares count again for its owners; an end never does,
    unless the high bounds of a cycle are too wide to settle at all.
    """
    held: dict[str, Decimal] = {root: ONE}
    for _ in range(MOST_ROUNDS):
        following: dict[str, Decimal] = {root: ONE}
        for owned, owners in weights.items():
            through = held.get(owned, ZERO)
            for owner, share in owners if through else ():
                following[owner] = following.get(owner, ZERO) + share * through
        if following.keys() == held.keys() and all(
            abs(value - held[key]) <= SETTLED for key, value in following.items()
        ):
            return following, True
        held = following
    return held, False


def _rounded_outwards(low: Decimal, high: Decimal) -> ShareBand:
    return ShareBand(
        low=low.quantize(STEP, rounding=ROUND_FLOOR).normalize() + 0,
        high=min(ONE, high.quantize(STEP, rounding=ROUND_CEILING)).normalize() + 0,
    )
