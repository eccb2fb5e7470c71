"""What stands in the boxes of an ownership chart, and how high that makes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from companies.graph import Node, OwnershipGraph
from lasso.language import translate as _
from lasso.language import translate_count as _n
from reporting.charts.ordering import Rows, Slot
from reporting.charts.selection import Selection
from reporting.charts.shapes import END_WORDS, Shape, describe_node, shape_of
from reporting.charts.text import wrap
from reporting.contents.formats import band
from reporting.contents.names import name_of

# In CSS pixels.
NAME_SIZE, DETAIL_SIZE = 9.4, 8.2
NAME_LINE, DETAIL_LINE = 11.4, 10.4
PADDING = 7.0
INSET, ROUND_INSET = 8.0, 11.0
# Names of a hundred characters and more are told in full; what is longer still ends with an ellipsis.
MOST_NAME_LINES, MOST_DETAIL_LINES = 12, 2


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its words in lines, its kind, its height."""

    shape: Shape
    name: tuple[str, ...]
    details: tuple[str, ...]
    is_in_circle: bool

    @property
    def inset(self) -> float:
        """From its left edge to its words."""
        return ROUND_INSET if self.shape is Shape.PERSON else INSET

    @property
    def height(self) -> float:
        """What the words take."""
        return 2 * PADDING + NAME_LINE * len(self.name) + DETAIL_LINE * len(self.details)


Boxes = Mapping[str, Box]


def box_sizes(graph: OwnershipGraph, selection: Selection, rows: Rows, *, upwards: bool) -> Boxes:
    """The box of each node that has a place, by its key."""
    circles = _circles(graph, selection, upwards=upwards)
    return {
        slot.key: _box(slot, graph, selection, circles.get(slot.key, []), upwards=upwards)
        for row in rows
        for slot in row
        if not slot.is_trunk
    }


def _box(slot: Slot, graph: OwnershipGraph, selection: Selection, circles: list[str], *, upwards: bool) -> Box:
    node = graph.nodes.get(slot.key)
    shape = shape_of(node, is_root=slot.key == graph.root)
    width = slot.width - 2 * (ROUND_INSET if shape is Shape.PERSON else INSET)
    name, details = _words(node, selection.gathered.get(slot.key, 0), upwards=upwards)
    if node and node.is_stated and shape is Shape.UNKNOWN and node.end in END_WORDS:
        details.append(_(END_WORDS[node.end]))
    lines = [
        line
        for detail in (*details, *circles)
        for line in wrap(detail, size=DETAIL_SIZE, width=width, lines=MOST_DETAIL_LINES)
    ]
    return Box(
        shape, tuple(wrap(name, size=NAME_SIZE, width=width, lines=MOST_NAME_LINES)), tuple(lines), bool(circles)
    )


def _words(node: Node | None, gathered: int, *, upwards: bool) -> tuple[str, list[str]]:
    """The name and the words beneath it."""
    if node is not None:
        return name_of(node), [describe_node(node)]
    if upwards:
        words = _n("{n} øvrig ejer", "{n} øvrige ejere", gathered)
    else:
        words = _n("{n} øvrigt selskab", "{n} øvrige selskaber", gathered)
    return words.format(n=gathered), [_("Se listen efter diagrammet")]


def _circles(graph: OwnershipGraph, selection: Selection, *, upwards: bool) -> dict[str, list[str]]:
    """What is said of the circles in the boxes at which they close: own shares, or a number that two boxes share."""
    edges = {(edge.owner, edge.owned): edge for edge in graph.edges}
    said: dict[str, list[str]] = defaultdict(list)
    number = 0
    for near, far in selection.loops:
        owner, owned = (far, near) if upwards else (near, far)
        share = band(edges[owner, owned].share)
        if owner == owned:
            said[owner].append(_("Egne andele: {share}").format(share=share))
            continue
        number += 1
        for key in (owner, owned):
            said[key].append(_("Kredsejerskab {n}").format(n=number))
    return said
