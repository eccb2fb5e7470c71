"""Ownership charts read back from their SVG, as a reader would: boxes, bands, lines and where they lead. And random
graphs to draw."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

from fontTools.ttLib import TTFont

from companies.graph import ChainEnd, Edge, Node, OwnershipGraph
from companies.profile import ParticipantKind
from reporting.charts.ownership import OwnershipChart, Sheet
from reporting.fonts import use_report_fonts
from tests.reporting import makers

SVG = "{http://www.w3.org/2000/svg}"
BANDS = (("5", "9.99"), ("25", "33.32"), ("33.33", "49.99"), ("50", "66.66"), ("66.67", "89.99"), ("100", "100"))
NEAR = 0.35  # coordinates are written with one decimal


@dataclass(frozen=True)
class Area:
    """A rectangle on the paper."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Area, by: float = 0.3) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.left + by < other.right
            and other.left + by < self.right
            and self.top + by < other.bottom
            and other.top + by < self.bottom
        )

    def contains(self, other: Area, slack: float = 0.5) -> bool:
        """Whether the other lies within."""
        return (
            self.left <= other.left + slack
            and other.right <= self.right + slack
            and self.top <= other.top + slack
            and other.bottom <= self.bottom + slack
        )


@dataclass
class Text:
    """A line of text and the area it takes, measured with the font itself."""

    words: str
    area: Area


@dataclass
class Paper:
    """What a sheet shows."""

    area: Area
    boxes: list[Area] = field(default_factory=list)
    circles: list[Area] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    lines: list[tuple[float, float, float, float]] = field(default_factory=list)

    def inside(self, area: Area) -> list[Text]:
        """The texts that begin within an area."""
        return [text for text in self.texts if area.contains(Area(*(text.area.left, text.area.bottom) * 2), 0.0)]

    @property
    def labels(self) -> list[Text]:
        """The texts beside the edges."""
        held = [text for area in (*self.boxes, *self.circles) for text in self.inside(area)]
        return [text for text in self.texts if text not in held]

    def name_of(self, box: Area) -> str:
        """All words of a box."""
        return " ".join(text.words for text in self.inside(box))


def read(sheet: Sheet) -> Paper:
    """A sheet as it is drawn."""
    svg = ET.fromstring(sheet.svg)
    left, top, width, height = map(float, svg.get("viewBox", "").split())
    paper = Paper(Area(left, top, left + width, top + height))
    for rect in svg.iter(f"{SVG}rect"):
        x, y, across, down = (float(rect.get(name, "0")) for name in ("x", "y", "width", "height"))
        paper.boxes.append(Area(x, y, x + across, y + down))
    for path in svg.iter(f"{SVG}path"):
        drawn = path.get("d", "")
        for start_x, start_y, sign, stop in re.findall(r"M([\d.-]+) ([\d.-]+)([VH])([\d.-]+)", drawn):
            x, y, end = float(start_x), float(start_y), float(stop)
            paper.lines.append((x, y, x, end) if sign == "V" else (x, y, end, y))
        for start_x, start_y, reach in re.findall(r"M([\d.-]+) ([\d.-]+)a([\d.]+)", drawn):
            x, y, radius = float(start_x), float(start_y), float(reach)
            paper.circles.append(Area(x, y - radius, x + 2 * radius, y + radius))
    for text in svg.iter(f"{SVG}text"):
        x, y, size = (float(text.get(name, "0")) for name in ("x", "y", "font-size"))
        is_bold = text.get("font-weight") == "600"
        words = text.text or ""
        paper.texts.append(Text(words, Area(x, y - size * 0.73, x + measured(words, size, is_bold=is_bold), y + 1.5)))
    return paper


@cache
def _font(weight: str) -> Any:
    font = TTFont(next(use_report_fonts().glob(f"*-{weight}.*")))
    return font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm


def measured(words: str, size: float, *, is_bold: bool) -> float:
    """How wide the font itself makes a text, without kerning; a sign that it lacks is taken for an em wide."""
    names, metrics, units = _font("SemiBold" if is_bold else "Regular")
    return sum(metrics[names[ord(sign)]][0] / units if ord(sign) in names else 1.0 for sign in words) * size


