"""Where the boxes of an ownership chart go: in layers, crossing little, long edges led around the boxes between.

The method is Sugiyama's: break cycles, layer by the longest path, put place-holders into the layers that an edge
passes, order each layer by the mean place of its neighbours, then set the places.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

SWEEPS = 4
PLACE_HOLDER_WIDTH = 26.0


@dataclass(slots=True)
class Slot:
    """A place in a layer: a node's (`key`), or a place-holder for an edge that passes by. `x` is its middle."""

    key: str
    layer: int
    width: float
    x: float = 0.0
    is_place_holder: bool = False
    near: list[Slot] = field(default_factory=list)
    far: list[Slot] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Link:
    """An edge between two slots of neighbouring layers; `pair` is the (near, far) pair of nodes it is a piece of."""

    near: Slot
    far: Slot
    pair: tuple[str, str]

    @property
    def reaches_far_node(self) -> bool:
        """Whether this is the piece that ends at the far node itself."""
        return not self.far.is_place_holder


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The layers from the root (0) outwards, and the links between neighbouring layers."""

    layers: list[list[Slot]]
    links: list[Link]


def split_loops(
    root: str, pairs: Iterable[tuple[str, str]]
) -> tuple[list[tuple[str, str]], list[tuple[str, str]], dict[str, int]]:
    """The (near, far) pairs reached from the root without those that close a cycle, those that do, and each node's
    layer: its longest way from the root."""
    targets: dict[str, list[str]] = defaultdict(list)
    for near, far in pairs:
        targets[near].append(far)
    kept: list[tuple[str, str]] = []
    loops: list[tuple[str, str]] = []
    finished: list[str] = []
    state = {root: "open"}
    stack = [(root, iter(targets[root]))]
    while stack:
        near, rest = stack[-1]
        far = next(rest, "")
        if not far:
            state[near] = "done"
            finished.append(near)
            stack.pop()
        elif state.get(far) == "open":
            loops.append((near, far))
        else:
            kept.append((near, far))
            if far not in state:
                state[far] = "open"
                stack.append((far, iter(targets[far])))
    return kept, loops, _longest_ways(reversed(finished), kept)


def _longest_ways(order: Iterable[str], pairs: list[tuple[str, str]]) -> dict[str, int]:
    """Each node's layer, given an order in which every near node comes before its far ones."""
    targets: dict[str, list[str]] = defaultdict(list)
    for near, far in pairs:
        targets[near].append(far)
    layer: dict[str, int] = defaultdict(int)
    for near in order:
        for far in targets[near]:
            layer[far] = max(layer[far], layer[near] + 1)
        layer.setdefault(near, 0)
    return dict(layer)


def arrange(
    pairs: list[tuple[str, str]], layer: Mapping[str, int], *, widths: Mapping[int, float], total: float, gap: float
) -> Arrangement:
    """Places for the nodes of cycle-free pairs. `widths` gives a layer's box width, `total` the width of the paper."""
    layers: list[list[Slot]] = [[] for _ in range(max(layer.values()) + 1)]
    slots = {key: Slot(key, depth, widths[depth]) for key, depth in layer.items()}
    for slot in slots.values():
        layers[slot.layer].append(slot)
    links: list[Link] = []
    for near, far in pairs:
        links += _pieces(slots[near], slots[far], layers)
    for link in links:
        link.near.far.append(link.far)
        link.far.near.append(link.near)
    _order(layers)
    for row in layers:
        _place(row, total=total, gap=gap)
    return Arrangement(layers, links)


def _pieces(near: Slot, far: Slot, layers: list[list[Slot]]) -> list[Link]:
    """The links from a node to another one, through place-holders in the layers between."""
    pair = (near.key, far.key)
    chain = [near]
    for depth in range(near.layer + 1, far.layer):
        holder = Slot(f"{near.key}>{far.key}", depth, PLACE_HOLDER_WIDTH, is_place_holder=True)
        layers[depth].append(holder)
        chain.append(holder)
    chain.append(far)
    return [Link(one, next_one, pair) for one, next_one in pairwise(chain)]


def _order(layers: list[list[Slot]]) -> None:
    """Sort each layer by the mean place of its neighbours, outwards and back a few times."""
    for _ in range(SWEEPS):
        for row in layers[1:]:
            _number(layers)
            row.sort(key=lambda slot: (_mean(slot.near, slot.x), slot.x))
        for row in reversed(layers[:-1]):
            _number(layers)
            row.sort(key=lambda slot: (_mean(slot.far, slot.x), slot.x))
    _number(layers)


def _number(layers: list[list[Slot]]) -> None:
    for row in layers:
        for place, slot in enumerate(row):
            slot.x = (place + 0.5) / len(row)


def _mean(slots: list[Slot], otherwise: float) -> float:
    return sum(slot.x for slot in slots) / len(slots) if slots else otherwise


def _place(row: list[Slot], *, total: float, gap: float) -> None:
    """Set a layer's places: each as near to the middle of its near neighbours as the others and the paper allow."""
    wishes = [_mean(slot.near, total / 2) for slot in row]
    free = total - sum(slot.width for slot in row)
    gap = min(gap, free / max(len(row) - 1, 1))
    edge = 0.0
    for slot, wish in zip(row, wishes, strict=True):
        slot.x = max(wish, edge + slot.width / 2)
        edge = slot.x + slot.width / 2 + gap
    # Pushed to the right by one another: back by the mean, then into the paper from its right edge.
    shift = sum(slot.x - wish for slot, wish in zip(row, wishes, strict=True)) / len(row)
    edge = total
    for slot in reversed(row):
        slot.x = min(slot.x - shift, edge - slot.width / 2)
        edge = slot.x - slot.width / 2 - gap
    edge = 0.0
    for slot in row:
        slot.x = max(slot.x, edge + slot.width / 2)
        edge = slot.x + slot.width / 2 + gap
