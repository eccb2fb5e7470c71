"""The first sentences of a report: who owns the company, who stands behind it, what changed in the last year."""

from __future__ import annotations

from companies.beneficial import AbsenceReason
from companies.graph import Verdict
from companies.profile import LegalOwner, ParticipantKind
from lasso.language import translate as _
from lasso.language import translate_count as _n
from reporting.contents.beneficial import absence_text
from reporting.contents.changes import changes_of_last_year, is_recent
from reporting.contents.formats import band, enumeration, long_date, number
from reporting.contents.names import has_proprietor, name_of, registered_shares_text
from reporting.contents.owners import registers_owners
from reporting.material import Material


def revision_lead(material: Material) -> str:
    """The owners, and what changed."""
    return f"{_owners_sentence(material)} {_changes_sentence(material)}"


def beneficial_lead(material: Material) -> str:
    """Who is registered, and whom the chains give more than 25 %."""
    if has_proprietor(material.profile):
        return f"{_registered_sentence(material)} {_owners_sentence(material)}"
    return f"{_registered_sentence(material)} {_chains_sentence(material)}"


def _owners_sentence(material: Material) -> str:
    profile = material.profile
    owners = sorted(profile.current_owners, key=_low, reverse=True)
    if owners:
        names = enumeration([f"{name_of(one.participant)} ({band(one.share)})" for one in owners])
        return _("Ejes af {owners}.").format(owners=names)
    if profile.fully_liable:
        names = enumeration([name_of(role.participant) for role in profile.fully_liable])
        if has_proprietor(profile):
            return _("Indehaver: {names}, som hæfter personligt.").format(names=names)
        return _("Fuldt ansvarlige deltagere: {names}.").format(names=names)
    if not registers_owners(profile):
        return _("Ingen legale ejere er registreret.")
    return _("Ingen ejere på 5 % eller mere er registreret.")


def _low(owner: LegalOwner) -> float:
    return float(owner.share.low) if owner.share else 0.0


def _changes_sentence(material: Material) -> str:
    changes = changes_of_last_year(material)
    founded = material.profile.founded_date
    if not changes and founded and is_recent(founded, material.day):
        return _("Virksomheden blev stiftet {day}.").format(day=long_date(founded))
    if not changes:
        return _("Der er ikke registreret ændringer det seneste år.")
    kinds = list(dict.fromkeys(change.what.partition(":")[0].lower() for change in changes))
    text = _n(
        "Det seneste år er der registreret {n} ændring ({kinds}).",
        "Det seneste år er der registreret {n} ændringer ({kinds}).",
        len(changes),
    )
    return text.format(n=number(len(changes)), kinds=enumeration(kinds))


def _registered_sentence(material: Material) -> str:
    found = material.beneficial
    if found is None or found.absence is not AbsenceReason.NONE:
        return absence_text(material)
    names = enumeration([f"{name_of(one.participant)} ({registered_shares_text(one)})" for one in found.owners])
    return _("Registreret som reelle ejere: {owners}.").format(owners=names)


def _chains_sentence(material: Material) -> str:
    graph = material.owners
    if graph is None or not graph.edges:
        return _("Der er ingen ejerkæder at holde det op imod.")
    persons = [share for share in material.indirect if graph.nodes[share.owner].kind is ParticipantKind.PERSON]
    certain, possible = (
        [name_of(graph.nodes[share.owner]) for share in persons if share.verdict is verdict]
        for verdict in (Verdict.CERTAIN, Verdict.POSSIBLE)
    )
    sentences = [
        _("Ejerkæderne giver med sikkerhed {names} mere end 25 %.").format(names=enumeration(certain))
        if certain
        else _("Ejerkæderne giver ingen person med sikkerhed mere end 25 %.")
    ]
    if possible:
        text = _("Muligvis også {names}.") if certain else _("Muligvis har {names} det.")
        sentences.append(text.format(names=enumeration(possible)))
    return " ".join(sentences)
