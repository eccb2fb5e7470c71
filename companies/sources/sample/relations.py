"""Who takes part in a fictional company, as the official register writes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from companies.sources.sample.plans import ANCHOR, Foreigner, Holding, Person, Plan, RegisteredOwner, Seat, band_floor
from companies.sources.sample.spells import Document, attribute, since, stamp

# hovedtype and organisationsNavn.
ORGANS = {
    "direktion": ("LEDELSESORGAN", "Direktion"),
    "bestyrelse": ("LEDELSESORGAN", "Bestyrelse"),
    "revision": ("REVISION", "Revision"),
    "stiftere": ("STIFTERE", "Stiftere"),
    "interessenter": ("FULDT_ANSVARLIG_DELTAGERE", "Interessenter"),
    "ejerregister": ("REGISTER", "EJERREGISTER"),
    "reelle ejere": ("REGISTER", "Reelle ejere"),
}
ELECTED = {"bestyrelse": "generalforsamling"}


def relations_of(plan: Plan, beneficial: Sequence[RegisteredOwner]) -> list[Document]:
    """One relation a participant, with each of its organs."""
    relations: dict[int, Document] = {}

    def organ_of(who: Person | Foreigner | Plan, organ: str, attributes: list[Document]) -> None:
        relation = relations.setdefault(
            who.unit_number, {"deltager": _participant(who), "kontorsteder": [], "organisationer": []}
        )
        kind, name = ORGANS[organ]
        relation["organisationer"].append(
            {
                "enhedsNummerOrganisation": 4_980_000_000 + who.unit_number % 10_000_000,
                "hovedtype": kind,
                # The organ lives on when a member leaves it.
                "organisationsNavn": [since(plan.founded, navn=name)],
                "attributter": [],
                "medlemsData": [{"attributter": attributes}],
            }
        )

    for seat in plan.seats:
        organ_of(seat.holder, seat.organ, _seat(seat))
    for holding in plan.holdings:
        organ_of(holding.owner, "ejerregister", _holding(holding))
    for owner in beneficial:
        organ_of(owner.person, "reelle ejere", _beneficial(owner))
    return list(relations.values())


def _participant(who: Person | Foreigner | Plan) -> Document:
    participant: Document = {
        "enhedsNummer": who.unit_number,
        "enhedstype": "PERSON",
        "forretningsnoegle": None,
        "navne": [
            {"navn": who.name, "periode": {"gyldigFra": None, "gyldigTil": None}, "sidstOpdateret": stamp(ANCHOR)}
        ]
        if who.name
        else [],
        "adresseHemmelig": isinstance(who, Person) and who.is_hidden,
        "adresseHemmeligUndtagelse": False,
        "beliggenhedsadresse": [],
    }
    if isinstance(who, Plan):
        return participant | {"enhedstype": "VIRKSOMHED", "forretningsnoegle": int(who.cvr)}
    if isinstance(who, Foreigner):
        participant["enhedstype"] = "ANDEN_DELTAGER"
    # As in the official documents; none of it is kept but the country.
    home = {"landekode": who.country_code or None, "fritekst": None, "vejnavn": "Fuglsangskrænten", "husnummerFra": 7}
    participant["beliggenhedsadresse"] = [since(date(2010, 1, 1), **home)]
    return participant


def _seat(seat: Seat) -> list[Document]:
    attributes = [attribute("FUNKTION", [(seat.function, seat.start, seat.end)])]
    if seat.organ in ELECTED:
        attributes.append(attribute("VALGFORM", [(ELECTED[seat.organ], seat.start, seat.end)]))
    if seat.organ == "stiftere":
        attributes.append(attribute("STIFTELSESINFORMATION", [("Fuglsangskrænten 7", seat.start, None)]))
    return attributes


def _holding(holding: Holding) -> list[Document]:
    attributes = [
        attribute("EJERANDEL_MEDDELELSE_DATO", [(holding.start.isoformat(), holding.start, holding.end)], "date")
    ]
    for kind, exact in (("EJERANDEL_PROCENT", holding.share), ("EJERANDEL_STEMMERET_PROCENT", holding.votes)):
        if exact is not None:
            attributes.append(attribute(kind, [(str(band_floor(exact)), holding.start, holding.end)], "decimal"))
    return attributes


def _beneficial(owner: RegisteredOwner) -> list[Document]:
    start, end = owner.start, owner.end
    attributes = [attribute("FUNKTION", [("Reel ejer", start, end)])]
    for kind, exact in (("EJERANDEL_PROCENT", owner.share), ("EJERANDEL_STEMMERET_PROCENT", owner.votes)):
        if exact is not None:
            attributes.append(attribute(kind, [(_decimal(exact), start, end)], "decimal"))
    if owner.via_role:
        attributes.append(attribute("BETYDELIG_INDFLYDELSE_VIA_ROLLE", [(owner.via_role, start, end)]))
    attributes += [attribute("SÆRLIGE_EJERFORHOLD", [(text, start, end)]) for text in owner.conditions]
    return attributes


def _decimal(value: Decimal) -> str:
    return format(value.normalize(), "f")
