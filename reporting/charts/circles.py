"""Circles of owners are broken before a chart is drawn: some of their edges are named instead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable


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
    return kept, loops, longest_ways(reversed(finished), kept)


def longest_ways(order: Iterable[str], pairs: Iterable[tuple[str, str]]) -> dict[str, int]:
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
