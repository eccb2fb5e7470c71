"""The ownership charts, upwards and downwards, every edge as a readable list, and where the chains end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from companies.graph import ChainEnd, Edge, IndirectShare, Node, OwnershipGraph
from lasso.language import mark
from lasso.language import translate as _
from reporting.charts.ownership import draw_ownership
from reporting.contents.blocks import Block, Cell, Column, Note, Notice, Paragraph, Row, Section, Table, Tone, row
from reporting.contents.chart_pictures import pictures_of
from reporting.contents.computed_shares import computed_bounds
from reporting.contents.formats import DASH, band
from reporting.contents.names import is_abroad, is_estate, name_of, node_text
from reporting.contents.register_words import country_name
from reporting.contents.sources import owners_source
from reporting.material import Material

ENDS = {
    ChainEnd.FOREIGN: mark("Kæden forlader det danske register"),
    ChainEnd.FOUNDATION: mark("Ejes ikke af nogen"),
    ChainEnd.UNKNOWN: mark("Findes ikke i registret"),
    ChainEnd.NO_OWNERS: mark("Ingen ejere på 5 % eller mere er oplyst"),
    ChainEnd.DEPTH: mark("Kæden er ikke fulgt længere"),
}
# What a reader can do about an end that is no person.
WAYS_ON = {
    ChainEnd.FOREIGN: mark("Indhent udskrift af registret i {country} eller ejerens egen dokumentation."),
    ChainEnd.FOUNDATION: mark(
        "En fonds bestyrelse og særligt begunstigede anses for reelle ejere, i en forening den daglige ledelse."
    ),
    ChainEnd.UNKNOWN: mark("Slå CVR-nummeret op i CVR, eller bed om ejerbogen."),
    ChainEnd.NO_OWNERS: mark("Bed om ejerbogen: ejere under 5 % står ikke i registret."),
    ChainEnd.DEPTH: mark("Bestil en rapport på den sidste virksomhed i kæden."),
}
# Deeper levels are told by the number in front, and indented no further.
DEEPEST_INDENT = 6
MOST_ROWS = 400


ESTATE = mark("Kæden ender i et dødsbo")
WAY_ON_FROM_ESTATE = mark("Indhent skifteretsattest: arvinger kan være reelle ejere.")
UNSTATED = mark("Registret oplyser ikke, hvem ejeren er")
WAY_ON_FROM_UNSTATED = mark("Bed om ejerbogen.")
NUMBERLESS = mark("Har intet CVR-nummer, så kæden kan ikke følges videre")


def owners_chart_section(material: Material) -> Section | None:
    """The owners above the company, drawn and listed, and where their chains end; None when they were not collected."""
    if material.owners is None:
        return None
    if not material.owners.edges:
        empty = Notice(Tone.OPEN, _("Der er ingen registrerede ejere at tegne."))
        return Section(_("Ejerdiagram"), (empty,), owners_source(material))
    blocks = (*_graph_blocks(material.owners, material, upwards=True), *_ends_table(material.owners, material.indirect))
    return Section(_("Ejerdiagram"), blocks, owners_source(material))


def group_section(material: Material) -> Section | None:
    """What the company owns, drawn and listed; None when it was not collected."""
    if material.group is None:
        return None
    title = _("Koncern: ejede selskaber")
    if not material.group.edges:
        nothing = Paragraph(_("Virksomheden står ikke som legal ejer af andre danske selskaber."))
        return Section(title, (nothing,), owners_source(material))
    return Section(title, tuple(_graph_blocks(material.group, material, upwards=False)), owners_source(material))


def _graph_blocks(graph: OwnershipGraph, material: Material, *, upwards: bool) -> Iterator[Block]:
    is_listed_before = upwards and _is_list_of_legal_owners(graph, material)
    description = _description(is_listed_before=is_listed_before, upwards=upwards).format(name=material.profile.name)
    chart = draw_ownership(graph, upwards=upwards, description=description)
    yield from pictures_of(chart, description)
    for owner, owned in chart.loops:
        yield Notice(Tone.NOTE, _loop_text(owner, owned))
    if is_listed_before and not (chart.hidden_count or chart.undrawn):
        yield Note(_("Alle ejer direkte: ejere og andele står som liste under Legale ejere."))
    else:
        yield _tree_table(graph, upwards=upwards)


def _is_list_of_legal_owners(graph: OwnershipGraph, material: Material) -> bool:
    """Whether the list of chains would only say again what stands under the legal owners."""
    owners = {owner.participant.lasso_id for owner in material.profile.current_owners}
    return (
        not graph.has_cycle
        and len(graph.edges) == len(material.profile.current_owners)  # several classes are one edge
        and owners == {edge.owner for edge in graph.edges}
        and all(edge.owned == graph.root for edge in graph.edges)
    )


def _description(*, is_listed_before: bool, upwards: bool) -> str:
    """The text alternative of a chart, with a place for the company's name."""
    if is_listed_before:
        return _("Diagram over ejerne af {name}; alle ejere og andele står i tabellen under Legale ejere.")
    if upwards:
        return _("Diagram over ejerne af {name}; alle ejere og andele står i tabellen efter diagrammet.")
    return _("Diagram over selskaber ejet af {name}; alle selskaber og andele står i tabellen efter diagrammet.")


