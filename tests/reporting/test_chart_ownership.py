"""The ownership chart: what is drawn, and that what is drawn can be read."""

from __future__ import annotations

import itertools
from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companies.graph import ChainEnd, Edge, Node, OwnershipGraph
from companies.profile import ParticipantKind
from reporting.charts.ownership import OwnershipChart, draw_ownership
from reporting.charts.selection import MOST_EDGES_AT_A_BOX, MOST_NODES
from reporting.charts.shapes import Shape, describe_node, legend
from reporting.charts.sheets import MOST_HEIGHT
from reporting.models import ReportType
from tests.reporting import makers, worst_cases
from tests.reporting.chart_geometry import SVG, drawn_edges, random_graph, read

graphs = st.builds(
    random_graph,
    seed=st.integers(0, 100_000),
    size=st.integers(1, 45),
    width=st.sampled_from((1, 3, 8, 45)),
    upwards=st.just(value=True),
)


def drawn(graph: OwnershipGraph | None, *, upwards: bool = True) -> OwnershipChart:
    assert graph is not None
    return draw_ownership(graph, upwards=upwards, description="Ejere")


def svg_of(chart: OwnershipChart) -> ET.Element:
    (sheet,) = chart.sheets
    return ET.fromstring(sheet.svg)


def heights(chart: OwnershipChart) -> dict[str, float]:
    return {text.text or "": float(text.get("y", "0")) for text in svg_of(chart).iter(f"{SVG}text")}


def names(chart: OwnershipChart) -> list[str]:
    """The words of each box on every sheet."""
    return [paper.name_of(box) for paper in map(read, chart.sheets) for box in paper.boxes]


def fan(size: int, *, name: str = "Ejer {}") -> OwnershipGraph:
    """So many persons who own the company at once."""
    root, small = makers.ROOT, makers.band("5", "9.99")
    ends = [Node(f"CVR-3-{n}", ParticipantKind.PERSON, name.format(n), end=ChainEnd.PERSON) for n in range(size)]
    edges = tuple(Edge(end.key, root.key, small, small) for end in ends)
    return OwnershipGraph(root.key, {node.key: node for node in (root, *ends)}, edges)


def test_it_draws_every_node_and_band():
    said = set(heights(drawn(makers.owners())))

    assert {"Karen Vindfald Mostrup", "Ole Brinkskov", "Nordljus Kapital AB", "Havnelys Elektronik A/S"} <= said
    assert {
        band.replace(" ", "\u00a0")
        for band in ("66,67-89,99 %", "50-66,66 %", "90-99,99 %", "(100 %)", "(33,33-49,99 %)")
    } <= said


def test_it_draws_owners_above_what_they_own():
    up = heights(drawn(makers.owners()))
    down = heights(drawn(makers.group(), upwards=False))

    assert up["Karen Vindfald Mostrup"] < up["Mostrup Familieholding ApS"] < up["Havnelys Holding ApS"]
    assert up["Havnelys Holding ApS"] < up["Havnelys Elektronik A/S"]
    assert down["Havnelys Elektronik A/S"] < down["Lydkaj ApS"] < down["Lydkaj Produktion ApS"]


def test_it_carries_its_description_for_those_who_do_not_see_it():
    title = svg_of(drawn(makers.owners()))[0]

    assert title.tag == f"{SVG}title"
    assert title.text == "Ejere"


def test_it_tells_kinds_apart_without_colour():
    ends = {
        "fond": ChainEnd.FOUNDATION,
        "ukendt": ChainEnd.UNKNOWN,
        "uden": ChainEnd.NO_OWNERS,
        "stoppet": ChainEnd.DEPTH,
        "udland": ChainEnd.FOREIGN,
        "selskab": ChainEnd.NONE,
    }
    country = {ChainEnd.FOREIGN: "SE"}
    nodes = [
        Node(name, ParticipantKind.COMPANY, name, country_code=country.get(end, ""), end=end)
        for name, end in ends.items()
    ]
    nodes.append(Node("person", ParticipantKind.PERSON, "person", end=ChainEnd.PERSON))
    edges = tuple(Edge(node.key, makers.ROOT.key, None, None) for node in nodes)
    graph = OwnershipGraph(makers.ROOT.key, {node.key: node for node in (makers.ROOT, *nodes)}, edges)

    svg = svg_of(drawn(graph))

    borders = [(rect.get("rx"), rect.get("stroke-dasharray"), rect.get("fill")) for rect in svg.iter(f"{SVG}rect")]
    double = [path for path in svg.iter(f"{SVG}path") if path.get("stroke-width") == "0.7"]
    assert len(double) == 1
    assert borders.count((None, None, "#ffffff")) == 2  # a company and, with a second border, a foundation
    assert borders.count((None, "7 3", "#ffffff")) == 1
    assert borders.count((None, "2 2", "#ffffff")) == 3
    assert len([rx for rx, _, fill in borders if rx and fill != "#17364d"]) == 1
    assert borders.count(("2.0", None, "#17364d")) == 1
    said = " ".join(heights(drawn(graph)))
    assert all(words in said for words in ("Ikke i registret", "Ingen ejere oplyst", "Ikke fulgt videre", "Udenlandsk"))


