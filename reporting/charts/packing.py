"""Which boxes of an ownership chart stand in one row. A row is as wide as the page at most; what does not fit goes to a
row of its own further out, so that a chart grows longer and never wider.

A chart that is narrow enough gets one row a layer. Of a crowded layer a few owners without owners of their own stand in
rows before the others; many of them come last, behind everything else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from reporting.charts.selection import Selection

# In CSS pixels on a page 174 mm wide, less the half width of a border on either side.
PAGE_WIDTH = 655.0
GAP = 12.0
LEAST_WIDTH = 112.0
TRUNK_WIDTH = 22.0
# Room for a band beside each edge that ends at a box.
EDGE_WIDTH = 78.0
# So many owners without owners of their own stand before the others of their layer.
FEW = 10


def pack(root: str, selection: Selection) -> list[list[str]]:
    """The rows from the root outwards; every node is in a row beyond those of all of its near ones."""
    packing = _Packing(root, selection)
    rows = [[root]]
    while packing.ready:
        for row in packing.next_rows():
            packing.take(row, len(rows))
            rows.append(row)
    return rows


def least_width(edges: int) -> float:
    """How wide a box must be at least at which so many edges end."""
    return max(LEAST_WIDTH, edges * EDGE_WIDTH if edges > 1 else 0.0)


class _Packing:
    """The state between two rows: what is placed where, and what may come next."""

    def __init__(self, root: str, selection: Selection) -> None:
        self.selection = selection
        self.fars: dict[str, list[str]] = defaultdict(list)
        self.nears: dict[str, list[str]] = defaultdict(list)
        for near, far in selection.pairs:
            self.fars[near].append(far)
            self.nears[far].append(near)
        self.row_of = {root: 0}
        self.place_of = {root: 0}
        self.waiting = {far: len(nears) for far, nears in self.nears.items()}
        self.ready: set[str] = set()
        self.open: dict[str, int] = {}  # near nodes, with how many of their far ones are still to be placed
        self._opened(root)

    def take(self, row: list[str], number: int) -> None:
        """Place a row."""
        for key in row:
            self.ready.discard(key)
            self.row_of[key] = number
            self.place_of[key] = len(self.place_of)
            for near in self.nears[key]:
                self.open[near] -= 1
        for key in row:
            self._opened(key)
        self.open = {near: left for near, left in self.open.items() if left}

    def next_rows(self) -> list[list[str]]:
        """The next row, or several where few owners without owners stand before the others of their layer."""
        layer = self.selection.layer[min(self.ready, key=self._priority)]
        candidates = sorted((key for key in self.ready if self.selection.layer[key] == layer), key=self._priority)
        row = self._fill(candidates)
        left = [key for key in candidates if key not in set(row)]
        if not any(self.fars[key] for key in row) or len(left) > FEW or any(self.fars[key] for key in left):
            return [row]
        before = []
        while left:
            part = self._fill(left)
            before.append(part)
            left = [key for key in left if key not in set(part)]
        return [*before, row]

    def _opened(self, key: str) -> None:
        if self.fars[key]:
            self.open[key] = len(self.fars[key])
        for far in self.fars[key]:
            self.waiting[far] -= 1
            if not self.waiting[far]:
                self.ready.add(far)

    def _priority(self, key: str) -> tuple[int, int, bool, float, str]:
        """Behind what was placed last, by its near node, those that have far ones first, then the largest."""
        last = max(self.nears[key], key=lambda near: self.place_of[near])
        return (
            -self.row_of[last],
            self.place_of[last],
            not self.fars[key],
            -self.selection.weight[key],
            key,
        )

    def _fill(self, candidates: Iterable[str]) -> list[str]:
        """As many of the candidates as fit beside one another and the trunks that pass; one at least."""
        row: list[str] = []
        for key in candidates:
            if row and self._width([*row, key]) > PAGE_WIDTH:
                break
            row.append(key)
        return row

    def _width(self, row: list[str]) -> float:
        """The least width of a row with the trunks of near nodes that have far ones beyond it."""
        ended: dict[str, int] = defaultdict(int)
        for key in row:
            for near in self.nears[key]:
                ended[near] += 1
        trunks = sum(left > ended[near] for near, left in self.open.items())
        boxes = sum(least_width(len(self.nears[key])) for key in row)
        return boxes + trunks * TRUNK_WIDTH + GAP * (len(row) + trunks - 1)
