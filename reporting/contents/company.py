"""Who the company is: identity, status, and the facts at the top of the summary."""

from __future__ import annotations

from collections.abc import Iterable

from companies.facts import Fact as FactKind
from companies.facts import Restructuring, RestructuringKind
from companies.profile import CreditEvent, Profile
from lasso.language import mark
from lasso.language import translate as _
from reporting.contents.blocks import Block, Change, Check, Column, Fact, Facts, Notice, Section, Table, Tile, Tone, row
from reporting.contents.changes import change_of_fact, is_recent
from reporting.contents.fact_texts import (
    address_lines,
    capital_lines,
    employees_text,
    form_text,
    industry_text,
    is_in_force,
    status_text,
)
from reporting.contents.formats import DASH, enumeration, long_date, number, short_date
from reporting.contents.register_words import register_word
from reporting.contents.sources import cvr_source
from reporting.contents.written import Written
from reporting.material import Material

WINDING_UP = mark("selskabsloven kap. 14; konkursloven")


def identity_section(material: Material) -> Section:
    """Names, form, status, place, contacts, industry, employees, and former names."""
    profile = material.profile
    municipality = profile.address.municipality_name.title() if profile.address else ""
    facts = known_facts(
        (_("Navn"), change_of_fact(material, FactKind.NAME), (profile.name,)),
        (_("Binavne"), change_of_fact(material, FactKind.ALTERNATE_NAMES), profile.alternate_names),
        (_("CVR-nummer"), Change.NONE, (profile.cvr,)),
        (_("Tidligere registreringsnumre"), Change.NONE, profile.registration_numbers),
        (_("Virksomhedsform"), change_of_fact(material, FactKind.FORM), (form_text(profile) or DASH,)),
        (_("Status"), change_of_fact(material, FactKind.STATUS), (status_text(profile),)),
        (_("Stiftet"), Change.NONE, (long_date(profile.founded_date),)),
        (_("Ophørt"), Change.NONE, (long_date(profile.ended_date) if profile.ended_date else "",)),
        (_("Adresse"), change_of_fact(material, FactKind.ADDRESS), address_lines(profile.address) or (DASH,)),
        (_("Postadresse"), Change.NONE, address_lines(profile.postal_address)),
        (_("Kommune"), Change.NONE, (municipality,)),
        (_("Telefon"), Change.NONE, (profile.telephone, profile.secondary_telephone)),
        (_("E-mail"), Change.NONE, (profile.email,)),
        (_("Hjemmeside"), Change.NONE, (profile.website,)),
        (
            _("Branche"),
            change_of_fact(material, FactKind.INDUSTRY),
            (industry_text(profile.industry) or DASH,),
        ),
        (_("Bibrancher"), Change.NONE, tuple(map(industry_text, profile.secondary_industries))),
        (_("Ansatte"), Change.NONE, (employees_text(profile.employees) or DASH,)),
        (
            _("Produktionsenheder"),
            Change.NONE,
            (number(len(profile.production_units)) if profile.production_units else "",),
        ),
    )
    return Section(_("Virksomheden"), (Facts(facts), *_former_names(material)), cvr_source(material))


def status_section(material: Material) -> Section:
    """Status, credit events, threats of dissolution, mergers and splits."""
    profile = material.profile
    blocks: list[Block] = [_status_notice(profile)]
    if profile.is_registered_in_error:
        blocks.append(Notice(Tone.BAD, _("CVR oplyser, at virksomheden er registreret ved en fejl.")))
    if profile.credit_events:
        blocks.append(_events_table(profile.credit_events, material))
    facts = known_facts(
        (_("Seneste varsel om tvangsopløsning"), Change.NONE, (Written(profile.dissolution_threat),)),
        (_("Genoptaget efter tvangsopløsning"), Change.NONE, (Written(profile.dissolution_reversal),)),
    )
    if facts:
        blocks.append(Facts(facts))
    if profile.restructurings:
        blocks.append(_restructurings_table(profile.restructurings, material))
    return Section(_("Status og kreditoplysninger"), tuple(blocks), cvr_source(material))