def test_it_explains_only_the_kinds_that_occur():
    chart = drawn(makers.owners())

    assert [text for _, text in legend(chart.shapes)] == ["Dansk selskab", "Person", "Udenlandsk ejer"]
    assert chart.shapes == {Shape.ROOT, Shape.COMPANY, Shape.PERSON, Shape.FOREIGN}


@given(graph=graphs)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_it_draws_every_node_once_and_every_edge_once(graph: OwnershipGraph):
    chart = drawn(graph)

    told = dict(zip(names(chart), names(chart), strict=True))
    assert len(told) == len(names(chart)) == len(graph.nodes)
    by_name = {
        node.name: next(words for words in told if words.startswith(node.name[:12])) for node in graph.nodes.values()
    }
    expected = [(by_name[graph.nodes[edge.owner].name], by_name[graph.nodes[edge.owned].name]) for edge in graph.edges]
    elsewhere = [(by_name[owner], by_name[owned]) for owner, owned in (*chart.loops, *chart.undrawn)]
    assert sorted(drawn_edges(chart, upwards=True) + elsewhere) == sorted(expected)


@given(graph=graphs)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_it_lets_nothing_overlap_and_nothing_leave_its_paper(graph: OwnershipGraph):
    for sheet in drawn(graph).sheets:
        paper = read(sheet)
        labels = [label.area for label in paper.labels]
        assert paper.area.bottom <= MOST_HEIGHT + 3
        for one, other in itertools.combinations([*paper.boxes, *paper.circles, *labels], 2):
            assert not one.overlaps(other)
        for area in (*paper.boxes, *paper.circles, *(text.area for text in paper.texts)):
            assert paper.area.contains(area)
        for box in (*paper.boxes, *paper.circles):
            assert all(box.contains(text.area) for text in paper.inside(box))


@given(graph=graphs)
@settings(max_examples=20, deadline=None, derandomize=True)
def test_it_draws_no_line_through_a_box_or_a_band(graph: OwnershipGraph):
    for paper in map(read, drawn(graph).sheets):
        labels = [label.area for label in paper.labels]
        for x, y, x2, y2 in paper.lines:
            line = type(paper.area)(min(x, x2) - 0.4, min(y, y2) - 0.4, max(x, x2) + 0.4, max(y, y2) + 0.4)
            assert not any(line.overlaps(box, by=0.9) for box in paper.boxes)
            assert not any(line.overlaps(label, by=0.9) for label in labels)


@pytest.mark.parametrize("upwards", [True, False])
def test_it_draws_the_same_both_ways(upwards: bool):
    graph = random_graph(7, 30, upwards=upwards)
    chart = drawn(graph, upwards=upwards)

    assert len(drawn_edges(chart, upwards=upwards)) + len(chart.loops) + len(chart.undrawn) == len(graph.edges)


def test_it_gives_the_same_chart_every_time():
    assert drawn(random_graph(3, 40)) == drawn(random_graph(3, 40))


def test_it_goes_on_over_several_sheets_instead_of_gathering():
    chart = drawn(worst_cases.crowded(ReportType.REELLE_EJERE).owners)

    assert chart.hidden_count == 0
    assert len(chart.sheets) > 1
    said = " ".join(names(chart)).replace("- ", "-")
    assert all(f"Ejer Nummer {n} Vesterhede-Sønderkær" in said for n in range(60))


def test_it_says_where_a_cut_edge_goes_on():
    chart = drawn(fan(80))
    first, *others = chart.sheets

    assert first.begins == ()
    assert first.ends == (("A", "Havnelys Elektronik A/S"),)
    assert all(sheet.begins == (("A", "Havnelys Elektronik A/S"),) for sheet in others)
    assert others[-1].ends == ()
    assert [text.words for circle in read(first).circles for text in read(first).inside(circle)] == ["A"]
    assert len(drawn_edges(chart, upwards=True)) == 80


