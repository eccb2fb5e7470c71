"""What of an ownership graph is drawn: as good as all of it. What is not is counted, and stands in the list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from companies.graph import Edge, OwnershipGraph
from reporting.charts.circles import split_loops

# Beyond so many boxes a drawing over many pages helps nobody; the smallest of each layer are gathered then.
MOST_NODES = 400
LAYER_LIMITS = (120, 60, 30, 15, 8, 5, 3)
# So many edges end side by side at one box, each with room for its band; of more, the largest are drawn.
MOST_EDGES_AT_A_BOX = 6
GATHERED = "gathered-"

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Selection:
    """What is drawn: (near, far) pairs without circles, near meaning nearer to the root.

    `layer` is each node's longest way from the root, `weight` the larger bound of its largest edge. `gathered` says how
    many nodes each gathering box stands for, `loops` are the pairs that would close a circle, `undrawn` those that find
    no room at their box. `reached` are all nodes that there are.
    """

    pairs: tuple[Pair, ...]
    layer: Mapping[str, int]
    weight: Mapping[str, float]
    gathered: Mapping[str, int]
    loops: tuple[Pair, ...]
    undrawn: tuple[Pair, ...]
    reached: frozenset[str]


def select(graph: OwnershipGraph, *, upwards: bool, most: int = MOST_NODES) -> Selection:
    """What to draw of a graph, at most about `most` boxes."""
    size = {_pair(edge, upwards=upwards): _low(edge) for edge in graph.edges}
    whole, loops, layer = split_loops(graph.root, sorted(size, key=lambda pair: -size[pair]))
    reached = frozenset(layer)
    pairs, gathered = whole, dict[str, int]()
    for limit in LAYER_LIMITS:
        if len(layer) <= most:
            break
        pairs, layer, gathered = _gathered(graph.root, whole, size, limit=limit)
    pairs, undrawn = _within_room(pairs, size)
    _, _, layer = split_loops(graph.root, pairs)
    weight: dict[str, float] = defaultdict(float)
    for pair in pairs:
        weight[pair[1]] = max(weight[pair[1]], size.get(pair, 0.0))
    return Selection(tuple(pairs), layer, weight, gathered, tuple(loops), tuple(undrawn), reached)


def _gathered(
    root: str, pairs: list[Pair], size: Mapping[Pair, float], *, limit: int
) -> tuple[list[Pair], dict[str, int], dict[str, int]]:
    """The pairs with at most `limit` nodes in a layer, the smallest of a larger one replaced by one box; the layers,
    and how many each box stands for."""
    gathered: dict[str, int] = {}
    depth, (_, _, current) = 1, split_loops(root, pairs)
    while depth <= max(current.values()):
        box = f"{GATHERED}{depth}"
        members = [key for key, at in current.items() if at == depth]
        if len(members) > limit:
            weight = {key: max(size.get(pair, 0.0) for pair in pairs if pair[1] == key) for key in members}
            small = set(sorted(members, key=lambda key: -weight[key])[limit - 1 :])
            gathered[box] = len(small)
            pairs = _with_box(pairs, small, box)
            pairs, _, current = split_loops(root, pairs)
        depth += 1
    return pairs, current, gathered


def _with_box(pairs: list[Pair], members: set[str], box: str) -> list[Pair]:
    """The pairs with the members replaced by one box; what lies behind them is left out."""
    kept = [(near, box if far in members else far) for near, far in pairs if near not in members]
    return list(dict.fromkeys(kept))


def _within_room(pairs: list[Pair], size: Mapping[Pair, float]) -> tuple[list[Pair], list[Pair]]:
    """The pairs whose edges find room at their far box, and those that do not. Each node keeps its largest."""
    at_box: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        at_box[pair[1]].append(pair)
    for group in at_box.values():
        group.sort(key=lambda pair: -size.get(pair, 0.0))
    kept = {pair for group in at_box.values() for pair in group[:MOST_EDGES_AT_A_BOX]}
    return [pair for pair in pairs if pair in kept], [pair for pair in pairs if pair not in kept]


def _pair(edge: Edge, *, upwards: bool) -> Pair:
    return (edge.owned, edge.owner) if upwards else (edge.owner, edge.owned)


def _low(edge: Edge) -> float:
    band = edge.share or edge.votes
    return float(band.low) if band else 0.0
