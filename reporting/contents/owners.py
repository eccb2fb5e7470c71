"""Who owns the company and what it owns: legal owners, the charts, and every edge as a readable list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from companies.graph import ChainEnd, Edge, Node, OwnershipGraph
from companies.profile import LegalOwner
from reporting.charts.ownership import draw_ownership
from reporting.charts.shapes import describe_node, legend
from reporting.contents.blocks import Block, Cell, Column, Notice, Paragraph, Picture, Row, Section, Table, Tone, row
from reporting.contents.company import CVR_SOURCE
from reporting.contents.formats import band, short_date
from reporting.contents.people import is_recent, participant_cell
from reporting.material import Material

OWNERS_SOURCE = "Det Offentlige Ejerregister, Erhvervsstyrelsen"
ENDS = {
    ChainEnd.FOREIGN: "Udenlandsk: kæden forlader det danske register",
    ChainEnd.FOUNDATION: "Fond eller forening: ejes ikke af nogen",
    ChainEnd.UNKNOWN: "Findes ikke i registret: kæden kan ikke følges videre",
    ChainEnd.NO_OWNERS: "Ingen ejere på 5 % eller mere er oplyst",
    ChainEnd.DEPTH: "Kæden er ikke fulgt længere",
}
# Deeper levels are told by the number in front, and indented no further.
DEEPEST_INDENT = 6
MOST_ROWS = 400


def legal_owners_section(material: Material) -> Section:
    """The owners in the public register, in force and former, with their bands."""
    profile = material.profile
    current = sorted(profile.current_owners, key=_size, reverse=True)
    former = sorted(
        (owner for owner in profile.legal_owners if owner not in profile.current_owners and owner.period.end_date),
        key=lambda owner: owner.period.end_date or material.day,
        reverse=True,
    )
    blocks: list[Block] = [
        Table(
            columns=_OWNER_COLUMNS,
            rows=tuple(_owner_row(owner, material) for owner in current),
            empty="Der er ikke registreret legale ejere på 5 % eller mere.",
            note=_small_owners(profile.has_owners_under_five_percent),
        )
    ]
    if former:
        blocks.append(
            Table(
                title="Tidligere legale ejere",
                columns=(*_OWNER_COLUMNS[:3], Column("Fra", 14), Column("Til", 14)),
                rows=tuple(
                    row(
                        participant_cell(owner.participant),
                        band(owner.share),
                        band(owner.votes),
                        short_date(owner.period.start_date),
                        short_date(owner.period.end_date),
                        kind="former",
                    )
                    for owner in former
                ),
            )
        )
    return Section("Legale ejere", tuple(blocks), OWNERS_SOURCE)


def owners_chart_section(material: Material) -> Section | None:
    """The owners above the company, drawn and listed; None when they were not collected."""
    if material.owners is None:
        return None
    if not material.owners.edges:
        empty = Notice(Tone.OPEN, "Der er ingen registrerede ejere at tegne.")
        return Section("Ejerdiagram", (empty,), OWNERS_SOURCE)
    blocks = _graph_blocks(material.owners, material, upwards=True)
    return Section("Ejerdiagram", tuple(blocks), OWNERS_SOURCE)


def group_section(material: Material) -> Section | None:
    """What the company owns, drawn and listed; None when it was not collected."""
    if material.group is None:
        return None
    if not material.group.edges:
        nothing = Paragraph("Virksomheden står ikke som legal ejer af andre danske selskaber.")
        return Section("Koncern: ejede selskaber", (nothing,), OWNERS_SOURCE)
    return Section(
        "Koncern: ejede selskaber", tuple(_graph_blocks(material.group, material, upwards=False)), OWNERS_SOURCE
    )


_OWNER_COLUMNS = (
    Column("Ejer", 40),
    Column("Ejerandel", 16),
    Column("Stemmer", 16),
    Column("Siden", 14),
    Column("Meddelt", 14),
)


def _graph_blocks(graph: OwnershipGraph, material: Material, *, upwards: bool) -> Iterator[Block]:
    name = material.profile.name
    description = (
        f"Diagram over ejerne af {name}; alle ejere og andele står i tabellen efter diagrammet."
        if upwards
        else f"Diagram over selskaber ejet af {name}; alle selskaber og andele står i tabellen efter diagrammet."
    )
    chart = draw_ownership(graph, upwards=upwards, description=description)
    yield Picture(chart.svg, description, legend())
    yield Paragraph("Ved hver streg står ejerandelen og i parentes stemmeandelen, hvor den er en anden.")
    if chart.hidden_count:
        yield Paragraph(
            f"Diagrammet viser de største; {chart.hidden_count} er samlet i bokse. Alle står i tabellen nedenfor."
        )
    for owner, owned in chart.loops:
        what = "Egne andele: {} ejer en del af sig selv" if owner == owned else "Kredsejerskab: {} ejer også {}"
        yield Notice(Tone.NOTE, f"{what.format(owner, owned)}. Denne ejerandel er ikke tegnet, men står i tabellen.")
    yield _tree_table(graph, upwards=upwards)


def _tree_table(graph: OwnershipGraph, *, upwards: bool) -> Table:
    """Every chain as an indented list, the text form of the chart."""
    rows = tuple(_tree_rows(graph, upwards=upwards))
    return Table(
        title="Ejerkæder" if upwards else "Ejede selskaber",
        columns=(
            Column("Ejer" if upwards else "Selskab", 46),
            Column("Ejer af" if upwards else "Ejes af", 24),
            Column("Ejerandel", 15),
            Column("Stemmer", 15),
        ),
        rows=rows[:MOST_ROWS],
        note=f"{len(rows) - MOST_ROWS} rækker er udeladt." if len(rows) > MOST_ROWS else "",
    )


def _tree_rows(graph: OwnershipGraph, *, upwards: bool) -> Iterator[Row]:
    """The graph from its root, depth first; a node met again is not opened again."""
    outwards: dict[str, list[Edge]] = defaultdict(list)
    for edge in graph.edges:
        outwards[edge.owned if upwards else edge.owner].append(edge)
    for edges in outwards.values():
        edges.sort(key=lambda edge: edge.share.low if edge.share else 0, reverse=True)
    opened = {graph.root}
    stack = [(edge, 1) for edge in reversed(outwards[graph.root])]
    while stack:
        edge, level = stack.pop()
        near, far = (edge.owned, edge.owner) if upwards else (edge.owner, edge.owned)
        is_repeated = far in opened
        goes_on = is_repeated and bool(outwards[far])
        near_name = "Virksomheden selv" if near == graph.root else graph.nodes[near].name
        yield _tree_row(graph.nodes[far], near_name, edge, level, is_repeated=goes_on)
        if not is_repeated:
            opened.add(far)
            stack += [(next_edge, level + 1) for next_edge in reversed(outwards[far])]


def _tree_row(node: Node, near_name: str, edge: Edge, level: int, *, is_repeated: bool) -> Row:
    again = "egne andele" if edge.owner == edge.owned else "se ovenfor"
    words = [describe_node(node), ENDS.get(node.end, ""), again if is_repeated else ""]
    detail = " · ".join(word for word in words if word)
    return row(
        Cell(node.name or "Uden navn", detail=detail),
        near_name,
        band(edge.share),
        band(edge.votes),
        level=min(level, DEEPEST_INDENT),
    )


def _owner_row(owner: LegalOwner, material: Material) -> Row:
    mark = "Ny" if is_recent(owner.period.start_date, material.day) else ""
    return row(
        participant_cell(owner.participant, mark=mark),
        band(owner.share),
        band(owner.votes),
        short_date(owner.period.start_date),
        short_date(owner.notified_date),
    )


def _size(owner: LegalOwner) -> tuple[float, float]:
    return (float(owner.share.low) if owner.share else 0.0, float(owner.votes.low) if owner.votes else 0.0)


def _small_owners(has_some: bool | None) -> str:  # noqa: FBT001 - the register's answer itself
    known = {True: "Der findes også ejere under 5 %.", False: "Der findes ingen ejere under 5 %.", None: ""}[has_some]
    return f"Andele vises i registrets intervaller; kun ejere på mindst 5 % registreres. {known}".strip()


__all__ = ["CVR_SOURCE", "OWNERS_SOURCE", "group_section", "legal_owners_section", "owners_chart_section"]