def test_it_numbers_its_sheets_in_their_descriptions():
    titles = [ET.fromstring(sheet.svg)[0].text for sheet in drawn(fan(80)).sheets]

    assert titles == [f"Ejere Del {n} af {len(titles)}." for n in range(1, len(titles) + 1)]


def test_it_gathers_the_smallest_only_when_there_are_hundreds():
    chart = drawn(fan(MOST_NODES + 100))

    assert chart.hidden_count == MOST_NODES + 100 - 119
    assert Shape.GATHERED in chart.shapes
    assert any("øvrige ejere" in words for words in names(chart))


def test_it_keeps_the_largest_owners_of_a_layer_that_is_gathered():
    lows = [Decimal(n) / 100 for n in range(500)]
    root = makers.ROOT
    ends = [Node(f"CVR-3-{n}", ParticipantKind.PERSON, f"Ejer {n}.", end=ChainEnd.PERSON) for n in range(500)]
    edges = tuple(
        Edge(node.key, root.key, makers.band(str(low), str(low)), None) for node, low in zip(ends, lows, strict=True)
    )

    said = " ".join(names(drawn(OwnershipGraph(root.key, {node.key: node for node in (root, *ends)}, edges))))

    assert all(f"Ejer {n}. " in f"{said} " for n in range(381, 500))
    assert "Ejer 380. " not in said


def test_it_lists_the_edges_that_find_no_room_at_their_box():
    root, whole, part = makers.ROOT, makers.band("100", "100"), makers.band("5", "9.99")
    owner = makers.node(makers.KAREN, ChainEnd.PERSON)
    middle = [makers.node(makers.company(20 + n, f"Led {n} ApS"), form="ApS") for n in range(9)]
    edges = [Edge(node.key, root.key, part, part) for node in middle]
    edges += [Edge(owner.key, node.key, whole if n < 6 else part, None) for n, node in enumerate(middle)]
    graph = OwnershipGraph(root.key, {node.key: node for node in (root, owner, *middle)}, tuple(edges))

    chart = drawn(graph)

    assert chart.undrawn == tuple(("Karen Vindfald Mostrup", f"Led {n} ApS") for n in (6, 7, 8))
    assert len(drawn_edges(chart, upwards=True)) == 9 + MOST_EDGES_AT_A_BOX


def test_it_names_the_edges_that_close_a_circle_and_marks_their_boxes():
    chart = drawn(worst_cases.circular(ReportType.REELLE_EJERE).owners)

    assert set(chart.loops) == {
        ("Ring Øst ApS", "Ring Vest ApS"),
        ("Havnelys Elektronik A/S", "Havnelys Elektronik A/S"),
    }
    marked = [words for words in names(chart) if "Kredsejerskab 1" in words]
    assert len(marked) == 2
    assert any("Egne andele: 5-9,99\u00a0%" in words for words in names(chart))
    heavy = [rect for rect in svg_of(chart).iter(f"{SVG}rect") if rect.get("stroke-width") == "2.4"]
    assert len(heavy) == 3


def test_it_tells_long_names_in_full():
    graph = fan(3, name=worst_cases.LONG_NAME + " {}")

    said = " ".join(names(drawn(graph))).replace("- ", "-").replace("-,", "-, ")

    for number in range(3):
        assert "".join(f"{worst_cases.LONG_NAME} {number}".split()) in "".join(said.split())


def test_it_ends_a_name_of_ten_thousand_letters():
    chart = drawn(fan(2, name="Å" * 10_000 + "{}"))

    paper = read(chart.sheets[0])
    assert all("…" in paper.name_of(box) for box in paper.boxes if "Å" in paper.name_of(box))
    assert all(box.contains(text.area) for box in paper.boxes for text in paper.inside(box))


def test_it_escapes_names():
    graph = worst_cases.hostile(ReportType.REELLE_EJERE).owners
    assert graph is not None
    (sheet,) = draw_ownership(graph, upwards=True, description="<b>").sheets

    assert "<script" not in sheet.svg
    assert "<title>&lt;b&gt;</title>" in sheet.svg


def test_it_says_what_a_node_is():
    assert describe_node(makers.node(makers.HOLDING, form="ApS")) == f"ApS · CVR {makers.cvr(2)}"
    assert describe_node(makers.node(makers.KAREN)) == "Person"
    assert describe_node(makers.node(makers.FOREIGN, ChainEnd.FOREIGN)) == "Udenlandsk · SE"
    assert describe_node(replace(makers.node(makers.FOREIGN, ChainEnd.FOREIGN), country_code="")) == "Uden CVR-nummer"
