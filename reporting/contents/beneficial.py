"""The beneficial owners: those registered (or why there are none), and what the chains of legal owners come to."""

from __future__ import annotations

from companies.beneficial import AbsenceReason, is_form_without_beneficial_owners
from companies.graph import IndirectShare, Verdict
from companies.profile import BeneficialOwner, Profile
from reporting.contents.blocks import Block, Cell, Column, Notice, Paragraph, Row, Section, Table, Tile, Tone, row
from reporting.contents.formats import DASH, bounds, exact_percent, long_moment, short_date
from reporting.material import Material

SOURCE = "Registret over reelle ejere, Erhvervsstyrelsen"
REFUSED = (
    "Reelle ejere er ikke vist: adgang kræver legitim interesse (CVR-loven § 18 a), og organisationen har ikke fået "
    "adgang."
)
ABSENCES = {
    AbsenceReason.NONE: "",
    AbsenceReason.NOT_RECEIVED: "Der er ikke modtaget oplysninger fra registret over reelle ejere om virksomheden.",
    AbsenceReason.NONE_REGISTERED: "Der er ikke registreret reelle ejere i virksomheden.",
    AbsenceReason.EXEMPT: "Virksomheden er undtaget fra at registrere reelle ejere (børsnoteret).",
    AbsenceReason.MANAGEMENT: (
        "Virksomheden har ingen reelle ejere eller kan ikke identificere dem; daglig ledelse er indsat i stedet."
    ),
}
EXEMPT_SUBSIDIARY = "Virksomheden er undtaget fra at registrere reelle ejere: den er helejet af {} (børsnoteret)."
MANAGEMENT_OF_SUBSIDIARY = (
    "Virksomheden er helejet af {} (børsnoteret) og registrerer ingen reelle ejere; daglig ledelse er indsat i stedet."
)
EXEMPT_FORM = "Virksomheder af denne form registrerer ikke reelle ejere."
VERDICTS = {Verdict.CERTAIN: "Over 25 %", Verdict.POSSIBLE: "Muligvis over 25 %", Verdict.NO: "Ikke over 25 %"}


def beneficial_section(material: Material) -> Section:
    """The registered beneficial owners with exact shares, or the reason why none are shown."""
    found = material.beneficial
    if found is None:
        text = absence_text(material)
        return Section("Registrerede reelle ejere", (Notice(Tone.OPEN, text, title="Ikke vist"),), SOURCE)
    blocks: list[Block] = []
    if found.absence is not AbsenceReason.NONE:
        blocks.append(Notice(Tone.NOTE, absence_text(material)))
    if found.owners:
        blocks.append(Table(columns=_COLUMNS, rows=tuple(_owner_row(owner) for owner in found.owners)))
    if found.former:
        rows = tuple(_owner_row(owner, kind="former") for owner in found.former)
        blocks.append(Table(title="Tidligere reelle ejere", columns=_COLUMNS, rows=rows))
    if found.retrieved_at:
        blocks.append(Paragraph(f"Hentet fra registret {long_moment(found.retrieved_at)}."))
    return Section("Registrerede reelle ejere", tuple(blocks), SOURCE)


def computed_section(material: Material) -> Section:
    """What each owner at the end of a chain holds of the company, as bounds, beside what is registered."""
    explanation = Paragraph(
        "Andelene er beregnet af ejerregistrets intervaller: langs hver kæde ganges de mindste og de største andele "
        "med hinanden, og flere kæder til samme ejer lægges sammen; ingen får mere, end de andre med sikkerhed levner. "
        "Derfor er resultatet et interval. Virksomhedens egne andele holdes ude. En person er som udgangspunkt "
        "reel ejer ved mere end 25 % af kapital eller stemmer, eller ved kontrol på anden måde."
    )
    table = Table(
        columns=(
            Column("Ejer for enden af kæden", 34),
            Column("Ejerandel, beregnet", 18),
            Column("Stemmer, beregnet", 18),
            Column("Registreret", 14),
            Column("Vurdering", 16),
        ),
        rows=tuple(_computed_row(share, material) for share in material.indirect),
        empty="Der er ingen ejerkæder at beregne på.",
    )
    return Section("Beregnede ejerandele", (explanation, table), "Egen beregning på grundlag af ejerregistret")


def absence_text(material: Material) -> str:
    """Why no beneficial owners are shown, as a sentence; empty when there are some."""
    if material.beneficial is not None:
        absence, listed_owner = material.beneficial.absence, material.beneficial.listed_owner
        if listed_owner and absence is AbsenceReason.EXEMPT:
            return EXEMPT_SUBSIDIARY.format(listed_owner)
        if listed_owner and absence is AbsenceReason.MANAGEMENT:
            return MANAGEMENT_OF_SUBSIDIARY.format(listed_owner)
        is_due = absence is not AbsenceReason.NONE_REGISTERED or not is_exempt_form(material.profile)
        return ABSENCES[absence] if is_due else EXEMPT_FORM
    return material.beneficial_refusal or REFUSED


def is_exempt_form(profile: Profile) -> bool:
    """Whether companies of this form register no beneficial owners at all."""
    return profile.form is not None and is_form_without_beneficial_owners(profile.form.short)


def beneficial_tile(material: Material) -> Tile:
    """The number of registered beneficial owners as one of the summary's facts."""
    found = material.beneficial
    if found is None:
        return Tile("Reelle ejere", "Ikke vist", "Adgang mangler")
    if found.absence is AbsenceReason.MANAGEMENT:
        return Tile("Reelle ejere", "Ingen", "Ledelsen er indsat")
    if not found.owners:
        return Tile("Reelle ejere", "Ingen", "Se afsnit 1")
    return Tile("Reelle ejere", str(len(found.owners)), "Registrerede")


_COLUMNS = (
    Column("Reel ejer", 30),
    Column("Ejerandel", 12, is_numeric=True),
    Column("Stemmer", 12, is_numeric=True),
    Column("Grundlag", 32),
    Column("Siden", 14),
)


def _owner_row(owner: BeneficialOwner, kind: str = "") -> Row:
    grounds = "; ".join((*owner.special_conditions, owner.via_role)) if owner.via_role else ""
    grounds = grounds or "; ".join(owner.special_conditions) or "Ejerandel eller stemmer"
    until = f"til {short_date(owner.period.end_date)}" if owner.period.end_date else ""
    return row(
        Cell(owner.participant.name or "Uden navn", detail=_nature(owner)),
        exact_percent(owner.share),
        exact_percent(owner.votes),
        grounds.removeprefix("; "),
        Cell(short_date(owner.period.start_date), detail=until),
        kind=kind,
    )


def _nature(owner: BeneficialOwner) -> str:
    country = owner.participant.country_code
    parts = ["indsat ledelse" if owner.via_role else "", f"land: {country}" if country not in {"", "DK"} else ""]
    return ", ".join(part for part in parts if part)


def _computed_row(share: IndirectShare, material: Material) -> Row:
    node = material.owners.nodes.get(share.owner) if material.owners else None
    registered = {one.participant.lasso_id: one for one in material.beneficial.owners} if material.beneficial else {}
    owner = registered.get(share.owner)
    return row(
        node.name if node else share.owner,
        bounds(share.share_low, share.share_high),
        bounds(share.votes_low, share.votes_high),
        exact_percent(owner.share) if owner else ("Ikke vist" if material.beneficial is None else DASH),
        VERDICTS[share.verdict],
    )
