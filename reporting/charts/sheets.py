"""Charts are cut into sheets between rows, as many rows to a sheet as its height allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from companies.graph import Edge
from reporting.charts.boxes import Boxes
from reporting.charts.ordering import Rows, Slot
from reporting.charts.routing import STUB, TRACK, Net, Port, route, track_count
from reporting.charts.selection import Pair
from reporting.charts.text import text_width
from reporting.contents.formats import band

# In CSS pixels. A sheet and its caption and legend stand on one page, beneath a section's heading.
MOST_HEIGHT = 810.0
LABEL_SIZE, LABEL_LINE, LABEL_GAP = 8.2, 9.6, 3.5
ARROW = 4.0
# Where a chart is cut, each edge ends in a circle of this radius, and begins in one.
CIRCLE = 8.5
CUT_BEFORE, CUT_AFTER = 2 * CIRCLE, 3 * CIRCLE


class Part(NamedTuple):
    """The rows of one sheet, from `start` up to but not with `stop`."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Gap:
    """What lies between two rows: the edges, and the bands of those that end at a box."""

    nets: list[Net]
    labels: Mapping[Port, tuple[str, ...]]

    @classmethod
    def after(cls, row: Sequence[Slot], labels: Mapping[Pair, tuple[str, ...]]) -> Gap:
        """The gap behind a placed row; `labels` by (near, far)."""

        def width(pair: Pair) -> float:
            return max((text_width(line, LABEL_SIZE) for line in labels.get(pair, ())), default=0.0)

        nets = route(row, width)
        ends = ((net, port) for net in nets for port in net.ports if not port.far.is_trunk)
        return cls(nets, {port: labels.get((net.near.key, port.far.key), ()) for net, port in ends})

    @property
    def height(self) -> float:
        """Room for the tracks and for the longest label."""
        lines = max(map(len, self.labels.values()), default=0)
        return STUB + TRACK * track_count(self.nets) + 2 * LABEL_GAP + LABEL_LINE * max(lines, 1) + ARROW


def edge_label(edge: Edge) -> tuple[str, ...]:
    """The band of ownership, and that of votes in brackets where it differs."""
    share = band(edge.share)
    return (share,) if edge.votes is None or edge.votes == edge.share else (share, f"({band(edge.votes)})")


def cut_into_sheets(rows: Rows, gaps: Sequence[Gap], boxes: Boxes) -> list[Part]:
    """Rows as many to a sheet as its height allows, one at least."""
    parts, start, height = [], 0, row_height(rows[0], boxes)
    for number in range(1, len(rows)):
        more = gaps[number - 1].height + row_height(rows[number], boxes)
        room = MOST_HEIGHT - (CUT_AFTER if number < len(rows) - 1 else 0.0)
        if height + more > room:
            parts.append(Part(start, number))
            start, height = number, CUT_BEFORE
        height += more
    return [*parts, Part(start, len(rows))]


def sheet_height(part: Part, rows: Rows, gaps: Sequence[Gap], boxes: Boxes) -> float:
    """What a sheet's rows, the gaps before them and its circles take."""
    height = sum(row_height(row, boxes) for row in rows[part.start : part.stop])
    height += sum(gap.height for gap in gaps[max(part.start - 1, 0) : part.stop - 1])
    return height + (CUT_BEFORE if part.start else 0.0) + (CUT_AFTER if part.stop < len(rows) else 0.0)


def row_height(row: Sequence[Slot], boxes: Boxes) -> float:
    """The height of the highest box of a row; the others of the row are drawn as high."""
    return max((boxes[slot.key].height for slot in row if not slot.is_trunk), default=0.0)
