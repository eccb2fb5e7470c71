"""Who runs the company, who is liable for it, and who audits it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from companies.profile import Role
from lasso.language import translate as _
from reporting.contents.blocks import Block, Cell, Change, Column, Row, Section, Table, row
from reporting.contents.changes import change_of, is_recent
from reporting.contents.formats import DASH, short_date
from reporting.contents.names import function_text, kind_of, name_of, organ_text, participant_cell
from reporting.contents.register_words import register_word
from reporting.contents.sources import cvr_source
from reporting.material import Material

FIRST_FUNCTIONS = ("adm. dir.", "adm. direktør", "formand", "næstformand")


def management_section(material: Material) -> Section:
    """The executive board, the board, partners and others where there are any, and who left in the last year."""
    profile = material.profile
    partners = [role for role in profile.roles if role.title]
    blocks: list[Block] = [
        _seats(title, [role for role in partners if organ_text(role) == title], material, "")
        for title in dict.fromkeys(organ_text(role) for role in partners if _is_shown(role, material.day))
    ]
    for title, organ, empty in (
        (_("Direktion"), "direktion", _("Ingen direktion er registreret.")),
        (_("Bestyrelse"), "bestyrelse", _("Ingen bestyrelse er registreret.")),
    ):
        its = _of_organ(profile.roles, organ)
        # Partners run their company themselves.
        if not partners or any(_is_shown(role, material.day) for role in its):
            blocks.append(_seats(title, its, material, empty))
    others = [
        role
        for role in profile.roles
        if not role.title
        and role.organ.lower() not in {"direktion", "bestyrelse", "revision"}
        and "stifter" not in role.organ.lower()
    ]
    for organ in dict.fromkeys(role.organ for role in others if _is_shown(role, material.day)):
        its = [role for role in others if role.organ == organ]
        blocks.append(_seats(register_word(organ) or _("Andre roller"), its, material, ""))
    founders = [name_of(role.participant) for role in profile.roles if "stifter" in role.organ.lower()]
    if founders:
        blocks.append(_founders(founders))
    return Section(_("Ledelse"), tuple(blocks), cvr_source(material))


def auditor_section(material: Material) -> Section:
    """The elected auditor and the auditors before."""
    profile = material.profile
    former = [role for role in profile.auditors if role not in profile.current_auditors]
    former.sort(key=lambda role: role.period.end_date or date.max, reverse=True)
    table = Table(
        columns=(
            Column(_("Revisor"), 52),
            Column(_("CVR-nummer"), 16),
            Column(_("Tiltrådt"), 16),
            Column(_("Fratrådt"), 16),
        ),
        rows=(
            *(_auditor_row(role, material, "") for role in profile.current_auditors),
            *(_auditor_row(role, material, "former") for role in former),
        ),
        empty=_("Ingen revisor er registreret."),
        note=_audit_duty(profile.is_audit_waived),
    )
    return Section(_("Valgt revisor"), (table,), cvr_source(material))


def _of_organ(roles: Iterable[Role], organ: str) -> list[Role]:
    return [role for role in roles if role.organ.lower() == organ]


def _is_shown(role: Role, day: date) -> bool:
    """Who is in office, and who left within the year."""
    return role.period.covers(day) or is_recent(role.period.end_date, day)


def _seats(title: str, roles: Sequence[Role], material: Material, empty: str) -> Table:
    """An organ: those in office by seniority, then those who left it in the last year.

    Who only changed function stands there once, with the function before beneath.
    """
    day = material.day
    current = sorted((role for role in roles if role.period.covers(day)), key=_seniority)
    sitting = {role.participant.lasso_id for role in current}
    left = [role for role in roles if role.participant.lasso_id not in sitting and _is_shown(role, day)]
    left.sort(key=lambda role: role.period.end_date or day, reverse=True)
    return Table(
        title=title,
        columns=(
            Column(_("Navn"), 40),
            Column(_("Funktion"), 30),
            Column(_("Tiltrådt"), 15),
            Column(_("Fratrådt"), 15),
        ),
        rows=(
            *(_seat_row(role, _function_before(role, roles), day) for role in current),
            *(_seat_row(role, None, day) for role in left),
        ),
        empty=empty,
    )


def _function_before(role: Role, roles: Iterable[Role]) -> Role | None:
    """The seat that the same participant had in the same organ until this one began."""
    start = role.period.start_date
    if start is None:
        return None
    return next(
        (
            one
            for one in roles
            if one.participant.lasso_id == role.participant.lasso_id
            and one.period.end_date is not None
            and abs((start - one.period.end_date).days) <= 1
        ),
        None,
    )


def _seat_row(role: Role, before: Role | None, day: date) -> Row:
    has_left = not role.period.covers(day)
    change = Change.ENDED if has_left else change_of(role.period, day)
    if before and change is Change.NEW:
        change = Change.CHANGED
    details = []
    if role.elected_by:
        details.append(_("Valgt af: {elector}").format(elector=register_word(role.elected_by)))
    if before and change is Change.CHANGED:
        days = f"{short_date(before.period.start_date)} – {short_date(before.period.end_date)}"
        details.append(_("før: {function}, {days}").format(function=function_text(before), days=days))
    return row(
        participant_cell(role.participant, mark=_("Fratrådt") if has_left else ""),
        Cell(function_text(role), detail="; ".join(details)),
        short_date(role.period.start_date),
        short_date(role.period.end_date) if role.period.end_date else "",
        kind="former" if has_left else "",
        change=change,
    )


def _seniority(role: Role) -> tuple[int, date, str]:
    function = role.function.lower()
    return (
        FIRST_FUNCTIONS.index(function) if function in FIRST_FUNCTIONS else len(FIRST_FUNCTIONS),
        role.period.start_date or date.min,
        role.participant.name,
    )


def _founders(names: Sequence[str]) -> Table:
    return Table(
        title=_("Stiftere"),
        columns=(Column(_("Navn"), 100),),
        rows=tuple(row(name) for name in dict.fromkeys(names)),
    )


def _auditor_row(role: Role, material: Material, kind: str) -> Row:
    day = material.day
    left = is_recent(role.period.end_date, day)
    change = Change.ENDED if kind and left else change_of(role.period, day)
    return row(
        Cell(
            name_of(role.participant),
            detail="" if role.participant.cvr else kind_of(role.participant),
            mark=_("Fratrådt") if change is Change.ENDED else "",
        ),
        role.participant.cvr or DASH,
        short_date(role.period.start_date),
        short_date(role.period.end_date) if role.period.end_date else "",
        kind=kind,
        change=change,
    )


def _audit_duty(is_waived: bool | None) -> str:  # noqa: FBT001 - the register's answer itself
    if is_waived is None:
        return ""
    return _("Revision er fravalgt ifølge CVR.") if is_waived else _("Revision er ikke fravalgt ifølge CVR.")
