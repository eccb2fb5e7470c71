"""Who runs, audits and owns the company."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from companies.catalogue.field import Field, FieldType, Json, Part, of_company
from companies.catalogue.formats import plain_number
from companies.profile import LegalOwner, Participant, ParticipantKind, Profile, Role, ShareBand

# Named as changed without telling what it was or is: the change log is read by those who may not see them.
BENEFICIAL_OWNERS = "beneficialOwners"
# The fields that tell who owns the company: a change in any of them is a change of its owners.
OWNER_FIELDS = frozenset({"legalOwners", "fullyLiableParticipants", BENEFICIAL_OWNERS})
# What the register calls a kind of participant.
KINDS = {
    ParticipantKind.PERSON: "PERSON",
    ParticipantKind.COMPANY: "VIRKSOMHED",
    ParticipantKind.OTHER: "ANDEN_DELTAGER",
}
CHIEF_FUNCTIONS = frozenset({"ADM. DIR.", "ADM. DIREKTØR", "ADMINISTRERENDE DIREKTØR"})


def chief_executive(company: Profile) -> str:
    """Who is registered as managing director, or else the only director."""
    chiefs = [role for role in company.management if role.function in CHIEF_FUNCTIONS]
    if not chiefs and len({role.participant.lasso_id for role in company.management}) == 1:
        chiefs = list(company.management)
    return _first_name(chiefs)


def chairman(company: Profile) -> str:
    """Who chairs the board of directors."""
    return _first_name(role for role in company.board if role.function in {"FORMAND", "BESTYRELSESFORMAND"})


def _first_name(roles: Iterable[Role]) -> str:
    return min(((role.participant.lasso_id, role.participant.name) for role in roles), default=("", ""))[1]


def _participant(one: Participant) -> dict[str, Any]:
    return {
        "lassoId": one.lasso_id if one.is_stated else None,
        "cvr": int(one.cvr) if one.cvr else None,
        "name": one.name or None,
        "type": KINDS[one.kind],
    }


def _seats(roles: Iterable[Role]) -> Json:
    """In an order of their own, so that the same people in another order are no change."""
    seats = [{**_participant(role.participant), "function": role.title or role.function or None} for role in roles]
    return sorted(seats, key=lambda seat: (seat["function"] or "", seat["lassoId"] or "", seat["name"] or ""))


def _other_seats(company: Profile) -> Json:
    shown = {id(role) for role in (*company.management, *company.board, *company.fully_liable)}
    current = (role for role in company.roles if role.period.covers(company.as_of_date))
    others = [role for role in current if id(role) not in shown]
    seats = [{**_participant(role.participant), "organ": role.organ, "function": role.function} for role in others]
    return sorted(seats, key=lambda seat: (seat["organ"], seat["function"], seat["lassoId"] or "", seat["name"] or ""))


def _auditor(read: Callable[[Participant], Json]) -> Callable[[Profile], Json]:
    """Of the first elected auditor by Lasso id: few companies have two."""

    def value(company: Profile) -> Json:
        auditors = sorted((role.participant for role in company.current_auditors), key=lambda one: one.lasso_id)
        return read(auditors[0]) if auditors else None

    return value


def _owners(owners: Iterable[LegalOwner]) -> Json:
    rows = [
        {
            **_participant(owner.participant),
            "ownership": _band(owner.share),
            "voteRights": _band(owner.votes),
            "shareClass": owner.capital_class or None,
        }
        for owner in owners
    ]
    return sorted(rows, key=lambda row: (row["lassoId"] or "", str(row)))


def _band(band: ShareBand | None) -> dict[str, Any] | None:
    """Fractions of one. None: no percentage is filed, which is not 0 %."""
    return {"from": plain_number(band.low), "to": plain_number(band.high)} if band else None


FIELDS: tuple[Field, ...] = (
    of_company("ceo", "Direktør", "Chief executive", FieldType.TEXT, chief_executive),
    of_company("chairman", "Bestyrelsesformand", "Chairman of the board", FieldType.TEXT, chairman),
    of_company("management", "Direktion", "Management", FieldType.OBJECTS, lambda company: _seats(company.management)),
    of_company("board", "Bestyrelse", "Board of directors", FieldType.OBJECTS, lambda company: _seats(company.board)),
    of_company("otherRoles", "Øvrige roller", "Other roles", FieldType.OBJECTS, _other_seats),
    of_company("auditor", "Revisor", "Auditor", FieldType.TEXT, _auditor(lambda auditor: auditor.name)),
    of_company(
        "auditorCvr",
        "Revisor, CVR-nummer",
        "Auditor, CVR number",
        FieldType.NUMBER,
        _auditor(lambda auditor: int(auditor.cvr) if auditor.cvr else None),
    ),
    of_company(
        "auditors", "Revisorer", "Auditors", FieldType.OBJECTS, lambda company: _seats(company.current_auditors)
    ),
    of_company(
        "legalOwners",
        "Legale ejere",
        "Legal owners",
        FieldType.OBJECTS,
        lambda company: _owners(company.current_owners),
    ),
    of_company(
        "fullyLiableParticipants",
        "Fuldt ansvarlige deltagere",
        "Fully liable participants",
        FieldType.OBJECTS,
        lambda company: _seats(company.fully_liable),
    ),
    of_company(
        "hasOwnersUnderFivePercent",
        "Ejere under 5 %",
        "Owners below 5 %",
        FieldType.BOOLEAN,
        lambda company: company.has_owners_under_five_percent,
    ),
    Field(
        BENEFICIAL_OWNERS,
        "Reelle ejere",
        "Beneficial owners",
        FieldType.OBJECTS,
        Part.BENEFICIAL,
        lambda _subject: None,
    ),
)
