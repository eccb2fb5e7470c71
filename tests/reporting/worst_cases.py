"""Companies that try a report's layout: more of everything than any page was drawn for."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from companies.graph import ChainEnd, Edge, IndirectShare, Node, OwnershipGraph, Verdict
from companies.profile import LegalOwner, Participant, ParticipantKind
from reporting.material import Material
from reporting.models import ReportType
from tests.reporting import makers

LONG_NAME = (
    "Selskabet til Fremme af Nordatlantisk Forsknings-, Undervisnings- og Formidlingsvirksomhed vedrørende "
    "Kystnære Vindforhold af 2011 Kommanditaktieselskab"
)
HUGE_WORD = "Å" * 10_000
HOSTILE = (
    '<script>alert("x")</script><img src="http://127.0.0.1:9/x.png"><b>fed</b> & "citat" \u202eomvendt\u2066 \x07\u200b'
)


def crowded(report_type: ReportType) -> Material:
    """A long name, 40 directors, 60 owners, four levels of owners above, 45 subsidiaries."""
    directors = tuple(
        makers.seat(makers.person(100 + n, f"{LONG_NAME} {n}"), "Direktion", "DIREKTØR", makers.since("2020-01-01"))
        for n in range(40)
    )
    people = tuple(makers.person(200 + n, f"Ejer Nummer {n} Vesterhede-Sønderkær") for n in range(60))
    small = makers.band("5", "9.99")
    owners = tuple(LegalOwner(person, small, small, makers.since("2020-01-01")) for person in people)
    profile = makers.profile(name=LONG_NAME, roles=directors, legal_owners=owners, purpose=f"{LONG_NAME}. " * 20)
    return makers.material(
        report_type,
        profile=profile,
        owners=_wide(people),
        indirect=tuple(
            IndirectShare(makers.node(each).key, Decimal("0.05"), Decimal("0.0999"), Decimal(0), Decimal(1), Verdict.NO)
            for each in people
        ),
        group=_fan(45),
    )


def hostile(report_type: ReportType) -> Material:
    """Names that carry HTML, controls and turning signs, and a word of ten thousand letters."""
    profile = makers.profile(
        name=f"Havnelys {HOSTILE} A/S",
        purpose=HUGE_WORD,
        signing_rule=HOSTILE,
        roles=(makers.seat(makers.person(1, HOSTILE), "Direktion", "DIREKTØR", makers.since("2020-01-01")),),
    )
    graph = makers.owners()
    nodes = {key: replace(node, name=HOSTILE) for key, node in graph.nodes.items()}
    return makers.material(report_type, profile=profile, owners=replace(graph, nodes=nodes), organisation_name=HOSTILE)


def circular(report_type: ReportType) -> Material:
    """A owns B, B owns A, and the company owns itself."""
    first, second = makers.node(makers.company(2, "Ring Øst ApS")), makers.node(makers.company(3, "Ring Vest ApS"))
    root, whole, part = makers.ROOT, makers.band("100", "100"), makers.band("5", "9.99")
    edges = (
        Edge(first.key, root.key, whole, whole),
        Edge(second.key, first.key, whole, None),
        Edge(first.key, second.key, part, part),
        Edge(root.key, root.key, part, part),
    )
    graph = OwnershipGraph(root.key, {node.key: node for node in (root, first, second)}, edges, has_cycle=True)
    return makers.material(report_type, owners=graph, indirect=())


def doubtful(report_type: ReportType) -> Material:
    """Five annual reports that each contradict themselves in four places: twenty reservations and more."""
    years = []
    for accounts in makers.five_years():
        for name in ("revenue", "result", "equity", "assets"):
            accounts = makers.with_figure(accounts, name, 1_234_567, -7_654_321_000)  # noqa: PLW2901 - grows
        years.append(accounts)
    return makers.material(report_type, accounts=tuple(years))


def _wide(people: tuple[Participant, ...]) -> OwnershipGraph:
    """Sixty owners at once, and a chain of four levels, each with a long name."""
    root, small = makers.ROOT, makers.band("5", "9.99")
    chain = [
        Node(f"CVR-1-{makers.cvr(50 + n)}", ParticipantKind.COMPANY, LONG_NAME, makers.cvr(50 + n), form="ApS")
        for n in range(4)
    ]
    ends = [makers.node(person, ChainEnd.PERSON) for person in people]
    nodes = {node.key: node for node in (root, *chain, *ends)}
    edges = [Edge(end.key, root.key, small, small) for end in ends]
    for owned, owner in zip((root, *chain), (*chain, ends[0]), strict=True):
        edges.append(Edge(owner.key, owned.key, makers.band("50", "66.66"), makers.band("33.33", "49.99")))
    return OwnershipGraph(root.key, nodes, tuple(edges))


def _fan(size: int) -> OwnershipGraph:
    root = makers.ROOT
    below = [makers.node(makers.company(100 + n, f"Datterselskab {n} ApS"), form="ApS") for n in range(size)]
    edges = tuple(Edge(root.key, node.key, makers.band("100", "100"), None) for node in below)
    return OwnershipGraph(root.key, {node.key: node for node in (root, *below)}, edges)
