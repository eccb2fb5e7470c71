"""The ways by which an owner holds a company, each with its arithmetic, for people to follow by hand.

`companies.share_bounds` computes the bounds of all ways together. This shows what goes into them: the bands along each
way multiplied, without what the ways and the other owners take from each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import prod

from companies.graph import Edge, OwnershipGraph
from companies.profile import ShareBand

ZERO, ONE = Decimal(0), Decimal(1)
ANYTHING = ShareBand(ZERO, ONE)  # nothing filed is anything from nothing to all
MOST_STEPS = 20_000  # looks at owners while the ways of one owner are sought


@dataclass(frozen=True, slots=True)
class Path:
    """One way from an owner down to the company: `edges[0]` begins at the owner, the last one ends at the company."""

    edges: tuple[Edge, ...]

    @property
    def share(self) -> ShareBand:
        """The bands of capital along the way, multiplied."""
        return _product([edge.share or ANYTHING for edge in self.edges])

    @property
    def votes(self) -> ShareBand:
        """The bands of votes along the way, multiplied."""
        return _product([edge.votes or ANYTHING for edge in self.edges])


@dataclass(frozen=True, slots=True)
class Paths:
    """The ways of one owner, those that can be largest first; not `is_complete`: there are more."""

    found: tuple[Path, ...]
    is_complete: bool

    @property
    def share(self) -> ShareBand:
        """The sum of capital over the ways, at most all of it."""
        return _sum([path.share for path in self.found])

    @property
    def votes(self) -> ShareBand:
        """The sum of votes over the ways, at most all of them."""
        return _sum([path.votes for path in self.found])


def paths_to_root(graph: OwnershipGraph, owner: str, *, most: int = 12) -> Paths:
    """The ways from the owner to the root of an upwards graph that meet nobody twice, at most so many.

    A way round a circle is none of them, nor is one through the root.
    """
    owned_by: dict[str, list[Edge]] = {}
    for edge in graph.edges:
        if edge.owner not in (graph.root, edge.owned):
            owned_by.setdefault(edge.owner, []).append(edge)
    steps = iter(range(MOST_STEPS))
    found: list[Path] = []
    is_complete = True
    for path in _ways(owned_by, graph.root, owner, steps):
        if path is None:
            is_complete = False
            break
        found.append(path)
    found.sort(key=lambda path: (-path.share.high, -path.share.low, len(path.edges)))
    return Paths(tuple(found[:most]), is_complete and len(found) <= most)


def _ways(owned_by: dict[str, list[Edge]], root: str, owner: str, steps: Iterator[int]) -> Iterator[Path | None]:
    """Depth first without recursion, as chains may be long; None at last when the steps are used up."""
    way: list[Edge] = []
    waiting = [iter(owned_by.get(owner, ()))]
    met = {owner}
    while waiting:
        edge = next(waiting[-1], None)
        if edge is None:
            waiting.pop()
            if way:
                met.discard(way.pop().owned)
            continue
        if next(steps, None) is None:
            yield None
            return
        if edge.owned == root:
            yield Path((*way, edge))
        elif edge.owned not in met:
            met.add(edge.owned)
            way.append(edge)
            waiting.append(iter(owned_by.get(edge.owned, ())))


def _product(bands: list[ShareBand]) -> ShareBand:
    return ShareBand(prod((band.low for band in bands), start=ONE), prod((band.high for band in bands), start=ONE))


def _sum(bands: list[ShareBand]) -> ShareBand:
    low, high = (sum((getattr(band, side) for band in bands), ZERO) for side in ("low", "high"))
    return ShareBand(min(ONE, low), min(ONE, high))
