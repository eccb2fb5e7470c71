"""The order of the boxes in their rows, such that edges cross little.

Rows are swept outwards and back: each is sorted by the median place of its neighbours, then neighbours are exchanged as
long as that helps (Sugiyama's method with Gansner's transposition). The best order seen is kept.
"""

from __future__ import annotations

import random
from bisect import bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from reporting.charts.packing import GAP, PAGE_WIDTH, TRUNK_WIDTH, least_width
from reporting.charts.selection import Pair

SWEEPS = 8
# So many beginnings for charts of up to so many slots, in proportion fewer for larger ones.
MOST_BEGINNINGS, SMALL = 10, 30
WIDEST = 172.0


@dataclass(slots=True, eq=False)
class Slot:
    """A place in a row: a node's box, or the trunk of a near node that passes on to rows beyond. `x` is its middle."""

    key: str
    row: int
    is_trunk: bool = False
    width: float = TRUNK_WIDTH
    x: float = 0.0
    place: int = 0
    near: list[Slot] = field(default_factory=list)
    far: list[Slot] = field(default_factory=list)

    @property
    def left(self) -> float:
        """Its left edge."""
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width / 2


Rows = list[list[Slot]]


def slots_of(rows: list[list[str]], pairs: Iterable[Pair]) -> Rows:
    """The rows of boxes with the trunks that pass through them; edges of one near node share its trunk."""
    row_of = {key: number for number, row in enumerate(rows) for key in row}
    boxes = {key: Slot(key, number) for key, number in row_of.items()}
    slots = [[boxes[key] for key in row] for row in rows]
    fars: dict[str, list[str]] = {}
    for near, far in pairs:
        fars.setdefault(near, []).append(far)
    for near, group in fars.items():
        passing = boxes[near]
        last = max(row_of[far] for far in group)
        for number in range(row_of[near] + 1, last + 1):
            for far in group:
                if row_of[far] == number:
                    _join(passing, boxes[far])
            if number < last:
                trunk = Slot(near, number, is_trunk=True)
                # In the middle to begin with: a trunk between its boxes keeps their edges short.
                slots[number].insert((len(slots[number]) + 1) // 2, trunk)
                _join(passing, trunk)
                passing = trunk
    for row in slots:
        _set_widths(row)
    return slots


def minimise_crossings(rows: Rows) -> int:
    """Order every row; how many crossings are left.

    Small charts are begun anew from several orders, always the same ones: one beginning alone often ends beside the
    optimum.
    """
    chance = random.Random(0)  # noqa: S311 - nothing is secret, and the same chart must come out every time
    beginnings = max(1, MOST_BEGINNINGS * SMALL // max(sum(map(len, rows)), SMALL))
    best, fewest = _swept(rows)
    for _beginning in range(beginnings - 1):
        if not fewest:
            break
        for row in rows:
            chance.shuffle(row)
        order, crossings = _swept(rows)
        if crossings < fewest:
            best, fewest = order, crossings
    rows[:] = best
    _number(rows)
    return fewest


def _swept(rows: Rows) -> tuple[Rows, int]:
    """The best order that sweeps from the given one lead to, and its crossings."""
    _number(rows)
    best, fewest = [list(row) for row in rows], count_crossings(rows)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        outwards = sweep % 2 == 0
        for row in rows[1:] if outwards else reversed(rows[:-1]):
            row.sort(key=lambda slot: _median(slot.near if outwards else slot.far, slot.place))
            _renumber(row)
        _transpose(rows)
        crossings = count_crossings(rows)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    return best, fewest


def count_crossings(rows: Rows) -> int:
    """How often edges cross between neighbouring rows, each numbered in its order."""
    return sum(_crossings_between(row) for row in rows)


def _join(near: Slot, far: Slot) -> None:
    near.far.append(far)
    far.near.append(near)


def _set_widths(row: list[Slot]) -> None:
    """Boxes share the room that is left, up to `WIDEST`; trunks share theirs where there are too many."""
    boxes = [slot for slot in row if not slot.is_trunk]
    trunks = [slot for slot in row if slot.is_trunk]
    for slot in boxes:
        slot.width = least_width(len(slot.near))
    needed = sum(slot.width for slot in boxes)
    free = PAGE_WIDTH - needed - TRUNK_WIDTH * len(trunks) - GAP * (len(row) - 1)
    if free < 0 and trunks:
        width = max(4.0, (PAGE_WIDTH - needed) / len(trunks) - GAP)
        for slot in trunks:
            slot.width = min(TRUNK_WIDTH, width)
    for slot in boxes:
        slot.width = max(slot.width, min(WIDEST, slot.width + max(free, 0.0) / len(boxes)))


def _number(rows: Rows) -> None:
    for row in rows:
        _renumber(row)


def _renumber(row: list[Slot]) -> None:
    for place, slot in enumerate(row):
        slot.place = place


def _median(slots: list[Slot], otherwise: float) -> float:
    places = sorted(slot.place for slot in slots)
    if not places:
        return otherwise
    middle = len(places) // 2
    return places[middle] if len(places) % 2 else (places[middle - 1] + places[middle]) / 2


def _transpose(rows: Rows) -> None:
    """Exchange neighbours in their rows as long as edges cross less for it."""
    is_better = True
    while is_better:
        is_better = False
        for row in rows:
            for place in range(len(row) - 1):
                one, other = row[place], row[place + 1]
                if _crossing_pairs(other, one) < _crossing_pairs(one, other):
                    row[place], row[place + 1] = other, one
                    one.place, other.place = place + 1, place
                    is_better = True


def _crossing_pairs(left: Slot, right: Slot) -> int:
    """How often the edges of two neighbours cross each other when they stand in this order."""
    return sum(
        one.place > other.place
        for lefts, rights in ((left.near, right.near), (left.far, right.far))
        for one in lefts
        for other in rights
    )


def _crossings_between(row: list[Slot]) -> int:
    """Crossings of the edges from a row to the next: pairs of edges whose ends are in opposite order."""
    seen: list[int] = []
    crossings = 0
    for slot in row:
        ends = [far.place for far in slot.far]
        crossings += sum(len(seen) - bisect_right(seen, end) for end in ends)
        for end in ends:
            insort(seen, end)
    return crossings


def neighbours_fit(row: list[Slot]) -> bool:
    """Whether no two slots of a placed row overlap."""
    return all(one.right <= other.left + 0.05 for one, other in pairwise(row))
