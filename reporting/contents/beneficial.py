"""The registered beneficial owners, or which of the reasons there are none."""

from __future__ import annotations

from companies.beneficial import AbsenceReason, is_form_without_beneficial_owners
from companies.profile import BeneficialOwner, Profile
from lasso.language import mark
from lasso.language import translate as _
from reporting.contents.blocks import Block, Cell, Change, Column, Notice, Row, Section, Table, Tile, Tone, row
from reporting.contents.changes import change_of, is_recent
from reporting.contents.fact_texts import form_text
from reporting.contents.formats import exact_percent, short_date
from reporting.contents.names import participant_cell
from reporting.contents.register_words import register_word
from reporting.contents.sources import beneficial_source
from reporting.material import Material

REFUSED = mark(
    "Reelle ejere er ikke vist: adgang kræver legitim interesse (CVR-loven § 18 a), og organisationen har ikke fået "
    "adgang."
)
NO_ACCESS = mark("{organisation} har ikke adgang til oplysninger om reelle ejere (CVR-loven § 18 a).")
ABSENCES = {
    AbsenceReason.NONE: "",
    AbsenceReason.NOT_RECEIVED: mark(
        "Der er ikke modtaget oplysninger fra registret over reelle ejere om virksomheden."
    ),
    AbsenceReason.NONE_REGISTERED: mark("Der er ikke registreret reelle ejere i virksomheden."),
    AbsenceReason.EXEMPT: mark("Virksomheden er undtaget fra at registrere reelle ejere (børsnoteret)."),
    AbsenceReason.MANAGEMENT: mark(
        "Virksomheden har ingen reelle ejere eller kan ikke identificere dem; daglig ledelse er indsat i stedet."
    ),
}
EXEMPT_SUBSIDIARY = mark(
    "Virksomheden er undtaget fra at registrere reelle ejere: den er helejet af {owner} (børsnoteret)."
)
MANAGEMENT_OF_SUBSIDIARY = mark(
    "Virksomheden er helejet af {owner} (børsnoteret) og registrerer ingen reelle ejere; daglig ledelse er indsat i "
    "stedet."
)
EXEMPT_FORM = mark("Virksomheder af denne form registrerer ikke reelle ejere.")
# What follows from the reason, for who must know the customer.
CONSEQUENCES = {
    AbsenceReason.NOT_RECEIVED: mark("Det siger ikke, om der er registreret nogen: hent en udskrift af registret."),
    AbsenceReason.NONE_REGISTERED: mark(
        "Virksomheder skal registrere deres reelle ejere eller indsætte ledelsen (selskabsloven § 58 a; andre former "
        "efter deres egen lov); undersøg, hvorfor det ikke er sket."
    ),
    AbsenceReason.EXEMPT: mark(
        "Kontrollér noteringen; reelle ejere af børsnoterede selskaber følger af storaktionærer."
    ),
    AbsenceReason.MANAGEMENT: mark(
        "Registret skelner ikke mellem de to tilfælde. De nævnte ejer ikke nødvendigvis noget: spørg virksomheden, "
        "hvad den har gjort for at finde ejerne (hvidvaskloven § 11, stk. 1, nr. 3)."
    ),
}


def beneficial_section(material: Material) -> Section:
    """The registered beneficial owners with exact shares, or the reason why none are shown."""
    title, source = _("Registrerede reelle ejere"), beneficial_source(material)
    found = material.beneficial
    if found is None:
        return Section(title, (Notice(Tone.OPEN, absence_text(material), title=_("Ikke vist")),), source)
    blocks: list[Block] = []
    if found.absence is not AbsenceReason.NONE:
        blocks.append(_absence_notice(material, found.absence))
    columns = _columns()
    if found.owners:
        blocks.append(Table(columns=columns, rows=tuple(_owner_row(owner, material) for owner in found.owners)))
    if found.former:
        rows = tuple(_owner_row(owner, material, is_former=True) for owner in found.former)
        blocks.append(Table(title=_("Tidligere reelle ejere og andele"), columns=columns, rows=rows))
    return Section(title, tuple(blocks), source)


