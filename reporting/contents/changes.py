"""What changed in the year before the extraction: who came, who went, what became of what was registered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from companies.facts import Fact, FactSpan, RestructuringKind
from companies.profile import BeneficialOwner, LegalOwner, Period, Profile, Role
from lasso.language import translate as _
from reporting.contents.blocks import Change, Column, Notice, Paragraph, Section, Table, Tone, row
from reporting.contents.fact_texts import FACTS, fact_text, written_text
from reporting.contents.formats import DASH, long_date, short_date
from reporting.contents.names import function_text, name_of, organ_text, registered_shares_text, shares_text
from reporting.contents.register_words import register_word
from reporting.contents.sources import cvr_source
from reporting.material import Material

# A purpose may be as long as a page, and a row of a table is not split over pages.
LONGEST_TEXT = 900
# Of these a filing date alone is told elsewhere, or is no change of its own.
NOT_TOLD = frozenset({Fact.ARTICLES_DATE})


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that changed: on which day, what, from what to what (`DASH`: nothing)."""

    day: date
    what: str
    before: str
    after: str


def year_before(day: date) -> date:
    """The first day of the year that ends on the day: the same day a year earlier."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


def is_recent(moved: date | None, day: date) -> bool:
    """Whether a day lies in the year that ends on `day`."""
    return moved is not None and year_before(day) < moved <= day


def change_of(period: Period, day: date) -> Change:
    """The mark of what is in force: new when it began in the year that ends on the day."""
    return Change.NEW if is_recent(period.start_date, day) else Change.NONE


def change_of_fact(material: Material, fact: Fact) -> Change:
    """The mark of one of the company's own facts."""
    for before, after in pairwise(one for one in material.past if one.fact is fact):
        if is_recent(after.period.start_date, material.day) and _differs(before, after):
            return Change.CHANGED
    return Change.NONE


def changes_section(material: Material, *, with_beneficial: bool = False) -> Section:
    """Everything that changed in the last year as one table, the newest first."""
    happenings = changes_of_last_year(material, with_beneficial=with_beneficial)
    first, last = long_date(year_before(material.day) + timedelta(days=1)), long_date(material.day)
    table = Table(
        columns=(Column(_("Dato"), 14), Column(_("Hvad"), 22), Column(_("Før"), 32), Column(_("Efter"), 32)),
        rows=tuple(row(short_date(one.day), one.what, one.before, one.after) for one in happenings),
        empty=_("Der er ikke registreret ændringer fra {first} til {last}.").format(first=first, last=last),
        note=_("Omfatter {first} til {last}: virksomhedens egne oplysninger, ledelse, revisor og ejere.").format(
            first=first, last=last
        )
        if happenings
        else "",
    )
    return Section(_("Ændringer det seneste år"), (*_notices(material), table), cvr_source(material))


def changes_of_last_year(material: Material, *, with_beneficial: bool = False) -> tuple[Happening, ...]:
    """What changed, the newest first, and of one day the company's own facts first.

    Nothing of the day that the company was founded on, when all is new.
    """
    profile = material.profile
    found = [
        *_facts(material.past),
        *_events(profile),
        *_seats(profile.roles),
        *_auditors(profile.auditors),
        *_owners(profile.legal_owners),
    ]
    if with_beneficial and material.beneficial is not None:
        found += _beneficial((*material.beneficial.owners, *material.beneficial.former))
    begun = _begun(material)
    recent = [one for one in found if is_recent(one.day, material.day) and (begun is None or one.day > begun)]
    return tuple(sorted(recent, key=lambda one: one.day, reverse=True))


def _begun(material: Material) -> date | None:
    """The day that the company's first facts are registered from, which may be some days after its foundation."""
    starts = [one.period.start_date for one in material.past if one.period.start_date]
    days = [material.profile.founded_date, material.profile.effective_date, min(starts, default=None)]
    return max((day for day in days if day), default=None)


def _notices(material: Material) -> Iterator[Notice | Paragraph]:
    founded, coming = material.profile.founded_date, material.profile.next_change_date
    if is_recent(founded, material.day):
        yield Paragraph(
            _(
                "Virksomheden blev stiftet {day}; hvad der blev registreret ved stiftelsen, er ikke gentaget her."
            ).format(day=long_date(founded))
        )
    if coming and coming > material.day:
        text = _("Registret har allerede oplysninger, som først gælder fra {day}; de er ikke vist.")
        yield Notice(Tone.NOTE, text.format(day=long_date(coming)))


def _facts(spans: Sequence[FactSpan]) -> Iterator[Happening]:
    for fact, label in FACTS.items():
        its = [one for one in spans if one.fact is fact and fact not in NOT_TOLD]
        for before, after in pairwise([None, *its]):
            if after and after.period.start_date and _differs(before, after):
                text = written_text(fact, before.value) if before else DASH
                yield Happening(after.period.start_date, _(label), _cut(text), _cut(written_text(fact, after.value)))


