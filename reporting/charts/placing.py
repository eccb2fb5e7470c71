"""The places of the boxes in their rows, once their order is known: near their neighbours, trunks straight.

Each row is set as near to where its slots wish to be as the distances between them allow: the weighted least squares
of that are found exactly by pooling (isotonic regression). Rows are swept outwards and back a few times.
"""

from __future__ import annotations

from reporting.charts.ordering import Rows, Slot
from reporting.charts.packing import GAP, PAGE_WIDTH

SWEEPS = 4
NARROWEST = 6.0
# A trunk that bends is worse than a box that stands a little aside.
TRUNK_WEIGHT = 6.0


def place(rows: Rows) -> None:
    """Set `x` of every slot; all stand within the page's width and none overlap."""
    for row in rows:
        _spread(row, [PAGE_WIDTH / 2] * len(row))
    for _sweep in range(SWEEPS):
        for row in rows[1:]:
            _spread(row, [_wish(slot, slot.near) for slot in row])
        for row in reversed(rows):
            _spread(row, [_wish(slot, (*slot.near, *slot.far)) for slot in row])
    for row in rows[1:]:
        _spread(row, [_wish(slot, slot.near if _goes_straight(slot) else (*slot.near, *slot.far)) for slot in row])
        _straighten(row)
    _centre(rows)


def _centre(rows: Rows) -> None:
    """Move the whole chart into the middle of the page."""
    shift = (PAGE_WIDTH - min(row[0].left for row in rows) - max(row[-1].right for row in rows)) / 2
    for row in rows:
        for slot in row:
            slot.x += shift


def _wish(slot: Slot, neighbours: tuple[Slot, ...] | list[Slot]) -> float:
    """Where a slot wants to stand: at the mean of its neighbours, a trunk of the same near node counting more."""
    total = weights = 0.0
    for other in neighbours:
        is_same_trunk = other.key == slot.key and (slot.is_trunk or other.is_trunk)
        weight = TRUNK_WEIGHT if is_same_trunk else 1.0
        total += other.x * weight
        weights += weight
    return total / weights if weights else slot.x


def _goes_straight(slot: Slot) -> bool:
    """Whether it is a trunk, or the only one beyond the only one before it: such a line should not bend."""
    return len(slot.near) == 1 and (slot.is_trunk or len(slot.near[0].far) == 1)


def _straighten(row: list[Slot]) -> None:
    """Set what should go straight exactly beyond its near slot, where its neighbours leave room for that."""
    for position, slot in enumerate(row):
        if _goes_straight(slot):
            before = row[position - 1].right + NARROWEST if position else 0.0
            after = row[position + 1].left - NARROWEST if position + 1 < len(row) else PAGE_WIDTH
            x = slot.near[0].x
            if before + slot.width / 2 <= x <= after - slot.width / 2:
                slot.x = x


def _spread(row: list[Slot], wishes: list[float]) -> None:
    """The places nearest to the wishes in the given order and at the given distances, within the page."""
    gap = _gap(row)
    offsets, offset = [], 0.0
    for position, slot in enumerate(row):
        if position:
            offset += (row[position - 1].width + slot.width) / 2 + gap
        offsets.append(offset)
    lowest = row[0].width / 2
    highest = PAGE_WIDTH - row[-1].width / 2 - offset
    levels = _pooled([wish - by for wish, by in zip(wishes, offsets, strict=True)], [_weight(slot) for slot in row])
    for slot, level, by in zip(row, levels, offsets, strict=True):
        slot.x = min(max(level, lowest), max(highest, lowest)) + by


def _gap(row: list[Slot]) -> float:
    free = PAGE_WIDTH - sum(slot.width for slot in row)
    return max(0.0, min(GAP, free / max(len(row) - 1, 1)))


def _weight(slot: Slot) -> float:
    return TRUNK_WEIGHT if slot.is_trunk else 1.0


def _pooled(values: list[float], weights: list[float]) -> list[float]:
    """The never falling sequence nearest to the values by weighted squares: neighbours that fall are pooled."""
    pools: list[tuple[float, float, int]] = []  # mean, weight, how many
    for value, weight in zip(values, weights, strict=True):
        pool = (value, weight, 1)
        while pools and pools[-1][0] > pool[0]:
            mean, heft, size = pools.pop()
            total = heft + pool[1]
            pool = ((mean * heft + pool[0] * pool[1]) / total, total, size + pool[2])
        pools.append(pool)
    return [mean for mean, _, size in pools for _ in range(size)]
