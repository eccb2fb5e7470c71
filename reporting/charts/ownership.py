"""The ownership chart: who owns whom, owners above what they own, the registered band on each edge.

Kinds are told apart by shape and border, never by colour alone: companies are boxes, persons have round ends, foreign
ones a dashed border, foundations a double one, the company itself is filled.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from companies.graph import Edge, Node, OwnershipGraph
from companies.profile import ParticipantKind
from reporting.charts.layers import Arrangement, Link, Slot, arrange
from reporting.charts.selection import Selection, select
from reporting.charts.shapes import BOX_HEIGHT, FAINT, INK, PAPER, box_shape, describe_node
from reporting.charts.text import wrap

# All in CSS pixels on a page 174 mm wide.
WIDTH, MOST_HEIGHT = 657.0, 860.0
BOX_GAP, MOST_BOX_WIDTH = 12.0, 172.0
LABEL_HEIGHT, TRACK_HEIGHT, ARROW = 25.0, 7.0, 4.0
NAME_SIZE, DETAIL_SIZE, LABEL_SIZE = 9.2, 7.6, 7.8

# Where an edge, by its pair and its far slot, meets the far box.
Ports = dict[tuple[tuple[str, str], str], float]


@dataclass(frozen=True, slots=True)
class OwnershipChart:
    """A drawn chart; `hidden_count` nodes are gathered in boxes, `loops` are the (owner, owned) names of edges that
    close a cycle and are not drawn."""

    svg: SafeString
    hidden_count: int
    loops: tuple[tuple[str, str], ...]


def draw_ownership(graph: OwnershipGraph, *, upwards: bool, description: str) -> OwnershipChart:
    """Draw the owners above a company (`upwards`) or what it owns below it. `description` is the text alternative."""
    selection = select(graph, upwards=upwards)
    arrangement = _arranged(selection)
    drawing = _Drawing(graph, selection, arrangement, upwards=upwards)
    names = {key: node.name for key, node in graph.nodes.items()}
    loops = [(far, near) if upwards else (near, far) for near, far in selection.loops]
    return OwnershipChart(
        svg=drawing.svg(description),
        hidden_count=sum(selection.gathered.values()),
        loops=tuple((names[owner], names[owned]) for owner, owned in loops),
    )


def _arranged(selection: Selection) -> Arrangement:
    counts: dict[int, int] = defaultdict(int)
    for depth in selection.layer.values():
        counts[depth] += 1
    widths = {
        depth: min(MOST_BOX_WIDTH, (WIDTH - 60 - BOX_GAP * (number - 1)) / number) for depth, number in counts.items()
    }
    return arrange(selection.pairs, selection.layer, widths=widths, total=WIDTH, gap=BOX_GAP)


class _Drawing:
    """One chart while it is drawn."""

    def __init__(self, graph: OwnershipGraph, selection: Selection, arrangement: Arrangement, *, upwards: bool) -> None:
        self.graph = graph
        self.selection = selection
        self.layers = arrangement.layers
        self.upwards = upwards
        self.edges = {(edge.owner, edge.owned): edge for edge in graph.edges}
        self.links: dict[int, list[Link]] = defaultdict(list)
        for link in arrangement.links:
            self.links[link.near.layer].append(link)
        self.tops = self._tops()
        self.paths: list[str] = []
        self.arrows: list[str] = []
        self.shapes: list[str] = []
        self.texts: list[str] = []

    def svg(self, description: str) -> SafeString:
        """The whole drawing."""
        for depth, links in self.links.items():
            self._draw_gap(depth, links)
        for row in self.layers:
            for slot in row:
                self._draw_slot(slot)
        height = max(self.tops) + BOX_HEIGHT + 2
        scale = min(1.0, MOST_HEIGHT / height)
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="ownership" width="{WIDTH * scale:.0f}"',
            f' height="{height * scale:.0f}" viewBox="0 0 {WIDTH:.0f} {height:.0f}">',
            f"<title>{escape(description)}</title>",
            f'<path d="{"".join(self.paths)}" fill="none" stroke="{FAINT}" stroke-width="1"/>',
            f'<path d="{"".join(self.arrows)}" fill="{FAINT}"/>',
            *self.shapes,
            f'<g font-family="Inter" fill="{INK}">',
            *self.texts,
            "</g></svg>",
        ]
        return mark_safe("".join(parts))  # noqa: S308 - every text in it went through escape()

    def _tops(self) -> list[float]:
        """The upper edge of each layer; the root's layer is the lowest when owners are drawn above it."""
        heights = [self._gap_height(depth) + BOX_HEIGHT for depth in range(len(self.layers) - 1)]
        distances = [sum(heights[:depth]) for depth in range(len(self.layers))]
        if self.upwards:
            return [1 + distances[-1] - distance for distance in distances]
        return [1 + distance for distance in distances]

    def _gap_height(self, depth: int) -> float:
        return LABEL_HEIGHT + TRACK_HEIGHT * len({id(link.near) for link in self.links[depth]}) + 12

    def _draw_gap(self, depth: int, links: list[Link]) -> None:
        """The edges between a layer and the next: each near box has a track of its own that its edges share."""
        near_edge, far_edge = self.tops[depth], self.tops[depth + 1]
        direction = -1 if self.upwards else 1
        near_y = near_edge if self.upwards else near_edge + BOX_HEIGHT
        far_y = far_edge + BOX_HEIGHT if self.upwards else far_edge
        nears = sorted({id(link.near): link.near for link in links}.values(), key=lambda slot: slot.x)
        ports = _ports(links)
        for track, near in enumerate(nears):
            track_y = near_y + direction * (10 + TRACK_HEIGHT * track)
            for link in (link for link in links if link.near is near):
                port = ports[link.pair, link.far.key]
                near_x = near.x
                self.paths.append(f"M{port:.1f} {far_y:.1f}V{track_y:.1f}H{near_x:.1f}V{near_y:.1f}")
                if link.reaches_far_node:
                    self._draw_label(link, port, far_y)
            for x, y in self._tips(near, near_y, far_y, [link for link in links if link.near is near], ports):
                self.arrows.append(f"M{x:.1f} {y:.1f}l{-ARROW} {-ARROW - 1}h{2 * ARROW}z")
        for slot in self.layers[depth]:
            if slot.is_place_holder:
                self.paths.append(f"M{slot.x:.1f} {near_edge:.1f}V{near_edge + BOX_HEIGHT:.1f}")

    def _tips(
        self, near: Slot, near_y: float, far_y: float, links: list[Link], ports: Ports
    ) -> list[tuple[float, float]]:
        """Where the arrows point: at the owned ends of a near box's edges."""
        if self.upwards:
            return [] if near.is_place_holder else [(near.x, near_y)]
        return [(ports[link.pair, link.far.key], far_y) for link in links if link.reaches_far_node]

    def _draw_label(self, link: Link, port: float, far_y: float) -> None:
        near, far = link.pair
        edge = self.edges.get((far, near) if self.upwards else (near, far))
        lines = _edge_label(edge) if edge else []
        first = far_y + 10 if self.upwards else far_y - 8 - 9 * (len(lines) - 1)
        for place, line in enumerate(lines):
            weight = ' font-weight="600"' if place == 0 else f' fill="{FAINT}"'
            self._text(line, port + 4, first + 9 * place, LABEL_SIZE, weight)

    def _draw_slot(self, slot: Slot) -> None:
        if slot.is_place_holder:
            return
        left, top = slot.x - slot.width / 2, self.tops[slot.layer]
        node = self.graph.nodes.get(slot.key)
        is_root = slot.key == self.graph.root
        self.shapes.append(box_shape(node, left, top, slot.width, is_root=is_root))
        name, detail = self._words(slot.key, node)
        inset = 14 if node and node.kind is ParticipantKind.PERSON else 8
        lines = wrap(name, size=NAME_SIZE * 1.04, width=slot.width - 2 * inset, lines=2)
        color = f' fill="{PAPER}"' if is_root else ""
        y = top + (16 if len(lines) == 2 else 20)
        for place, line in enumerate(lines):
            self._text(line, left + inset, y + 11 * place, NAME_SIZE, f' font-weight="600"{color}')
        detail = wrap(detail, size=DETAIL_SIZE, width=slot.width - 2 * inset, lines=1)[0]
        self._text(detail, left + inset, top + 39, DETAIL_SIZE, color or f' fill="{FAINT}"')

    def _words(self, key: str, node: Node | None) -> tuple[str, str]:
        """The name and the line beneath it."""
        if node is None:
            number = self.selection.gathered.get(key, 0)
            return f"{number} {'øvrige ejere' if self.upwards else 'øvrige selskaber'}", "Se oversigten nedenfor"
        return node.name or "Uden navn", describe_node(node)

    def _text(self, text: str, x: float, y: float, size: float, attributes: str) -> None:
        if text:
            self.texts.append(f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}"{attributes}>{escape(text)}</text>')


def _edge_label(edge: Edge) -> list[str]:
    """The band of ownership, and that of votes in brackets where it differs."""
    share = edge.share.label.replace("%", " %") if edge.share else "andel ikke oplyst"
    if edge.votes is None or edge.votes == edge.share:
        return [share]
    return [share, f"({edge.votes.label.replace('%', ' %')})"]


def _ports(links: list[Link]) -> Ports:
    """Where each edge meets its far box: spread over the box's width, in the order of the near boxes."""
    by_far: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        by_far[id(link.far)].append(link)
    ports: Ports = {}
    for group in by_far.values():
        group.sort(key=lambda link: link.near.x)
        far = group[0].far
        for place, link in enumerate(group):
            share = (place + 0.5) / len(group)
            ports[link.pair, far.key] = far.x if len(group) == 1 else far.x + far.width * (share - 0.5)
    return ports