def _loop_text(owner: str, owned: str) -> str:
    if owner == owned:
        return _(
            "Egne andele: {owner} ejer en del af sig selv. De er ikke tegnet, men står i tabellen, og de holdes ude af "
            "beregningen af reelle ejere."
        ).format(owner=owner)
    return _(
        "Kredsejerskab: {owner} ejer også {owned}, så kæden fører tilbage til sig selv. Denne andel er ikke tegnet, "
        "men står i tabellen; i beregningen tilfalder den ejerne uden for kredsen."
    ).format(owner=owner, owned=owned)


def _tree_table(graph: OwnershipGraph, *, upwards: bool) -> Table:
    """Every chain as an indented list, the text form of the chart."""
    rows = tuple(_tree_rows(graph, upwards=upwards))
    left_out = _("{n} rækker er udeladt.").format(n=len(rows) - MOST_ROWS) if len(rows) > MOST_ROWS else ""
    return Table(
        title=_("Ejerkæder") if upwards else _("Ejede selskaber"),
        columns=(
            Column(_("Ejer") if upwards else _("Selskab"), 46),
            Column(_("Ejer af") if upwards else _("Ejes af"), 24),
            Column(_("Ejerandel"), 15),
            Column(_("Stemmer"), 15),
        ),
        rows=rows[:MOST_ROWS],
        note=left_out,
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
        near_name = _("Virksomheden selv") if near == graph.root else name_of(graph.nodes[near])
        yield _tree_row(graph.nodes[far], near_name, edge, level, is_repeated=goes_on)
        if not is_repeated:
            opened.add(far)
            stack += [(next_edge, level + 1) for next_edge in reversed(outwards[far])]


def _tree_row(node: Node, near_name: str, edge: Edge, level: int, *, is_repeated: bool) -> Row:
    again = _("egne andele") if edge.owner == edge.owned else _("se ovenfor")
    words = [node_text(node), _end_text(node), again if is_repeated else ""]
    return row(
        Cell(name_of(node), detail=" · ".join(word for word in words if word)),
        near_name,
        band(edge.share),
        band(edge.votes),
        level=min(level, DEEPEST_INDENT),
    )


def _ends_table(graph: OwnershipGraph, indirect: tuple[IndirectShare, ...]) -> Iterator[Table]:
    """The ends of chains where no person stands, what they hold and what can be done about them."""
    computed = {share.owner: share for share in indirect}
    ends = [node for node in graph.nodes.values() if node.end in ENDS and node.key != graph.root]
    if not ends:
        return
    ends.sort(key=lambda node: -computed[node.key].share_high if node.key in computed else 0)
    yield Table(
        title=_("Hvor kæderne ender uden en person"),
        columns=(
            Column(_("Kæden ender ved"), 30),
            Column(_("Ejer i alt, beregnet"), 18),
            Column(_("Hvorfor, og hvad du kan gøre"), 52),
        ),
        rows=tuple(_end_row(node, computed.get(node.key)) for node in ends[:MOST_ROWS]),
        note=_(
            "Det beregnede er, hvad der i alt ejes af virksomheden gennem dette led; bag leddet kan stå reelle ejere."
        ),
    )


def _end_text(node: Node) -> str:
    """Why a chain ends here; empty for persons and where it goes on."""
    if not node.is_stated:
        return _(UNSTATED)
    if node.end is ChainEnd.FOREIGN and not is_abroad(node):
        return _(ESTATE) if is_estate(node) else _(NUMBERLESS)
    return _(ENDS[node.end]) if node.end in ENDS else ""


def _end_row(node: Node, share: IndirectShare | None) -> Row:
    country = country_name(node.country_code) if is_abroad(node) else _("hjemlandet")
    way_on = _(WAYS_ON[node.end]).format(country=country)
    if is_estate(node) or not node.is_stated:
        way_on = _(WAY_ON_FROM_ESTATE) if node.is_stated else _(WAY_ON_FROM_UNSTATED)
    return row(
        Cell(name_of(node), detail=node_text(node)),
        computed_bounds(share.share_low, share.share_high) if share else DASH,
        Cell(_end_text(node), detail=way_on),
    )
