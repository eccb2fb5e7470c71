"""What the people around the company own elsewhere: where an auditor looks for related parties."""

from __future__ import annotations

from companies.profile import Participant, Profile
from lasso.language import translate as _
from reporting.contents.blocks import Cell, Column, Note, Section, Table, row
from reporting.contents.formats import band
from reporting.contents.names import function_text, name_of, node_text, organ_text
from reporting.contents.sources import owners_source
from reporting.material import Material


def related_section(material: Material) -> Section:
    """Other companies of which management, owners and partners own at least 5 %, as far as our register knows them."""
    people = _people(material.profile)
    previous = ""
    rows = []
    for holding in material.related:
        participant, part = people[holding.owner]
        is_again = holding.owner == previous
        previous = holding.owner
        rows.append(
            row(
                Cell(name_of(participant), detail="" if is_again else part),
                Cell(holding.company.name, detail=node_text(holding.company)),
                band(holding.share),
                band(holding.votes),
            )
        )
    table = Table(
        columns=(
            Column(_("Person"), 34),
            Column(_("Ejer også af"), 34),
            Column(_("Ejerandel"), 16),
            Column(_("Stemmer"), 16),
        ),
        rows=tuple(rows),
        empty=_("Ingen af personerne er fundet som ejer af andre virksomheder."),
    )
    note = _(
        "Listen bygger på de virksomheder, der er hentet hertil, og er ikke udtømmende; poster i andre virksomheders "
        "ledelse er ikke med."
    )
    if rows:
        related = _("Kan være nærtstående parter (årsregnskabsloven § 98 c).")
        note = f"{related} {note}"
    return Section(_("Ledelsens og ejernes andre virksomheder"), (table, Note(note)), owners_source(material))


def _people(profile: Profile) -> dict[str, tuple[Participant, str]]:
    """Everybody whose holdings are looked for, with the parts they play in the company."""
    parts: dict[str, tuple[Participant, list[str]]] = {}
    for role in (*profile.management, *profile.board, *profile.fully_liable):
        words = (role.title and function_text(role)) or f"{organ_text(role)}: {function_text(role)}"
        parts.setdefault(role.participant.lasso_id, (role.participant, []))[1].append(words)
    for owner in profile.current_owners:
        parts.setdefault(owner.participant.lasso_id, (owner.participant, []))[1].append(_("Legal ejer"))
    return {key: (participant, ", ".join(dict.fromkeys(words))) for key, (participant, words) in parts.items()}
