"""Which part of an ownership graph fits on paper: the largest of each layer, the others gathered in one box."""

from __future__ import annotations

from dataclasses import dataclass

from companies.graph import Edge, OwnershipGraph
from reporting.charts.layers import split_loops

MOST_IN_LAYER = 5
GATHERED = "gathered-"


@dataclass(frozen=True, slots=True)
class Selection:
    """What is drawn: (near, far) pairs without cycles, the layer of each node, how many each gathering box stands for,
    and the edges that close a cycle."""

    pairs: list[tuple[str, str]]
    layer: dict[str, int]
    gathered: dict[str, int]
    loops: list[tuple[str, str]]


def select(graph: OwnershipGraph, *, upwards: bool, most: int = MOST_IN_LAYER) -> Selection:
    """What to draw of a graph, at most `most` boxes in a layer."""
    size = {_pair(edge, upwards=upwards): _low(edge) for edge in graph.edges}
    pairs, loops, layer = split_loops(graph.root, sorted(size, key=lambda pair: -size[pair]))
    gathered: dict[str, int] = {}
    depth = 1
    while depth <= max(layer.values()):
        members = [key for key, at in layer.items() if at == depth]
        if len(members) > most:
            weight: dict[str, float] = {}
            for pair in pairs:
                weight[pair[1]] = max(weight.get(pair[1], 0.0), size.get(pair, 0.0))
            small = sorted(members, key=lambda key: -weight[key])[most - 1 :]
            box = f"{GATHERED}{depth}"
            gathered[box] = len(small)
            pairs = _gather(pairs, set(small), box)
            pairs, _, layer = split_loops(graph.root, pairs)
        depth += 1
    return Selection(pairs, layer, gathered, loops)


def _gather(pairs: list[tuple[str, str]], members: set[str], box: str) -> list[tuple[str, str]]:
    """The pairs with the members replaced by one box; what lies behind them is left out."""
    kept = [(near, box if far in members else far) for near, far in pairs if near not in members]
    return list(dict.fromkeys(kept))


def _pair(edge: Edge, *, upwards: bool) -> tuple[str, str]:
    return (edge.owned, edge.owner) if upwards else (edge.owner, edge.owned)


def _low(edge: Edge) -> float:
    band = edge.share or edge.votes
    return float(band.low) if band else 0.0
