"""The ownership chart: who owns whom, owners above what they own, the registered band on each edge.

A chart is as wide as a page. One that is too long goes on over several sheets: where it is cut, each edge that goes on
ends in a circle with a letter, and begins at the same letter on the next sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import ascii_uppercase

from django.utils.safestring import SafeString

from companies.graph import OwnershipGraph
from lasso.language import translate as _
from reporting.charts.boxes import Boxes, box_sizes
from reporting.charts.drawing import Drawing
from reporting.charts.ordering import Rows, Slot, minimise_crossings, slots_of
from reporting.charts.packing import pack
from reporting.charts.placing import place
from reporting.charts.routing import Net
from reporting.charts.selection import Pair, Selection, select
from reporting.charts.shapes import Shape
from reporting.charts.sheets import Gap, Part, cut_into_sheets, edge_label, row_height, sheet_height
from reporting.contents.names import name_of


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a chart. `letters` says which circle stands for which node, by name, where the chart was cut:
    `begins` are those it goes on from, `ends` those that go on after it."""

    svg: SafeString
    begins: tuple[tuple[str, str], ...]
    ends: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OwnershipChart:
    """A drawn chart. Every node is drawn once on one of the sheets, but for `hidden_count` that are gathered in boxes,
    or stand behind those.

    `loops` are the (owner, owned) names of edges that close a circle, `undrawn` of those that found no room at their
    box; both are told of elsewhere. `shapes` are the kinds of boxes that occur.
    """

    sheets: tuple[Sheet, ...]
    hidden_count: int
    loops: tuple[tuple[str, str], ...]
    undrawn: tuple[tuple[str, str], ...]
    shapes: frozenset[Shape]


@dataclass(frozen=True, slots=True)
class Layout:
    """A chart before it is drawn: the placed rows from the root outwards, and how often edges cross between them."""

    rows: Rows
    crossings: int


def draw_ownership(graph: OwnershipGraph, *, upwards: bool, description: str) -> OwnershipChart:
    """Draw the owners above a company (`upwards`) or what it owns below it. `description` is the text alternative."""
    selection = select(graph, upwards=upwards)
    layout = lay_out(graph.root, selection)
    boxes = box_sizes(graph, selection, layout.rows, upwards=upwards)
    names = {key: name_of(node) for key, node in graph.nodes.items()}
    return OwnershipChart(
        sheets=_Sheets(layout, boxes, graph, upwards=upwards).drawn(description),
        hidden_count=len(selection.reached - boxes.keys()),
        loops=_named(selection.loops, names, upwards=upwards),
        undrawn=_named(selection.undrawn, names, upwards=upwards),
        shapes=frozenset(box.shape for box in boxes.values()),
    )


def lay_out(root: str, selection: Selection) -> Layout:
    """Rows, order and places of what was selected."""
    rows = slots_of(pack(root, selection), selection.pairs)
    crossings = minimise_crossings(rows)
    place(rows)
    return Layout(rows, crossings)


class _Sheets:
    """The sheets of a chart: where it is cut, and which letter stands for which near node there."""

    def __init__(self, layout: Layout, boxes: Boxes, graph: OwnershipGraph, *, upwards: bool) -> None:
        self.rows = layout.rows
        self.boxes = boxes
        self.names = {key: name_of(node) for key, node in graph.nodes.items()}
        self.upwards = upwards
        labels = {
            (edge.owned, edge.owner) if upwards else (edge.owner, edge.owned): edge_label(edge) for edge in graph.edges
        }
        self.gaps = [Gap.after(row, labels) for row in self.rows[:-1]]
        self.parts = cut_into_sheets(self.rows, self.gaps, boxes)
        self.letters = _letters(self.gaps[part.start - 1].nets for part in self.parts[1:])

    def drawn(self, description: str) -> tuple[Sheet, ...]:
        """Every sheet, its number in the description where there are several."""
        if len(self.parts) == 1:
            return (self._sheet(self.parts[0], description),)
        words = _("{description} Del {n} af {total}.")
        return tuple(
            self._sheet(part, words.format(description=description, n=number, total=len(self.parts)))
            for number, part in enumerate(self.parts, start=1)
        )

    def _sheet(self, part: Part, description: str) -> Sheet:
        height = sheet_height(part, self.rows, self.gaps, self.boxes)
        drawing = Drawing(height, self.boxes, self.letters, upwards=self.upwards)
        begins = self.gaps[part.start - 1].nets if part.start else []
        ends = self.gaps[part.stop - 1].nets if part.stop < len(self.rows) else []
        if begins:
            drawing.begin_at_cut(begins)
        for number in range(part.start, part.stop):
            if number:
                drawing.gap(self.gaps[number - 1], is_after_cut=number == part.start)
            drawing.row(self.rows[number], row_height(self.rows[number], self.boxes), self._leaving(number))
        if ends:
            drawing.end_at_cut(ends)
        return Sheet(drawing.svg(description), self._lettered(begins), self._lettered(ends))

    def _leaving(self, number: int) -> dict[Slot, float]:
        """Where edges leave the slots of a row for the next one."""
        return {net.near: net.exit for net in self.gaps[number].nets} if number < len(self.gaps) else {}

    def _lettered(self, nets: list[Net]) -> tuple[tuple[str, str], ...]:
        return tuple((self.letters[net.near.key], self.names.get(net.near.key, "")) for net in nets)


def _letters(cuts: Iterable[list[Net]]) -> dict[str, str]:
    """A letter for each near node whose edges are cut; it keeps it over several cuts."""
    keys = dict.fromkeys(net.near.key for nets in cuts for net in nets)
    return {key: _letter(place) for place, key in enumerate(keys)}


def _letter(place: int) -> str:
    """A to Z, then A2, B2 and so on: short enough for a circle."""
    turn, sign = divmod(place, len(ascii_uppercase))
    return ascii_uppercase[sign] + (str(turn + 1) if turn else "")


def _named(pairs: Iterable[Pair], names: Mapping[str, str], *, upwards: bool) -> tuple[tuple[str, str], ...]:
    """(owner, owned) names of (near, far) pairs."""
    turned = [(far, near) if upwards else (near, far) for near, far in pairs]
    return tuple((names.get(owner, ""), names.get(owned, "")) for owner, owned in turned)
