"""The list of chains after the chart: only where it says more than the list of legal owners."""

from __future__ import annotations

from companies.graph import ChainEnd, Edge, OwnershipGraph
from reporting.contents.ownership_graphs import owners_chart_section
from reporting.material import Material
from reporting.models import ReportType
from tests.reporting import makers
from tests.reporting.section_text import sentences, titles


def direct() -> Material:
    """A company that its legal owners own directly."""
    profile = makers.profile()
    root, owners = makers.ROOT, profile.current_owners
    nodes = [makers.node(owner.participant, ChainEnd.PERSON) for owner in owners]
    edges = tuple(Edge(owner.participant.lasso_id, root.key, owner.share, owner.votes) for owner in owners)
    graph = OwnershipGraph(root.key, {node.key: node for node in (root, *nodes)}, edges)
    return makers.material(ReportType.REELLE_EJERE, profile=profile, owners=graph, indirect=())


def test_it_does_not_repeat_the_list_of_legal_owners():
    section = owners_chart_section(direct())
    assert section is not None

    assert titles(section) == []
    assert "Alle ejer direkte: ejere og andele står som liste under Legale ejere." in sentences(section)


def test_it_lists_the_chains_where_there_are_any():
    section = owners_chart_section(makers.material(ReportType.REELLE_EJERE))
    assert section is not None

    assert titles(section)[0] == "Ejerkæder"
