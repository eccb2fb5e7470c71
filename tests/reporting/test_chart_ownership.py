"""The ownership chart."""

from __future__ import annotations

import itertools
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from companies.graph import ChainEnd, Edge, Node, OwnershipGraph
from companies.profile import ParticipantKind
from reporting.charts.layers import arrange, split_loops
from reporting.charts.ownership import draw_ownership
from reporting.charts.selection import select
from reporting.charts.shapes import describe_node
from reporting.charts.text import text_width, wrap
from reporting.models import ReportType
from tests.reporting import makers, worst_cases

SVG = "{http://www.w3.org/2000/svg}"


def drawn(graph: OwnershipGraph, *, upwards: bool = True) -> ET.Element:
    return ET.fromstring(draw_ownership(graph, upwards=upwards, description="Ejere").svg)


def texts(svg: ET.Element) -> list[str]:
    return [element.text or "" for element in svg.iter(f"{SVG}text")]


def heights(svg: ET.Element) -> dict[str, float]:
    return {element.text or "": float(element.get("y", "0")) for element in svg.iter(f"{SVG}text")}


def test_it_draws_every_node_and_band():
    said = texts(drawn(makers.owners()))

    for words in ("Karen Vindfald Mostrup", "Ole Brinkskov", "Nordljus Kapital AB", "Havnelys Elektronik A/S"):
        assert words in said
    for words in ("66,67-89,99 %", "50-66,66 %", "90-99,99 %", "(100 %)", "(33,33-49,99 %)"):
        assert words in said


def test_it_draws_owners_above_what_they_own():
    up = heights(drawn(makers.owners()))
    down = heights(drawn(makers.group(), upwards=False))

    assert up["Karen Vindfald Mostrup"] < up["Mostrup Familieholding ApS"] < up["Havnelys Holding ApS"]
    assert up["Havnelys Holding ApS"] < up["Havnelys Elektronik A/S"]
    assert down["Havnelys Elektronik A/S"] < down["Lydkaj ApS"] < down["Lydkaj Produktion ApS"]


def test_it_carries_its_description_for_those_who_do_not_see_it():
    title = drawn(makers.owners())[0]

    assert title.tag == f"{SVG}title"
    assert title.text == "Ejere"


def test_it_tells_kinds_apart_without_colour():
    boxes = list(drawn(makers.owners()).iter(f"{SVG}rect"))

    assert sum(box.get("rx") == "23.0" for box in boxes) == 2  # two persons
    assert sum(box.get("stroke-dasharray") == "6 3" for box in boxes) == 1  # one foreign company
    assert len({box.get("fill") for box in boxes}) == 2  # the company itself is filled


@pytest.mark.parametrize("name", ["crowded", "hostile", "circular"])
@pytest.mark.parametrize("upwards", [True, False])
def test_it_stays_on_its_paper(name: str, upwards: bool):
    material = getattr(worst_cases, name)(ReportType.REVISION_UDVIDET)
    svg = drawn(material.owners if upwards else material.group, upwards=upwards)
    _, _, width, height = map(float, svg.get("viewBox", "").split())

    for box in svg.iter(f"{SVG}rect"):
        left, top = float(box.get("x", "0")), float(box.get("y", "0"))
        assert left >= -0.5
        assert left + float(box.get("width", "0")) <= width + 0.5
        assert top >= 0
        assert top + float(box.get("height", "0")) <= height


def test_it_lets_no_two_boxes_overlap():
    for graph in (makers.owners(), worst_cases.crowded(ReportType.REELLE_EJERE).owners):
        assert graph is not None
        spans: dict[str, list[tuple[float, float]]] = {}
        for box in drawn(graph).iter(f"{SVG}rect"):
            left = float(box.get("x", "0"))
            spans.setdefault(box.get("y", ""), []).append((left, left + float(box.get("width", "0"))))
        for row in spans.values():
            row.sort()
            assert all(one[1] <= other[0] + 0.2 for one, other in itertools.pairwise(row))


def test_it_gathers_the_smallest_owners_of_a_crowded_layer():
    chart = draw_ownership(worst_cases.crowded(ReportType.REELLE_EJERE).owners, upwards=True, description="Ejere")  # type: ignore[arg-type]

    assert chart.hidden_count == 56
    assert "56 øvrige ejere" in chart.svg


def test_it_keeps_the_largest_owners_of_a_crowded_layer():
    root = makers.ROOT
    ends = [Node(f"CVR-3-{n}", ParticipantKind.PERSON, f"Ejer {n}", end=ChainEnd.PERSON) for n in range(9)]
    lows = [Decimal(n) / 100 for n in (5, 5, 5, 20, 5, 15, 25, 5, 10)]
    edges = tuple(
        Edge(node.key, root.key, makers.band(str(low * 100), str(low * 100 + 4)), None)
        for node, low in zip(ends, lows, strict=True)
    )
    graph = OwnershipGraph(root.key, {node.key: node for node in (root, *ends)}, edges)

    selection = select(graph, upwards=True)

    assert set(selection.layer) == {root.key, "CVR-3-3", "CVR-3-5", "CVR-3-6", "CVR-3-8", "gathered-1"}
    assert selection.gathered == {"gathered-1": 5}


def test_it_names_the_edges_that_close_a_circle():
    chart = draw_ownership(worst_cases.circular(ReportType.REELLE_EJERE).owners, upwards=True, description="Ejere")  # type: ignore[arg-type]

    assert set(chart.loops) == {
        ("Ring Øst ApS", "Ring Vest ApS"),
        ("Havnelys Elektronik A/S", "Havnelys Elektronik A/S"),
    }


def test_it_escapes_names():
    svg = draw_ownership(worst_cases.hostile(ReportType.REELLE_EJERE).owners, upwards=True, description="<b>").svg  # type: ignore[arg-type]

    assert "<script" not in svg
    assert "<title>&lt;b&gt;</title>" in svg


def test_it_layers_by_the_longest_way():
    kept, loops, layer = split_loops("r", [("r", "a"), ("a", "b"), ("r", "b"), ("b", "r")])

    assert layer == {"r": 0, "a": 1, "b": 2}
    assert loops == [("b", "r")]
    assert set(kept) == {("r", "a"), ("a", "b"), ("r", "b")}


def test_it_leads_a_long_edge_around_the_boxes_between():
    pairs = [("r", "a"), ("a", "b"), ("r", "b")]

    arrangement = arrange(pairs, {"r": 0, "a": 1, "b": 2}, widths={0: 100, 1: 100, 2: 100}, total=400, gap=10)

    box, holder = sorted(arrangement.layers[1], key=lambda slot: slot.is_place_holder)
    assert holder.is_place_holder
    assert abs(box.x - holder.x) >= (box.width + holder.width) / 2 + 9.9


def test_it_says_what_a_node_is():
    assert describe_node(makers.node(makers.HOLDING, form="ApS")) == f"ApS · CVR {makers.cvr(2)}"
    assert describe_node(makers.node(makers.KAREN)) == "Person"
    assert describe_node(makers.node(makers.FOREIGN, ChainEnd.FOREIGN)) == "Udenlandsk · SE"


def test_it_wraps_names_and_ends_what_does_not_fit():
    lines = wrap(worst_cases.LONG_NAME, size=9, width=150, lines=2)

    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert all(text_width(line, 9) <= 150 for line in lines)
    assert wrap("X" * 10_000, size=9, width=150, lines=2)[0].endswith("…")
    assert wrap("Kort", size=9, width=150, lines=2) == ["Kort"]
