"""Who takes part in a company: organs and their members, owners, auditors.

When somebody joined and left stands on the values of the member's attributes. The organ's own period says only how
long the organ has existed: a former auditor still hangs under an open "Revision".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count

from companies.profile import FULLY_LIABLE, BeneficialOwner, LegalOwner, Participant, ParticipantKind, Period, Role
from companies.sources.document import Node, is_cvr_of_any_length, read_unit_number
from companies.sources.histories import (
    SharesSpan,
    Span,
    attribute_spans,
    current,
    current_or_last,
    current_value,
    current_values,
    spans_of_shares,
    without,
)
from companies.sources.seats import joined
from companies.sources.shares import band_of

OWNERS_REGISTER = "ejerregister"
BENEFICIAL_OWNERS = "reelle ejere"
AUDITING = "REVISION"
LONGEST_NAME, LONGEST_CLASS = 500, 200
MOST_UNSTATED = 10**6  # of one company; with the CVR number a Lasso id has room for it
# By the form's abbreviation. The register files all of them as "Interessenter".
TITLES = {
    "I/S": "Interessent",
    "K/S": "Komplementar",
    "P/S": "Komplementar",
    "ENK": "Indehaver",
    "PMV": "Indehaver",
}
FULLY_LIABLE_TITLE = "Fuldt ansvarlig deltager"


@dataclass(slots=True)
class Participation:
    """Everybody that has or had a part in the company before or on the day."""

    roles: list[Role] = field(default_factory=list)
    auditors: list[Role] = field(default_factory=list)
    legal_owners: list[LegalOwner] = field(default_factory=list)
    # Filed with a first day that is still to come, fully liable partners among them.
    coming_owners: list[LegalOwner] = field(default_factory=list)


def read_participation(company: Node, day: date) -> Participation:
    """All participants but beneficial owners, those in force on the day first, then the newest."""
    found = Participation()
    for participant, organ in _organs(company, day):
        name = organ_name(organ, day)
        kind = organ.text("hovedtype").upper()
        if name.casefold() == BENEFICIAL_OWNERS:
            continue
        if name.casefold() == OWNERS_REGISTER:
            for owner in _legal_owners(participant, organ, day):
                (found.legal_owners if _has_begun(owner.period, day) else found.coming_owners).append(owner)
            continue
        seats = found.auditors if kind == AUDITING else found.roles
        seats.extend(_roles(participant, organ, name, kind, day))
        if kind == FULLY_LIABLE:
            found.coming_owners.extend(_coming_partners(participant, organ, day))
    found.roles = [_titled(role, company, day) for role in joined(found.roles)]
    found.auditors = joined(found.auditors)
    for part in (found.roles, found.auditors, found.legal_owners):
        part.sort(key=lambda one: _newest_first(one.period, day))
    return found


def read_beneficial(relations: Node, day: date) -> list[BeneficialOwner]:
    """The beneficial owners, current and former, in the object's `deltagerRelation`."""
    owners = [
        owner
        for participant, organ in _organs(relations, day)
        if organ_name(organ, day).casefold() == BENEFICIAL_OWNERS
        for member in organ.items("medlemsData")
        for owner in _beneficial(participant, member, day)
    ]
    return sorted(owners, key=lambda owner: (_newest_first(owner.period, day), -(owner.share or 0)))


def organ_name(organ: Node, day: date) -> str:
    """The organ's name on the day."""
    node = current_or_last(organ.items("organisationsNavn"), day)
    return node.text("navn") if node else ""


def _organs(company: Node, day: date) -> Iterator[tuple[Participant, Node]]:
    unstated = count(1)
    for relation in company.items("deltagerRelation"):
        unit = relation.child("deltager")
        participant = _participant(unit, day) if unit else _unstated(company, next(unstated))
        for organ in relation.items("organisationer"):
            yield participant, organ


def _unstated(company: Node, place: int) -> Participant:
    """Somebody of whom the register says nothing, with a number of our own: nobody else's, in any company."""
    cvr = company.text("cvrNummer")
    number = int(cvr) if is_cvr_of_any_length(cvr) else 0  # of beneficial owners the relations come without it
    return Participant(unit_number=-(number * MOST_UNSTATED + place), kind=ParticipantKind.OTHER, name="")


def _participant(unit: Node, day: date) -> Participant:
    number = read_unit_number(unit)
    business_key = unit.text("forretningsnoegle")
    kind = ParticipantKind.OTHER
    if unit.text("enhedstype") == "PERSON":
        kind = ParticipantKind.PERSON
    elif unit.text("enhedstype") == "VIRKSOMHED" and business_key:
        kind = ParticipantKind.COMPANY
    if kind is ParticipantKind.COMPANY and not is_cvr_of_any_length(business_key):
        raise unit.error("forretningsnoegle", "a CVR number")
    name = current_or_last(unit.items("navne"), day)
    if name and len(name.text("navn")) > LONGEST_NAME:
        raise name.error("navn", f"at most {LONGEST_NAME} characters")
    # Of a hidden address not even the country is told; `sanitising` keeps nothing of it either.
    is_hidden = unit.values.get("adresseHemmelig") and not unit.values.get("adresseHemmeligUndtagelse")
    place = None if is_hidden else current_or_last(unit.items("beliggenhedsadresse"), day)
    return Participant(
        unit_number=number,
        kind=kind,
        name=name.text("navn") if name else "",
        cvr=business_key.zfill(8) if kind is ParticipantKind.COMPANY else "",
        country_code=place.text("landekode")[:2] if place else "",
    )


