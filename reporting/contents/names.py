"""People and companies as reports name them, and what they are, hold and do, in words."""

from __future__ import annotations

import re

from companies.graph import ChainEnd, Node
from companies.profile import BeneficialOwner, Participant, ParticipantKind, Profile, Role, ShareBand
from lasso.language import mark
from lasso.language import translate as _
from reporting.contents.blocks import Cell
from reporting.contents.formats import DASH, band, exact_percent
from reporting.contents.register_words import country_name, register_word

FUNCTIONS = {
    "ADM. DIR.": mark("Administrerende direktør"),
    "ADM. DIREKTØR": mark("Administrerende direktør"),
    "DIREKTØR": mark("Direktør"),
    "DIREKTION": mark("Direktør"),
    "FORMAND": mark("Formand"),
    "NÆSTFORMAND": mark("Næstformand"),
    "BESTYRELSESMEDLEM": mark("Medlem"),
    "BESTYRELSE": mark("Medlem"),
    "SUPPLEANT": mark("Suppleant"),
    "REVISION": mark("Revisor"),
    "INTERESSENTER": mark("Fuldt ansvarlig deltager"),
    "STIFTERE": mark("Stifter"),
    "LIKVIDATOR": mark("Likvidator"),
    "REEL EJER": mark("Reel ejer"),
}
PROPRIETOR = mark("Indehaver")  # the title of a fully liable participant of an ENK or PMV
NAMELESS = mark("Navn ikke oplyst i CVR")
# How the register names what somebody who has died leaves, until it is shared out.
ESTATE = re.compile(r"^(døds)?bo(et)? efter\b", re.IGNORECASE)


def name_of(participant: Participant | Node) -> str:
    """The name; the register has participants without one."""
    return participant.name or _(NAMELESS)


def kind_of(participant: Participant) -> str:
    """What a participant is where the name does not say it: CVR number, country, an estate; empty for a Dane."""
    if not participant.is_stated:
        return ""
    if participant.cvr:
        return f"CVR {participant.cvr}"
    if participant.kind is ParticipantKind.OTHER:
        return _outside_words(participant)
    return country_name(participant.country_code) if is_abroad(participant) else ""


def is_estate(participant: Participant | Node) -> bool:
    """Whether it is what somebody who has died leaves."""
    return bool(ESTATE.match(participant.name))


def is_abroad(participant: Participant | Node) -> bool:
    """Whether the register gives another country than Denmark."""
    return participant.country_code not in {"", "DK"}


def _outside_words(participant: Participant | Node) -> str:
    """What somebody without a CVR number is who is no person."""
    if is_estate(participant):
        return _("Dødsbo")
    if is_abroad(participant):
        return _("Udenlandsk · {country}").format(country=country_name(participant.country_code))
    return _("Uden CVR-nummer")


def participant_cell(participant: Participant, *, also: str = "", mark: str = "") -> Cell:
    """A name, with what the participant is beneath, and what else there is to say. Addresses are never shown."""
    detail = " · ".join(words for words in (kind_of(participant), also) if words)
    return Cell(name_of(participant), detail=detail, mark=mark)


def node_text(node: Node) -> str:
    """What a node of a chart is, in a few words: "ApS · CVR 99000003", "Person", "Person · Sverige"."""
    if not node.is_stated:
        return ""
    country = country_name(node.country_code) if is_abroad(node) else ""
    if node.kind is ParticipantKind.PERSON:
        words = [_("Person"), country]
    elif node.kind is ParticipantKind.OTHER or node.end is ChainEnd.FOREIGN:
        words = [_outside_words(node)]
    else:
        words = [node.form, f"CVR {node.cvr}" if node.cvr else ""]
    if not node.is_active:
        words.append(_("ophørt"))
    return " · ".join(word for word in words if word)


def function_text(role: Role) -> str:
    """The function in ordinary words; of a fully liable participant what the company's form calls it."""
    known = FUNCTIONS.get(role.function.upper())
    return register_word(role.title) or (_(known) if known else register_word(role.function.capitalize()) or DASH)


def organ_text(role: Role) -> str:
    """The organ's name; fully liable participants stand under "Interessenter" whatever the form."""
    if role.title == PROPRIETOR:
        return _(PROPRIETOR)
    return _("Fuldt ansvarlige deltagere") if role.title else register_word(role.organ)


def has_proprietor(profile: Profile) -> bool:
    """Whether it belongs to one person who is liable for it, and is no company at all."""
    return bool(profile.fully_liable) and all(role.title == PROPRIETOR for role in profile.fully_liable)


def shares_text(share: ShareBand | None, votes: ShareBand | None) -> str:
    """A band of capital, with that of votes where it is another."""
    if votes is None or votes == share:
        return band(share)
    return _("{share}, stemmer {votes}").format(share=band(share), votes=band(votes))


def registered_shares_text(owner: BeneficialOwner) -> str:
    """A beneficial owner's exact shares, or what the registration rests on."""
    if owner.share is None and owner.votes is None:
        return register_word(owner.via_role) or "; ".join(map(register_word, owner.special_conditions)) or DASH
    if owner.votes is None or owner.votes == owner.share:
        return exact_percent(owner.share)
    return _("{share}, stemmer {votes}").format(share=exact_percent(owner.share), votes=exact_percent(owner.votes))