def drawn_edges(chart: OwnershipChart, *, upwards: bool) -> list[tuple[str, str]]:
    """(owner, owned) by all words of their boxes, followed along the lines; over cuts by the letters.

    A set of joined lines that does not lead to exactly one owned (upwards) or one owner (downwards) is an error: two
    edges would look as if they were one.
    """
    found = []
    papers = [read(sheet) for sheet in chart.sheets]
    owner_of_letter: dict[str, str] = {}
    for paper in papers:
        for lines in _joined(paper.lines):
            near, fars, begins, ends = _leads_to(paper, lines, upwards=upwards)
            origin = near + [owner_of_letter[letter] for letter in begins]
            assert len(origin) == 1, f"one line leads to {origin}"
            for letter in ends:
                assert owner_of_letter.setdefault(letter, origin[0]) == origin[0]
            found += [(far, origin[0]) if upwards else (origin[0], far) for far in fars]
    return found


def _joined(lines: list[tuple[float, float, float, float]]) -> list[list[tuple[float, float, float, float]]]:
    """Lines that touch at an end of one of them, in groups; lines that cross do not touch."""
    groups = {place: {place} for place in range(len(lines))}
    for place, line in enumerate(lines):
        for other_place, other in enumerate(lines[:place]):
            if _touches(line, other) or _touches(other, line):
                merged = groups[place] | groups[other_place]
                for member in merged:
                    groups[member] = merged
    return [[lines[place] for place in group] for group in {id(group): group for group in groups.values()}.values()]


def _touches(line: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    x, y, x2, y2 = other
    return any(
        min(x, x2) - NEAR <= end_x <= max(x, x2) + NEAR and min(y, y2) - NEAR <= end_y <= max(y, y2) + NEAR
        for end_x, end_y in (line[:2], line[2:])
    )


def _leads_to(paper: Paper, lines: list[tuple[float, float, float, float]], *, upwards: bool) -> Any:
    """Boxes and letters at the near end of a group of lines, and at the far end."""
    reached: dict[str, list[str]] = defaultdict(list)
    ends = {end for line in lines for end in (line[:2], line[2:])}
    for areas, kind in ((paper.boxes, "box"), (paper.circles, "circle")):
        for area in areas:
            for edge, y in (("top", area.top), ("bottom", area.bottom)):
                if any(area.left - NEAR <= x <= area.right + NEAR and abs(at - y) <= NEAR for x, at in ends):
                    reached[f"{kind} {edge}"].append(paper.name_of(area))
    towards, away = ("top", "bottom") if upwards else ("bottom", "top")
    return reached[f"box {towards}"], reached[f"box {away}"], reached[f"circle {towards}"], reached[f"circle {away}"]


def random_graph(seed: int, size: int, *, width: int = 8, upwards: bool = True) -> OwnershipGraph:
    """A graph of so many nodes beside the root, some with several ways, long names and circles; names are unique."""
    chance = random.Random(seed)
    root = makers.ROOT
    ends = (ChainEnd.NONE, ChainEnd.FOUNDATION, ChainEnd.UNKNOWN, ChainEnd.FOREIGN)
    nodes = [root]
    for number in range(size):
        name = f"N{number}x {'Kystvindsholding ' * chance.choice((0, 0, 1, 2, 7))}ApS"
        kind = chance.choice((ParticipantKind.PERSON, ParticipantKind.COMPANY, ParticipantKind.COMPANY))
        nodes.append(Node(f"CVR-{number}", kind, name, f"99{number:06}", form="ApS", end=chance.choice(ends)))
    edges = {}
    for number in range(1, size + 1):
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            near = nodes[chance.randrange(max(0, number - width), number)]
            edges[near.key, nodes[number].key] = _bands(chance)
        if chance.random() < 0.05:
            edges[nodes[number].key, nodes[chance.randrange(1, number + 1)].key] = _bands(chance)
    made = tuple(
        Edge(far, near, share, votes) if upwards else Edge(near, far, share, votes)
        for (near, far), (share, votes) in edges.items()
    )
    return OwnershipGraph(root.key, {node.key: node for node in nodes}, made)


def _bands(chance: random.Random) -> tuple[Any, Any]:
    share = makers.band(*chance.choice(BANDS)) if chance.random() < 0.9 else None
    return share, makers.band(*chance.choice(BANDS)) if chance.random() < 0.5 else share
