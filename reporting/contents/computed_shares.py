"""What the chains of legal owners come to: bounds beside what is registered, and the arithmetic of each way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from companies.graph import ChainEnd, IndirectShare, Node, OwnershipGraph, Verdict
from companies.paths import Path, Paths, paths_to_root
from companies.profile import BeneficialOwner, ParticipantKind, ShareBand
from lasso.language import mark
from lasso.language import translate as _
from reporting.contents.blocks import Block, Cell, Column, Note, Paragraph, Row, Section, Table, Tile, row
from reporting.contents.formats import DASH, band, bounds, exact_percent, number
from reporting.contents.names import name_of, node_text
from reporting.contents.sources import OWNERS_REGISTER, own_source
from reporting.material import Material

VERDICTS = {
    Verdict.CERTAIN: mark("Over 25 %"),
    Verdict.POSSIBLE: mark("Muligvis over 25 %"),
    Verdict.NO: mark("Ikke over 25 %"),
}
# Owners whose ways are told, and owners in the table of bounds.
MOST_OWNERS, MOST_ROWS = 12, 200
MOST_STEPS_SHOWN = 12  # names and factors of a way; a longer one is told by its ends
STEP = Decimal("0.0001")


def computed_section(material: Material) -> Section:
    """What each owner at the end of a chain holds of the company, as bounds, beside what is registered."""
    explanation = Paragraph(
        _(
            "Ejerregistret viser kun intervaller, så resultatet er et interval: langs hver kæde ganges de mindste og "
            "de største andele med hinanden, flere kæder til samme ejer lægges sammen, og ingen får mere, end de andre "
            "med sikkerhed levner. Virksomhedens egne andele holdes ude. En person er som udgangspunkt reel ejer ved "
            "mere end 25 % af kapital eller stemmer eller ved kontrol på anden måde (hvidvaskloven § 2)."
        )
    )
    shown = material.indirect[:MOST_ROWS]
    table = Table(
        columns=(
            Column(_("Ejer for enden af kæden"), 34),
            Column(_("Ejerandel, beregnet"), 18),
            Column(_("Stemmer, beregnet"), 18),
            Column(_("Registreret"), 14),
            Column(_("Vurdering"), 16),
        ),
        rows=tuple(_computed_row(share, material) for share in shown),
        empty=_("Der er ingen ejerkæder at beregne på."),
        note=_("{n} ejere er udeladt.").format(n=number(left))
        if (left := len(material.indirect) - MOST_ROWS) > 0
        else "",
    )
    return Section(
        _("Beregnede ejerandele"), (explanation, table, *_arithmetic(material)), own_source(material, OWNERS_REGISTER)
    )


def computed_tile(material: Material) -> Tile:
    """How many persons the chains give more than 25 %."""
    graph = material.owners
    persons = [
        share for share in material.indirect if graph and graph.nodes[share.owner].kind is ParticipantKind.PERSON
    ]
    certain, possible = (
        sum(share.verdict is verdict for share in persons) for verdict in (Verdict.CERTAIN, Verdict.POSSIBLE)
    )
    label = _("Over 25 % ifølge ejerkæderne")
    if graph is None or not graph.edges:
        return Tile(label, DASH, _("Ingen ejerkæder"))
    more = _("Muligvis yderligere {n}") if certain else _("Muligvis {n}")
    return Tile(label, str(certain), more.format(n=number(possible)) if possible else "")


def computed_bounds(low: Decimal, high: Decimal) -> str:
    """Computed bounds, rounded outwards to the hundredth of a percent so that they stay bounds."""
    return bounds(low.quantize(STEP, rounding=ROUND_FLOOR), high.quantize(STEP, rounding=ROUND_CEILING))


def _computed_row(share: IndirectShare, material: Material) -> Row:
    node = material.owners.nodes.get(share.owner) if material.owners else None
    return row(
        Cell(name_of(node), detail="" if node.end is ChainEnd.PERSON else node_text(node)) if node else share.owner,
        computed_bounds(share.share_low, share.share_high),
        computed_bounds(share.votes_low, share.votes_high),
        _registered(share.owner, material),
        _(VERDICTS[share.verdict]),
    )


def _registered(key: str, material: Material) -> str:
    """What is registered of the owner at the end of a chain; only persons are."""
    if material.beneficial is None:
        return _("Ikke vist")
    found = [one for one in material.beneficial.owners if one.participant.lasso_id == key]
    return _registered_text(found[0]) if found else DASH


def _registered_text(owner: BeneficialOwner) -> str:
    if owner.share is None and owner.votes is None:
        return _("Uden andel")
    if owner.votes is None or owner.votes == owner.share:
        return exact_percent(owner.share)
    return f"{exact_percent(owner.share)} / {exact_percent(owner.votes)}"


def _arithmetic(material: Material) -> Iterator[Block]:
    """The ways of those who are or may be above 25 %, each with its factors.

    A share that is held at once needs none, unless own shares make another of it.
    """
    graph = material.owners
    above = [share for share in material.indirect if share.verdict is not Verdict.NO]
    if graph is None or not above:
        return
    for share in above[:MOST_OWNERS]:
        paths = paths_to_root(graph, share.owner)
        if any(graph.has_cycle or len(path.edges) > 1 for path in paths.found):
            yield _paths_table(graph.nodes[share.owner], share, paths, graph)
    if len(above) > MOST_OWNERS:
        yield Note(
            _("Regnestykket er vist for de {n} største; {rest} andre kan også være over 25 %.").format(
                n=MOST_OWNERS, rest=number(len(above) - MOST_OWNERS)
            )
        )


def _paths_table(owner: Node, share: IndirectShare, paths: Paths, graph: OwnershipGraph) -> Table:
    rows = [
        row(_way(path, graph), _factors(path, is_votes=False), _factors(path, is_votes=True)) for path in paths.found
    ]
    if len(paths.found) > 1:
        total = row(_("Lagt sammen"), _band_text(paths.share), _band_text(paths.votes), kind="total")
        rows.append(total)
    title = _("{owner}: {verdict}").format(owner=name_of(owner), verdict=_(VERDICTS[share.verdict]).lower())
    return Table(
        title=title,
        columns=(Column(_("Vej til virksomheden"), 40), Column(_("Kapital"), 30), Column(_("Stemmer"), 30)),
        rows=tuple(rows),
        note=_why_other(share, paths, graph),
    )


def _way(path: Path, graph: OwnershipGraph) -> str:
    if len(path.edges) == 1:
        return _("Direkte")
    between = [name_of(graph.nodes[edge.owned]) for edge in path.edges[:-1]]
    if len(between) > MOST_STEPS_SHOWN:
        n = len(between) - 2
        return _("Gennem {first}, {n} andre og {last}").format(first=between[0], n=number(n), last=between[-1])
    return _("Gennem {companies}").format(companies=" → ".join(between))


def _factors(path: Path, *, is_votes: bool) -> Cell:
    """The product, and the bands it is made of in the order of the way."""
    product = path.votes if is_votes else path.share
    factors = [edge.votes if is_votes else edge.share for edge in path.edges]
    if len(factors) == 1 or len(factors) > MOST_STEPS_SHOWN:
        return Cell(_band_text(product))
    return Cell(_band_text(product), detail=" × ".join(map(_factor, factors)))


def _factor(share: ShareBand | None) -> str:
    return band(share) if share else _("0-100 % (ikke oplyst)")


def _band_text(share: ShareBand) -> str:
    return computed_bounds(share.low, share.high)


def _why_other(share: IndirectShare, paths: Paths, graph: OwnershipGraph) -> str:
    """Why the result is not what the ways add up to, where it is not."""
    sentences = []
    if not paths.is_complete:
        sentences.append(_("Der er flere veje end de viste; alle er regnet med i resultatet."))
    if graph.has_cycle:
        sentences.append(
            _("Ejerkæderne går i kreds eller omfatter egne andele, som holdes ude; derfor afviger resultatet.")
        )
    elif paths.is_complete and _is_narrowed(share, paths):
        sentences.append(_("Resultatet er snævrere end vejene viser, fordi de andre ejere med sikkerhed har deres."))
    if not sentences:
        return ""
    result = _("Resultat: kapital {share}, stemmer {votes}.").format(
        share=computed_bounds(share.share_low, share.share_high),
        votes=computed_bounds(share.votes_low, share.votes_high),
    )
    return " ".join((*sentences, result))


def _is_narrowed(share: IndirectShare, paths: Paths) -> bool:
    sides: Sequence[tuple[Decimal, Decimal]] = (
        (share.share_low, paths.share.low),
        (share.share_high, paths.share.high),
        (share.votes_low, paths.votes.low),
        (share.votes_high, paths.votes.high),
    )
    return any(abs(result - added) > STEP for result, added in sides)
