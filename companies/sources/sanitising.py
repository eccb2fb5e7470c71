"""What of a register document may be kept.

Never kept: addresses of participants, hidden contacts, founding texts (they hold addresses), anything about a
participant that no report needs. Kept apart: beneficial owners (CVR-loven § 18 a).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from companies.sources.document import CONTACTS
from companies.sources.participants import BENEFICIAL_OWNERS, OWNERS_REGISTER

# When the register last touched a row says nothing about the company, and would make every version a new one.
NOISE = frozenset({"sidstIndlaest", "sidstValideret"})
CONTAINERS = (dict, list)
# Flat copies without the hidden flag.
UNFLAGGED_CONTACTS = "nyesteKontaktoplysninger"
FOUNDING_TEXT = "STIFTELSESINFORMATION"
RESTRUCTURINGS = ("fusioner", "spaltninger")  # what comes in and goes out is told by attributes, as of the company
PARTICIPANT_KEYS = ("enhedsNummer", "enhedstype", "forretningsnoegle", "organisationstype", "navne", "sidstOpdateret")
OF_BENEFICIAL_OWNERS = ("SÆRLIGE_EJERFORHOLD", "BETYDELIG_INDFLYDELSE")
BENEFICIAL_OWNER = "reel ejer"  # as a function
PUBLIC_ATTRIBUTES = ("FUNKTION", "VALGFORM", "EJERANDEL_")


@dataclass(frozen=True, slots=True)
class Sanitised:
    """A document that may be kept, and the beneficial owners' part cut out of it."""

    document: dict[str, Any]
    beneficial_relations: list[dict[str, Any]]


def sanitise(document: Mapping[str, Any]) -> Sanitised:
    """The two parts of a Vrvirksomhed. What is not of the expected shape in the sensitive places is left out.

    The document is used up: the parts are made of its own objects.
    """
    kept = {key: value for key, value in document.items() if key != "deltagerRelation"}
    for key in CONTACTS:
        if key in kept:
            kept[key] = [item for item in _objects(kept[key]) if not item.get("hemmelig")]
    if isinstance(kept.get("virksomhedMetadata"), dict):
        kept["virksomhedMetadata"].pop(UNFLAGGED_CONTACTS, None)
    if "attributter" in kept:
        kept["attributter"] = _without_founding_texts(kept["attributter"])
    for key in RESTRUCTURINGS:
        if key in kept:
            kept[key] = [_restructuring(item) for item in _objects(kept[key])]
    relations: list[dict[str, Any]] = []
    beneficial: list[dict[str, Any]] = []
    for relation in _objects(document.get("deltagerRelation")):
        _share_out(relation, relations, beneficial)
    kept["deltagerRelation"] = relations
    _forget_noise([kept, beneficial])
    return Sanitised(document=kept, beneficial_relations=beneficial)


def _restructuring(item: Mapping[str, Any]) -> dict[str, Any]:
    sides = {key: _without_founding_texts(item[key]) for key in ("indgaaende", "udgaaende") if key in item}
    return {**item, **sides}


def _without_founding_texts(attributes: Any) -> list[Mapping[str, Any]]:
    return [item for item in _objects(attributes) if str(item.get("type", "")).strip().upper() != FOUNDING_TEXT]


def _share_out(relation: Mapping[str, Any], public: list[dict[str, Any]], beneficial: list[dict[str, Any]]) -> None:
    """Put one participant's organs where they belong; one that has no public organ is not in the public part."""
    participant = relation.get("deltager")
    if participant is not None and not isinstance(participant, Mapping):
        return
    organs = [(_is_beneficial(organ), organ) for organ in _objects(relation.get("organisationer"))]
    for part, wanted, attributes in (
        (public, False, PUBLIC_ATTRIBUTES),
        (beneficial, True, PUBLIC_ATTRIBUTES + OF_BENEFICIAL_OWNERS),
    ):
        chosen = [_organ(organ, attributes) for is_beneficial, organ in organs if is_beneficial is wanted]
        if chosen:
            part.append({"deltager": _participant(participant), "organisationer": chosen})


def _participant(participant: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Nothing where the register does not say who it is: that there is somebody is told all the same."""
    if participant is None:
        return None
    kept = {key: participant[key] for key in PARTICIPANT_KEYS if key in participant}
    is_hidden = participant.get("adresseHemmelig") and not participant.get("adresseHemmeligUndtagelse")
    # Of an address only the country is kept: where a chain of owners leaves Denmark.
    kept["beliggenhedsadresse"] = (
        []
        if is_hidden
        else [
            {"landekode": place.get("landekode"), "periode": place.get("periode")}
            for place in _objects(participant.get("beliggenhedsadresse"))
        ]
    )
    return kept


def _organ(organ: Mapping[str, Any], attributes: tuple[str, ...]) -> dict[str, Any]:
    kept = {key: value for key, value in organ.items() if key not in {"attributter", "medlemsData"}}
    kept["medlemsData"] = [
        {
            "attributter": [
                attribute
                for attribute in _objects(member.get("attributter"))
                if str(attribute.get("type", "")).startswith(attributes)
            ]
        }
        for member in _objects(organ.get("medlemsData"))
    ]
    return kept


def _is_beneficial(organ: Mapping[str, Any]) -> bool:
    """Whether the organ is or ever was called "Reelle ejere", or without the name tells what is told of those alone."""
    names = {str(name.get("navn", "")).strip().casefold() for name in _objects(organ.get("organisationsNavn"))}
    if names & {BENEFICIAL_OWNERS, OWNERS_REGISTER}:
        return BENEFICIAL_OWNERS in names
    return any(
        _tells_of_beneficial_owner(attribute)
        for member in _objects(organ.get("medlemsData"))
        for attribute in _objects(member.get("attributter"))
    )


def _tells_of_beneficial_owner(attribute: Mapping[str, Any]) -> bool:
    if str(attribute.get("type", "")).startswith(OF_BENEFICIAL_OWNERS):
        return True
    return attribute.get("type") == "FUNKTION" and any(
        str(value.get("vaerdi", "")).strip().casefold() == BENEFICIAL_OWNER
        for value in _objects(attribute.get("vaerdier"))
    )


def _forget_noise(value: Any) -> None:
    """Take the noise out of everything below. A loop over the containers, as most values are leaves.

    Periods, every second container, have nothing in them but two days.
    """
    containers = [value]
    while containers:
        container = containers.pop()
        if isinstance(container, dict):
            for key in NOISE:
                container.pop(key, None)
            containers.extend(
                [part for key, part in container.items() if isinstance(part, CONTAINERS) and key != "periode"]
            )
        else:
            containers.extend([part for part in container if isinstance(part, CONTAINERS)])


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