def absence_text(material: Material) -> str:
    """Why no beneficial owners are shown, as a sentence; empty when there are some."""
    if material.beneficial is None:
        return material.beneficial_refusal or _(REFUSED)
    absence, listed_owner = material.beneficial.absence, material.beneficial.listed_owner
    if listed_owner and absence is AbsenceReason.EXEMPT:
        return _(EXEMPT_SUBSIDIARY).format(owner=listed_owner)
    if listed_owner and absence is AbsenceReason.MANAGEMENT:
        return _(MANAGEMENT_OF_SUBSIDIARY).format(owner=listed_owner)
    if absence is AbsenceReason.NONE_REGISTERED and is_exempt_form(material.profile):
        return _(EXEMPT_FORM)
    return _(ABSENCES[absence]) if absence is not AbsenceReason.NONE else ""


def is_exempt_form(profile: Profile) -> bool:
    """Whether companies of this form register no beneficial owners at all."""
    return profile.form is not None and is_form_without_beneficial_owners(profile.form.short)


def beneficial_tile(material: Material) -> Tile:
    """The number of registered beneficial owners as one of the summary's facts."""
    label = _("Registrerede reelle ejere")
    found = material.beneficial
    if found is None:
        return Tile(label, _("Ikke vist"), _("Adgang mangler"))
    details = {
        AbsenceReason.NOT_RECEIVED: _("Ikke modtaget"),
        AbsenceReason.EXEMPT: _("Undtaget"),
        AbsenceReason.MANAGEMENT: _("Ledelsen er indsat"),
        AbsenceReason.NONE_REGISTERED: form_text(material.profile) if is_exempt_form(material.profile) else "",
    }
    if found.absence is not AbsenceReason.NONE:
        return Tile(label, _("Ingen"), details[found.absence])
    return Tile(label, str(len(found.owners)))


def _absence_notice(material: Material, absence: AbsenceReason) -> Notice:
    text = absence_text(material)
    beneficial = material.beneficial
    is_explained = is_exempt_form(material.profile) or bool(beneficial and beneficial.listed_owner)
    consequence = "" if is_explained else _(CONSEQUENCES[absence])
    return Notice(Tone.NOTE, f"{text} {consequence}".strip())


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Reel ejer"), 30),
        Column(_("Ejerandel"), 12, is_numeric=True),
        Column(_("Stemmer"), 12, is_numeric=True),
        Column(_("Grundlag"), 32),
        Column(_("Siden"), 14),
    )


def _owner_row(owner: BeneficialOwner, material: Material, *, is_former: bool = False) -> Row:
    until = _("til {day}").format(day=short_date(owner.period.end_date)) if owner.period.end_date else ""
    change = _change(owner, material, is_former=is_former)
    return row(
        participant_cell(
            owner.participant,
            also=_("indsat ledelse") if owner.via_role else "",
            mark=_("Udgået") if change is Change.ENDED else "",
        ),
        exact_percent(owner.share),
        exact_percent(owner.votes),
        _grounds(owner),
        Cell(short_date(owner.period.start_date), detail=until),
        kind="former" if is_former else "",
        change=change,
    )


def _grounds(owner: BeneficialOwner) -> str:
    """What the registration rests on, in the register's words; a share explains itself."""
    special = [register_word(words) for words in (*owner.special_conditions, owner.via_role) if words]
    if special:
        return "; ".join(special)
    if owner.share is None and owner.votes is None:
        return _("Ikke oplyst")
    return _("Ejerandel eller stemmer")


def _change(owner: BeneficialOwner, material: Material, *, is_former: bool) -> Change:
    """New, with another share than before, or no longer an owner at all."""
    found = material.beneficial
    others = () if found is None else found.owners if is_former else found.former
    is_there_too = any(one.participant.lasso_id == owner.participant.lasso_id for one in others)
    if is_former:
        has_left = is_recent(owner.period.end_date, material.day) and not is_there_too
        return Change.ENDED if has_left else Change.NONE
    change = change_of(owner.period, material.day)
    return Change.CHANGED if change is Change.NEW and is_there_too else change
