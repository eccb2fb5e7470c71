"""Who runs the company and who audits it, and what changed in the last year."""

from __future__ import annotations

from datetime import date, timedelta

from companies.profile import LegalOwner, Participant, Period, Role
from reporting.contents.blocks import Block, Cell, Column, Row, Section, Table, row
from reporting.contents.company import CVR_SOURCE
from reporting.contents.formats import DASH, band, short_date
from reporting.material import Material

YEAR = timedelta(days=365)
FUNCTIONS = {
    "ADM. DIR.": "Administrerende direktør",
    "ADM. DIREKTØR": "Administrerende direktør",
    "DIREKTØR": "Direktør",
    "DIREKTION": "Direktør",
    "FORMAND": "Formand",
    "NÆSTFORMAND": "Næstformand",
    "BESTYRELSESMEDLEM": "Medlem",
    "BESTYRELSE": "Medlem",
    "SUPPLEANT": "Suppleant",
    "REVISION": "Revisor",
    "INTERESSENTER": "Fuldt ansvarlig deltager",
    "STIFTERE": "Stifter",
}


def management_section(material: Material) -> Section:
    """The executive board, the board, the founders or partners where there are any, and the last year's changes."""
    profile = material.profile
    blocks: list[Block] = [
        _seats("Direktion", profile.management, material.day, empty="Ingen direktion er registreret."),
        _seats("Bestyrelse", profile.board, material.day, empty="Ingen bestyrelse er registreret."),
    ]
    others = [
        role
        for role in profile.roles
        if role.period.covers(profile.as_of_date)
        and role.organ.lower() not in {"direktion", "bestyrelse", "revision"}
        and "stifter" not in role.organ.lower()
    ]
    if others:
        blocks.append(_seats("Andre roller", tuple(others), material.day, empty=""))
    blocks.append(_changes(material))
    return Section("Ledelse", tuple(blocks), CVR_SOURCE)


def auditor_section(material: Material) -> Section:
    """The elected auditor and the auditors before."""
    profile = material.profile
    former = [role for role in profile.auditors if role not in profile.current_auditors]
    former.sort(key=lambda role: role.period.end_date or date.max, reverse=True)
    rows = [_auditor(role, "") for role in profile.current_auditors] + [_auditor(role, "former") for role in former]
    table = Table(
        columns=(Column("Revisor", 52), Column("CVR-nummer", 16), Column("Tiltrådt", 16), Column("Fratrådt", 16)),
        rows=tuple(rows),
        empty="Ingen revisor er registreret.",
        note=_audit_duty(profile.is_audit_waived),
    )
    return Section("Valgt revisor", (table,), CVR_SOURCE)


def is_recent(day: date | None, today: date) -> bool:
    """Whether the day lies in the year that ends today."""
    return day is not None and today - YEAR <= day <= today


def participant_cell(participant: Participant, *, mark: str = "") -> Cell:
    """A name, with CVR number or country beneath. Addresses are never shown."""
    detail = f"CVR {participant.cvr}" if participant.cvr else participant.country_code
    return Cell(participant.name or "Uden navn", detail="" if detail == "DK" else detail, mark=mark)


def function_text(role: Role) -> str:
    """The function in ordinary Danish; of a fully liable participant what the company's form calls it."""
    return role.title or FUNCTIONS.get(role.function.upper(), role.function.capitalize() or DASH)


def _seats(title: str, roles: tuple[Role, ...], today: date, *, empty: str) -> Table:
    rows = tuple(
        row(
            participant_cell(role.participant, mark="Ny" if is_recent(role.period.start_date, today) else ""),
            Cell(function_text(role), detail=f"Valgt af: {role.elected_by}" if role.elected_by else ""),
            short_date(role.period.start_date),
        )
        for role in sorted(roles, key=_seniority)
    )
    return Table(
        title=title,
        columns=(Column("Navn", 50), Column("Funktion", 32), Column("Tiltrådt", 18)),
        rows=rows,
        empty=empty,
    )


def _seniority(role: Role) -> tuple[int, date, str]:
    first = ("adm. dir.", "adm. direktør", "formand", "næstformand")
    function = role.function.lower()
    return (
        first.index(function) if function in first else len(first),
        role.period.start_date or date.min,
        role.participant.name,
    )


def _auditor(role: Role, kind: str) -> Row:
    return row(
        role.participant.name,
        role.participant.cvr or DASH,
        short_date(role.period.start_date),
        short_date(role.period.end_date),
        kind=kind,
    )


def _audit_duty(is_waived: bool | None) -> str:  # noqa: FBT001 - the register's answer itself
    if is_waived is None:
        return ""
    return "Revision er fravalgt ifølge CVR." if is_waived else "Revision er ikke fravalgt ifølge CVR."


def _changes(material: Material) -> Table:
    """Who came and who went in the last year: management, auditors, legal owners."""
    profile = material.profile
    found: list[tuple[date, str, str, str]] = []
    for role in (*profile.roles, *profile.auditors):
        words = role.title or f"{role.organ}: {function_text(role)}"
        found += _moves(role.period, role.participant.name, words, material.day)
    for owner in profile.legal_owners:
        found += _moves(owner.period, owner.participant.name, _owner_words(owner), material.day)
    found.sort(key=lambda change: (change[0], change[2]), reverse=True)
    return Table(
        title="Ændringer i det seneste år",
        columns=(Column("Dato", 16), Column("Ændring", 14), Column("Navn", 40), Column("Rolle", 30)),
        rows=tuple(row(short_date(day), move, name, words) for day, move, name, words in found),
        empty="Der er ikke registreret ændringer i ledelse, revisor eller ejere i det seneste år.",
    )


def _moves(period: Period, name: str, words: str, today: date) -> list[tuple[date, str, str, str]]:
    moves = []
    if period.start_date and is_recent(period.start_date, today):
        moves.append((period.start_date, "Tiltrådt", name, words))
    if period.end_date and is_recent(period.end_date, today):
        moves.append((period.end_date, "Fratrådt", name, words))
    return moves


def _owner_words(owner: LegalOwner) -> str:
    return f"Legal ejer: {band(owner.share)}"