def status_check(profile: Profile) -> Check:
    """The company's status as a verdict: in force, or not, or on its way out."""
    subject = _("Virksomhedens status")
    if not profile.status and not profile.overall_status:
        return Check(subject, Tone.OPEN, _("Registret oplyser ingen status for virksomheden."))
    text = status_text(profile)
    if not is_in_force(profile):
        reason = _("{status}. Ledelsens rådighed kan være indskrænket eller ophørt.").format(status=text)
        return Check(subject, Tone.BAD, reason if profile.is_active else f"{text}.", rule=_(WINDING_UP))
    events = [register_word(event.text) for event in _in_force(profile)]
    if events:
        reason = _("Aktiv, men med registreret hændelse: {events}.").format(events=enumeration(events))
        return Check(subject, Tone.NOTE, reason)
    return Check(subject, Tone.GOOD, _("Aktiv, uden registreret konkurs eller tvangsopløsning."))


def status_tile(profile: Profile) -> Tile:
    """The company's status as the first of the summary's facts."""
    label = _("Status")
    if profile.founded_date and profile.is_active:
        return Tile(label, status_text(profile), _("Stiftet {day}").format(day=long_date(profile.founded_date)))
    ended = _("Ophørt {day}").format(day=long_date(profile.ended_date)) if profile.ended_date else ""
    return Tile(label, status_text(profile), ended)


def form_tile(profile: Profile) -> Tile:
    """Legal form and capital."""
    lines = capital_lines(profile)
    detail = _("Kapital {amount}").format(amount=lines[0]) if lines else ""
    form = profile.form
    return Tile(_("Virksomhedsform"), register_word(form.long) or form.short if form else DASH, detail)


def known_facts(*facts: tuple[str, Change, tuple[str, ...]]) -> tuple[Fact, ...]:
    """Facts from (label, change, lines); one without any line is left out: give `DASH` for what is always told."""
    made = (Fact(label, tuple(line for line in lines if line), change) for label, change, lines in facts)
    return tuple(fact for fact in made if fact.lines)


def _former_names(material: Material) -> Iterable[Table]:
    former = [span for span in material.profile.names if span.period.end_date]
    if not former:
        return
    former.sort(key=lambda span: span.period.end_date or material.day, reverse=True)
    yield Table(
        title=_("Tidligere navne"),
        columns=(Column(_("Navn"), 60), Column(_("Fra"), 20), Column(_("Til"), 20)),
        rows=tuple(
            row(
                span.name,
                short_date(span.period.start_date),
                short_date(span.period.end_date),
                kind="former",
            )
            for span in former
        ),
    )


def _status_notice(profile: Profile) -> Notice:
    if not profile.status and not profile.overall_status:
        return Notice(Tone.OPEN, _("Registret oplyser ingen status for virksomheden."))
    if not is_in_force(profile):
        ended = _(" Ophørt {day}.").format(day=long_date(profile.ended_date)) if profile.ended_date else ""
        return Notice(Tone.BAD, f"{status_text(profile)}.{ended}")
    if _in_force(profile):
        return Notice(Tone.NOTE, _("Virksomheden er aktiv, men en registreret hændelse er ikke afsluttet."))
    return Notice(Tone.GOOD, _("Aktiv. Ingen konkurs, tvangsopløsning eller anden hændelse er i kraft."))


def _in_force(profile: Profile) -> list[CreditEvent]:
    return [event for event in profile.credit_events if event.period.covers(profile.as_of_date)]


def _events_table(events: Iterable[CreditEvent], material: Material) -> Table:
    return Table(
        title=_("Registrerede hændelser"),
        columns=(Column(_("Hændelse"), 60), Column(_("Fra"), 20), Column(_("Til"), 20)),
        rows=tuple(
            row(
                register_word(event.text) or event.code or DASH,
                short_date(event.period.start_date),
                short_date(event.period.end_date),
                kind="" if event.period.covers(material.day) else "former",
                change=Change.NEW if is_recent(event.period.start_date, material.day) else Change.NONE,
            )
            for event in events
        ),
    )


def _restructurings_table(restructurings: Iterable[Restructuring], material: Material) -> Table:
    words = {RestructuringKind.MERGER: _("Fusion"), RestructuringKind.SPLIT: _("Spaltning")}
    return Table(
        title=_("Fusioner og spaltninger"),
        columns=(Column(_("Art"), 20), Column(_("Betegnelse"), 60), Column(_("Fra"), 20)),
        rows=tuple(
            row(
                words[one.kind],
                one.name or DASH,
                short_date(one.effective_date),
                change=Change.NEW if is_recent(one.effective_date, material.day) else Change.NONE,
            )
            for one in restructurings
        ),
    )
