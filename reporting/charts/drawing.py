"""One sheet of an ownership chart as SVG.

Paths of a kind are merged into one, and boxes, edges, texts come in groups: an element more costs a renderer more than
a longer path.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from reporting.charts.boxes import DETAIL_LINE, DETAIL_SIZE, NAME_LINE, NAME_SIZE, PADDING, Box, Boxes
from reporting.charts.ordering import Slot
from reporting.charts.packing import PAGE_WIDTH
from reporting.charts.routing import LABEL_INDENT, STUB, TRACK, Net
from reporting.charts.shapes import FAINT, INK, PAPER, Shape, box_shape
from reporting.charts.sheets import ARROW, CIRCLE, CUT_AFTER, CUT_BEFORE, LABEL_GAP, LABEL_LINE, LABEL_SIZE, Gap
from reporting.charts.text import text_width
from reporting.fonts import FAMILY

# So that no border is cut off at the paper's edges.
EDGE = 1.0
SHORTEST = 0.05


class Drawing:
    """A sheet while it is drawn, row by row from the root outwards.

    Depths grow outwards. On paper that is upwards where owners stand above what they own, else downwards.
    """

    def __init__(self, height: float, boxes: Boxes, letters: Mapping[str, str], *, upwards: bool) -> None:
        self.height = height + 2 * EDGE
        self.boxes = boxes
        self.letters = letters
        self.upwards = upwards
        self.depth = EDGE
        self.lines: list[str] = []
        self.tips: list[str] = []
        self.rings: list[str] = []
        self.shapes: list[str] = []
        self.texts: list[str] = []

    def begin_at_cut(self, nets: Sequence[Net]) -> None:
        """Circles at which the edges from the sheet before begin."""
        for net in nets:
            self._circle(net, net.x, self.depth + CIRCLE)
        self.depth += CUT_BEFORE

    def end_at_cut(self, nets: Sequence[Net]) -> None:
        """Circles at which the edges to the next sheet end."""
        for net in nets:
            self._upright(net.exit, self.depth, self.depth + CUT_AFTER - 2 * CIRCLE)
            self._circle(net, net.exit, self.depth + CUT_AFTER - CIRCLE)
        self.depth += CUT_AFTER

    def gap(self, gap: Gap, *, is_after_cut: bool) -> None:
        """The edges between two rows, with their bands, and with arrows at what lies beyond where that is owned."""
        start, end = self.depth, self.depth + gap.height
        for net in gap.nets:
            self._edges(net, start, end)
            if abs(net.exit - net.x) > SHORTEST and not is_after_cut:
                self.lines.append(f"M{net.exit:.1f} {self._y(start):.1f}H{net.x:.1f}")
            for port in net.ports:
                if not port.far.is_trunk:
                    self._label(gap.labels[port], port.x + LABEL_INDENT, end)
                    if not self.upwards:
                        self._tip(port.x, end)
        self.depth = end

    def row(self, row: Sequence[Slot], height: float, leaving: Mapping[Slot, float]) -> None:
        """The boxes of a row and the trunks that pass between them; `leaving` says where edges go on from a slot.

        Boxes begin together. From one that is lower than its row, the edges go on to the row's end.
        """
        for slot in row:
            if slot.is_trunk:
                self._upright(slot.x, self.depth, self.depth + height)
                continue
            box = self.boxes[slot.key]
            end = self.depth + box.height
            top = self._y(end) if self.upwards else self.depth
            self.shapes.append(
                box_shape(box.shape, slot.left, top, slot.width, box.height, is_in_circle=box.is_in_circle)
            )
            self._words(box, slot.left + box.inset, top + PADDING)
            if slot in leaving:
                self._upright(leaving[slot], end, self.depth + height)
                if self.upwards:
                    self._tip(leaving[slot], end)
        self.depth += height

    def svg(self, description: str) -> SafeString:
        """The sheet as an element, `description` its text alternative."""
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="ownership" width="{PAGE_WIDTH + 2 * EDGE:.0f}" ',
            f'height="{self.height:.0f}" viewBox="{-EDGE:.0f} 0 {PAGE_WIDTH + 2 * EDGE:.0f} {self.height:.0f}">',
            f"<title>{escape(description)}</title>",
            _path(self.lines, f'fill="none" stroke="{FAINT}" stroke-width="1"'),
            _path(self.tips, f'fill="{FAINT}"'),
            *self.shapes,
            _path(self.rings, f'fill="{PAPER}" stroke="{INK}" stroke-width="1.2"'),
            f'<g font-family="{FAMILY}" fill="{INK}">',
            *self.texts,
            "</g></svg>",
        ]
        return mark_safe("".join(parts))  # noqa: S308 - every text in it went through escape()

    def _y(self, depth: float) -> float:
        return self.height - depth if self.upwards else depth

    def _edges(self, net: Net, start: float, end: float) -> None:
        if net.is_straight:
            self._upright(net.x, start, end)
            return
        track = start + STUB + TRACK * net.track
        self._upright(net.x, start, track)
        self.lines.append(f"M{net.start:.1f} {self._y(track):.1f}H{net.end:.1f}")
        for port in net.ports:
            self._upright(port.x, track, end)

    def _upright(self, x: float, start: float, end: float) -> None:
        if end - start < SHORTEST:
            return
        self.lines.append(f"M{x:.1f} {self._y(start):.1f}V{self._y(end):.1f}")

    def _tip(self, x: float, depth: float) -> None:
        """An arrow that points down at what is owned."""
        self.tips.append(f"M{x:.1f} {self._y(depth):.1f}l{-ARROW} {-ARROW - 1.5}h{2 * ARROW}z")

    def _circle(self, net: Net, x: float, depth: float) -> None:
        letter, y = self.letters[net.near.key], self._y(depth)
        arcs = f"a{CIRCLE} {CIRCLE} 0 1 0 {2 * CIRCLE} 0a{CIRCLE} {CIRCLE} 0 1 0 {-2 * CIRCLE} 0z"
        self.rings.append(f"M{x - CIRCLE:.1f} {y:.1f}{arcs}")
        self._text(letter, x - text_width(letter, NAME_SIZE) / 2, y + 3.3, NAME_SIZE, is_bold=True)

    def _label(self, words: Sequence[str], x: float, end: float) -> None:
        """A band beside the end of its edge: beneath the owner's box, or above the box of what is owned."""
        if self.upwards:
            first = self._y(end) + LABEL_GAP + LABEL_SIZE - 1
        else:
            first = end - ARROW - LABEL_GAP - LABEL_LINE * (len(words) - 1)
        for place, line in enumerate(words):
            color = FAINT if place else ""
            self._text(line, x, first + LABEL_LINE * place, LABEL_SIZE, is_bold=not place, color=color)

    def _words(self, box: Box, x: float, y: float) -> None:
        color = PAPER if box.shape is Shape.ROOT else ""
        for place, line in enumerate(box.name):
            self._text(line, x, y + NAME_LINE * place + NAME_SIZE - 0.6, NAME_SIZE, is_bold=True, color=color)
        y += NAME_LINE * len(box.name)
        for place, line in enumerate(box.details):
            self._text(line, x, y + DETAIL_LINE * place + DETAIL_SIZE, DETAIL_SIZE, color=color or FAINT)

    def _text(self, text: str, x: float, y: float, size: float, *, is_bold: bool = False, color: str = "") -> None:
        weight = ' font-weight="600"' if is_bold else ""
        fill = f' fill="{color}"' if color else ""
        self.texts.append(f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}"{weight}{fill}>{escape(text)}</text>')


def _path(parts: Sequence[str], attributes: str) -> str:
    return f'<path d="{"".join(parts)}" {attributes}/>' if parts else ""