def _roles(participant: Participant, organ: Node, name: str, kind: str, day: date) -> Iterator[Role]:
    for member in organ.items("medlemsData"):
        elections = attribute_spans(member, "VALGFORM")
        for function, period in _functions(member):
            if not _has_begun(period, day):
                continue
            elected = current((span.value for span in elections), min(day, period.end_date or day))
            yield Role(
                participant=participant,
                organ=name,
                # Older registrations are in lower case.
                function=function.upper(),
                period=period,
                elected_by=elected.text("vaerdi") if elected else "",
                organ_type=kind,
            )


def _titled(role: Role, company: Node, day: date) -> Role:
    """The role with what such a participant is called in a company of the form that it had then."""
    if role.organ_type != FULLY_LIABLE:
        return role
    form = current_or_last(company.items("virksomhedsform"), min(day, role.period.end_date or day))
    short = form.text("kortBeskrivelse").upper() if form else ""
    return replace(role, title=TITLES.get(short, FULLY_LIABLE_TITLE))


def _functions(member: Node) -> list[tuple[str, Period]]:
    """Functions and when they were held; where no function is filed, any other dated attribute tells of the seat."""
    spans = attribute_spans(member, "FUNKTION")
    if spans:
        return [(span.text, span.period) for span in spans]
    return [("", period) for period in dict.fromkeys(span.period for span in _all_spans(member))]


def _legal_owners(participant: Participant, organ: Node, day: date) -> Iterator[LegalOwner]:
    """All spells of the owner, those that are still to come too."""
    for member in organ.items("medlemsData"):
        notices = attribute_spans(member, "EJERANDEL_MEDDELELSE_DATO")
        classes = attribute_spans(member, "EJERANDEL_KAPITALKLASSE")
        pieces = spans_of_shares(
            attribute_spans(member, "EJERANDEL_PROCENT"), attribute_spans(member, "EJERANDEL_STEMMERET_PROCENT")
        )
        # Where no percentage is filed, which is not 0 %, whatever else is dated says that there is an owner.
        pieces = pieces or [
            SharesSpan(None, None, period) for period in dict.fromkeys(span.period for span in _all_spans(member))
        ]
        for piece in pieces:
            yield LegalOwner(
                participant=participant,
                share=band_of(piece.share),
                votes=band_of(piece.votes),
                period=piece.period,
                notified_date=_notified(notices, piece.period, day),
                capital_class=_capital_class(classes, piece.period, day),
            )


def _coming_partners(participant: Participant, organ: Node, day: date) -> Iterator[LegalOwner]:
    for member in organ.items("medlemsData"):
        for _, period in _functions(member):
            if not _has_begun(period, day):
                yield LegalOwner(participant, None, None, period)


def _capital_class(classes: list[Span], period: Period, day: date) -> str:
    last_day = max(min(day, period.end_date or day), period.start_date or date.min)
    node = current((span.value for span in classes), last_day)
    if node and len(node.text("vaerdi")) > LONGEST_CLASS:
        raise node.error("vaerdi", f"at most {LONGEST_CLASS} characters")
    return node.text("vaerdi") if node else ""


def _notified(notices: list[Span], period: Period, day: date) -> date | None:
    last_day = min(day, period.end_date or day)
    node = current_or_last((span.value for span in notices if span.period.covers(last_day)), last_day)
    return node.date("vaerdi") if node else None


def _beneficial(participant: Participant, member: Node, day: date) -> Iterator[BeneficialOwner]:
    pieces = spans_of_shares(
        attribute_spans(member, "EJERANDEL_PROCENT"), attribute_spans(member, "EJERANDEL_STEMMERET_PROCENT")
    )
    for piece in pieces:
        if _has_begun(piece.period, day):
            yield _beneficial_owner(participant, member, piece, day)
    for _, seat in _functions(member):
        for rest in without(seat, [piece.period for piece in pieces]):
            owner = _beneficial_owner(participant, member, SharesSpan(None, None, rest), day)
            # Who has had shares and stays registered without them is an owner still only if something else says why.
            if _has_begun(rest, day) and (not pieces or owner.special_conditions or owner.via_role):
                yield owner


def _beneficial_owner(participant: Participant, member: Node, piece: SharesSpan, day: date) -> BeneficialOwner:
    last_day = min(day, piece.period.end_date or day)
    via_role = current_value(member, "BETYDELIG_INDFLYDELSE_VIA_ROLLE", last_day)
    return BeneficialOwner(
        participant=participant,
        share=piece.share,
        votes=piece.votes,
        period=piece.period,
        special_conditions=(
            *current_values(member, "SÆRLIGE_EJERFORHOLD", last_day),
            *current_values(member, "SÆRLIGE_EJERFORHOLD_BESKRIVELSE", last_day),
        ),
        via_role=via_role.text("vaerdi") if via_role else "",
    )


def _all_spans(member: Node) -> Iterator[Span]:
    for attribute in member.items("attributter"):
        for value in attribute.items("vaerdier"):
            yield Span(value, value.period())


def _has_begun(period: Period, day: date) -> bool:
    return period.start_date is None or period.start_date <= day


def _newest_first(period: Period, day: date) -> tuple[bool, int]:
    return (not period.covers(day), -(period.start_date or date.min).toordinal())