def _events(profile: Profile) -> Iterator[Happening]:
    """Credit events that began or ended, mergers and splits that took effect."""
    for event in profile.credit_events:
        text = register_word(event.text) or event.code or DASH
        if event.period.start_date:
            yield Happening(event.period.start_date, _("Kredithændelse"), DASH, text)
        if event.period.end_date:
            yield Happening(event.period.end_date, _("Kredithændelse"), text, DASH)
    words = {RestructuringKind.MERGER: _("Fusion"), RestructuringKind.SPLIT: _("Spaltning")}
    for one in profile.restructurings:
        if one.effective_date:
            yield Happening(one.effective_date, words[one.kind], DASH, one.name or DASH)


def _differs(before: FactSpan | None, after: FactSpan) -> bool:
    """Whether a reader sees the change; codes behind an address, for one, change without it."""
    return before is None or fact_text(before.fact, before.value) != fact_text(after.fact, after.value)


def _cut(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    return _("{beginning}… (forkortet, i alt {length} tegn)").format(beginning=text[:LONGEST_TEXT], length=len(text))


def _seats(roles: Iterable[Role]) -> Iterator[Happening]:
    """Who came, went, or got another function in the same organ without leaving it."""
    by_seat: dict[tuple[str, str], list[Role]] = {}
    for role in roles:
        by_seat.setdefault((role.participant.lasso_id, role.organ), []).append(role)
    for its in by_seat.values():
        organ, name = organ_text(its[0]), name_of(its[0].participant)
        for day, before, after in _moves([(role.period, function_text(role)) for role in its]):
            kinds = {(True, True): _("ændret funktion"), (False, True): _("tiltrådt"), (True, False): _("fratrådt")}
            what = f"{organ}: {kinds[bool(before), bool(after)]}"
            yield Happening(day, what, f"{name}, {before}" if before else DASH, f"{name}, {after}" if after else DASH)


def _auditors(roles: Sequence[Role]) -> Iterator[Happening]:
    """One auditor in the place of another is one change."""
    firms = [(role.period, name_of(role.participant)) for role in roles]
    for day, before, after in _moves(firms):
        yield Happening(day, _("Revisor"), before or DASH, after or DASH)


def _owners(owners: Iterable[LegalOwner]) -> Iterator[Happening]:
    by_owner: dict[tuple[str, str], list[LegalOwner]] = {}
    for owner in owners:
        by_owner.setdefault((owner.participant.lasso_id, owner.capital_class), []).append(owner)
    for its in by_owner.values():
        name = name_of(its[0].participant)
        yield from _holdings(_("Legal ejer"), name, [(one.period, shares_text(one.share, one.votes)) for one in its])


def _beneficial(owners: Iterable[BeneficialOwner]) -> Iterator[Happening]:
    by_owner: dict[str, list[BeneficialOwner]] = {}
    for owner in owners:
        by_owner.setdefault(owner.participant.lasso_id, []).append(owner)
    for its in by_owner.values():
        name = name_of(its[0].participant)
        yield from _holdings(_("Reel ejer"), name, [(one.period, registered_shares_text(one)) for one in its])


def _holdings(who: str, name: str, spells: list[tuple[Period, str]]) -> Iterator[Happening]:
    for day, before, after in _moves(spells):
        kinds = {(True, True): _("ændret andel"), (False, True): _("ny"), (True, False): _("udgået")}
        what = f"{who}: {kinds[bool(before), bool(after)]}"
        yield Happening(day, what, f"{name}: {before}" if before else DASH, f"{name}: {after}" if after else DASH)


def _moves(spells: Sequence[tuple[Period, str]]) -> Iterator[tuple[date, str, str]]:
    """(day, before, after) of each beginning and end; an end that a beginning follows on is one with it.

    The day is the first one of what is new, or the last one of what is no more. A spell that takes the place of another
    is found once only, whatever the order.
    """
    ended = [spell for spell in spells if spell[0].end_date]
    for period, text in spells:
        if period.start_date is None:
            continue
        adjoining = (one for one in ended if one[0].end_date in _days_before(period.start_date))
        previous = next((one for one in adjoining if one[0] is not period), None)
        if previous:
            ended.remove(previous)
        if previous is None or previous[1] != text:
            yield period.start_date, previous[1] if previous else "", text
    for period, text in ended:
        if period.end_date:
            yield period.end_date, text, ""


def _days_before(day: date) -> tuple[date, ...]:
    return (day - timedelta(days=1), day) if day > date.min else (day,)
