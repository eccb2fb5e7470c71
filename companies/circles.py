"""Circles of owners: companies that own a part of each other, found by Tarjan's algorithm without recursion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def circles_in_order(targets: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """The keys of `targets`, those that reach each other together in one group, in the order of the way.

    What a group leads to comes after it. A node that is no key leads nowhere and is left out.
    """
    search = _Search(targets)
    for node in targets:
        if node not in search.number:
            search.run(node)
    return search.groups[::-1]


def contains_circle(targets: Mapping[str, Sequence[str]]) -> bool:
    """Whether a way leads back to where it began, a node's own target being the shortest."""
    return any(len(group) > 1 or group[0] in targets[group[0]] for group in circles_in_order(targets))


def steps_that_close_circles(root: str, targets: Mapping[str, Sequence[str]]) -> set[tuple[str, str]]:
    """The steps (from, to) that lead back onto the way from the root; without them there is no circle."""
    closing: set[tuple[str, str]] = set()
    way = [(root, iter(targets.get(root, ())))]
    on_way, met = {root}, {root}
    while way:
        node, rest = way[-1]
        following = next(rest, None)
        if following is None:
            on_way.discard(node)
            way.pop()
        elif following in on_way:
            closing.add((node, following))
        elif following not in met:
            met.add(following)
            on_way.add(following)
            way.append((following, iter(targets.get(following, ()))))
    return closing


class _Search:
    def __init__(self, targets: Mapping[str, Sequence[str]]) -> None:
        self.targets = targets
        self.number: dict[str, int] = {}
        self.lowest: dict[str, int] = {}
        self.open: list[str] = []
        self.is_open: set[str] = set()
        self.groups: list[tuple[str, ...]] = []

    def run(self, root: str) -> None:
        way: list[tuple[str, Iterator[str]]] = [self._enter(root)]
        while way:
            node, rest = way[-1]
            following = next((one for one in rest if one in self.targets and not self._seen(node, one)), None)
            if following is not None:
                way.append(self._enter(following))
                continue
            way.pop()
            if way:
                before = way[-1][0]
                self.lowest[before] = min(self.lowest[before], self.lowest[node])
            if self.lowest[node] == self.number[node]:
                self._close(node)

    def _enter(self, node: str) -> tuple[str, Iterator[str]]:
        self.number[node] = self.lowest[node] = len(self.number)
        self.open.append(node)
        self.is_open.add(node)
        return node, iter(self.targets[node])

    def _seen(self, node: str, other: str) -> bool:
        """Whether the other was met before; if it is on the way still, there is a circle."""
        if other not in self.number:
            return False
        if other in self.is_open:
            self.lowest[node] = min(self.lowest[node], self.number[other])
        return True

    def _close(self, node: str) -> None:
        group = []
        while True:
            member = self.open.pop()
            self.is_open.discard(member)
            group.append(member)
            if member == node:
                break
        self.groups.append(tuple(group))
