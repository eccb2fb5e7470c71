"""Register documents for tests, in the official format, with no more in them than a test says."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]
CVR = "99900011"


def spell(start: str | None = None, end: str | None = None, **values: Any) -> Document:
    """One entry of a history."""
    return {**values, "periode": {"gyldigFra": start, "gyldigTil": end}, "sidstOpdateret": "2024-01-01T00:00:00+01:00"}


def company(cvr: str = CVR, **fields: Any) -> Document:
    """A Vrvirksomhed with a name and what is given."""
    return {
        "cvrNummer": int(cvr),
        "enhedsNummer": 4_999_000_000 + int(cvr) % 1_000_000,
        "enhedstype": "VIRKSOMHED",
        "navne": [spell("2010-01-01", navn=f"Prøvested {cvr} ApS")],
        **fields,
    }


def attribute(kind: str, *values: Document, sort: str = "string") -> Document:
    """An attribute with its history: `value(…)` each."""
    return {"sekvensnr": 0, "type": kind, "vaerditype": sort, "vaerdier": list(values)}


def value(text: str, start: str | None = None, end: str | None = None) -> Document:
    """One value of an attribute."""
    return spell(start, end, vaerdi=text)


def organ(kind: str, name: str, *members: list[Document]) -> Document:
    """An organ that has existed since 2000 and still does, with the attributes of each member."""
    return {
        "enhedsNummerOrganisation": 4_001_000_001,
        "hovedtype": kind,
        "organisationsNavn": [spell("2000-01-01", navn=name)],
        "attributter": [],
        "medlemsData": [{"attributter": attributes} for attributes in members],
    }


def person(number: int, name: str, **fields: Any) -> Document:
    """A participant that is a person; names have no dates in the register."""
    return {
        "enhedsNummer": number,
        "enhedstype": "PERSON",
        "forretningsnoegle": None,
        "navne": [spell(navn=name)],
        "adresseHemmelig": False,
        "beliggenhedsadresse": [spell("2015-01-01", landekode="DK", vejnavn="Privatvejen", husnummerFra=4)],
        **fields,
    }


def participant_company(cvr: str, name: str = "") -> Document:
    """A participant that is a Danish company."""
    return {
        "enhedsNummer": 4_999_000_000 + int(cvr) % 1_000_000,
        "enhedstype": "VIRKSOMHED",
        "forretningsnoegle": int(cvr),
        "navne": [spell("2010-01-01", navn=name or f"Prøvested {cvr} ApS")],
    }


def foreigner(number: int, name: str, country_code: str) -> Document:
    """A participant from abroad."""
    return {
        "enhedsNummer": number,
        "enhedstype": "ANDEN_DELTAGER",
        "forretningsnoegle": None,
        "navne": [spell(navn=name)],
        "beliggenhedsadresse": [spell("2015-01-01", landekode=country_code, fritekst="Somewhere 1")],
    }


def relation(participant: Document | None, *organs: Document) -> Document:
    """A participant and its organs."""
    return {"deltager": participant, "kontorsteder": [], "organisationer": list(organs)}


def owner(participant: Document | None, *shares: Document, votes: tuple[Document, ...] | None = None) -> Document:
    """A relation in the owners' register; votes follow the shares unless given."""
    attributes = [
        attribute("EJERANDEL_PROCENT", *shares, sort="decimal"),
        attribute("EJERANDEL_STEMMERET_PROCENT", *(shares if votes is None else votes), sort="decimal"),
    ]
    return relation(participant, organ("REGISTER", "EJERREGISTER", attributes))


def beneficial_owner(participant: Document | None, *attributes: Document) -> Document:
    """A relation in the register of beneficial owners."""
    return relation(
        participant,
        organ("REGISTER", "Reelle ejere", [attribute("FUNKTION", value("Reel ejer", "2018-01-01")), *attributes]),
    )


def hit(document: Document) -> Document:
    """The document as a search reply holds it."""
    return {
        "_index": "cvr-v-1",
        "_type": "_doc",
        "_id": str(document.get("cvrNummer")),
        "_source": {"Vrvirksomhed": document},
    }
