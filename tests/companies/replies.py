"""Whole documents and search replies in the shape in which the official register answers, with fictional content."""

from __future__ import annotations

from typing import Any

from tests.companies.builders import Document, attribute, organ, relation, spell, value

STAMP = "2024-02-01T11:03:27.000+01:00"
HISTORIES = (
    "regNummer", "navne", "binavne", "beliggenhedsadresse", "postadresse", "telefonNummer", "sekundaertTelefonNummer",
    "telefaxNummer", "elektroniskPost", "obligatoriskEmail", "hjemmeside", "livsforloeb", "hovedbranche", "bibranche1",
    "bibranche2", "bibranche3", "virksomhedsform", "virksomhedsstatus", "status", "aarsbeskaeftigelse",
    "kvartalsbeskaeftigelse", "maanedsbeskaeftigelse", "erstMaanedsbeskaeftigelse", "attributter", "penheder",
    "deltagerRelation", "fusioner", "spaltninger",
)  # fmt: skip
FORMS = {
    "APS": (80, "Anpartsselskab"),
    "A/S": (60, "Aktieselskab"),
    "EFO": (100, "Erhvervsdrivende fond"),
    "I/S": (30, "Interessentskab"),
    "K/S": (40, "Kommanditselskab"),
    "ENK": (10, "Enkeltmandsvirksomhed"),
    "FAS": (170, "Filial af udenlandsk aktieselskab, kapitalselskab m.m."),
}


def whole(cvr: str, founded: str, *, form: str, ended: str | None = None, **fields: Any) -> Document:
    """A Vrvirksomhed with every field that the register sends, empty where nothing is said."""
    code, long = FORMS[form]
    document: Document = {
        "cvrNummer": int(cvr),
        "brancheAnsvarskode": None,
        "reklamebeskyttet": False,
        **{key: [] for key in HISTORIES},
        "livsforloeb": [spell(founded, ended)],
        "virksomhedsform": [
            spell(
                founded,
                ended,
                virksomhedsformkode=code,
                kortBeskrivelse=form,
                langBeskrivelse=long,
                ansvarligDataleverandoer="E&S",
            )
        ],
        "virksomhedsstatus": [spell(founded, status="NORMAL")],
        "virksomhedMetadata": metadata(),
        "samtId": 12,
        "fejlRegistreret": False,
        "dataAdgang": 0,
        "enhedsNummer": 4_999_000_000 + int(cvr) % 1_000_000,
        "enhedstype": "VIRKSOMHED",
        "sidstIndlaest": STAMP,
        "sidstOpdateret": STAMP,
        "fejlVedIndlaesning": False,
        "naermesteFremtidigeDato": None,
        "fejlBeskrivelse": None,
        "virkningsAktoer": None,
    }
    return {**document, **fields}


def metadata(overall: str = "NORMAL", **fields: Any) -> Document:
    """virksomhedMetadata: copies of what is newest, with a status that has no date."""
    nothing = (
        "nyesteNavn", "nyesteVirksomhedsform", "nyesteBeliggenhedsadresse", "nyesteHovedbranche", "nyesteBibranche1",
        "nyesteBibranche2", "nyesteBibranche3", "nyesteStatus", "nyesteAarsbeskaeftigelse",
        "nyesteKvartalsbeskaeftigelse", "nyesteMaanedsbeskaeftigelse", "nyesteErstMaanedsbeskaeftigelse",
        "stiftelsesDato", "virkningsDato",
    )  # fmt: skip
    return {
        **dict.fromkeys(nothing),
        "nyesteBinavne": [],
        "nyesteKontaktoplysninger": [],
        "antalPenheder": 1,
        "sammensatStatus": overall,
        **fields,
    }


def place(start: str | None, end: str | None, street: str, number: int, **fields: Any) -> Document:
    """An address with every field that the register sends."""
    return spell(
        start,
        end,
        **{
            "landekode": "DK",
            "fritekst": None,
            "vejkode": 7144,
            "kommune": {"kommuneKode": 101, "kommuneNavn": "KØBENHAVN", **spell(start, end)},
            "husnummerFra": number,
            "husnummerTil": None,
            "adresseId": "0a3f50b6-0000-32b8-e044-0003ba298018",
            "sidstValideret": STAMP,
            "bogstavFra": None,
            "bogstavTil": None,
            "etage": None,
            "sidedoer": None,
            "conavn": None,
            "postboks": None,
            "vejnavn": street,
            "bynavn": None,
            "postnummer": 2100,
            "postdistrikt": "København Ø",
            **fields,
        },
    )


def seat(participant: Document, name: str, *functions: Document) -> Document:
    """A participant in the management ("Direktion", "Bestyrelse")."""
    return relation(participant, organ("LEDELSESORGAN", name, [attribute("FUNKTION", *functions)]))


def auditor(participant: Document, start: str, end: str | None = None) -> Document:
    """An audit firm. Its organ is open also when it has left."""
    return relation(participant, organ("REVISION", "Revision", [attribute("FUNKTION", value("REVISION", start, end))]))


def partner(participant: Document, start: str, end: str | None = None) -> Document:
    """A fully liable participant."""
    function = attribute("FUNKTION", value("INTERESSENTER", start, end))
    return relation(participant, organ("FULDT_ANSVARLIG_DELTAGERE", "Interessenter", [function]))


def reply_2019(*documents: Document) -> Document:
    """A search reply as of 2019: ElasticSearch 6, the total a number."""
    return _reply(documents, "cvr-v-20190225", {"total": 6, "successful": 6, "skipped": 0, "failed": 0})


def reply_2024(*documents: Document, failed: int = 0) -> Document:
    """A search reply as of February 2024."""
    shards = {"total": 6, "successful": 6 - failed, "skipped": 0, "failed": failed}
    return _reply(documents, "cvr-v-20240110", shards)


def _reply(documents: tuple[Document, ...], index: str, shards: Document) -> Document:
    hits = [
        {
            "_index": index,
            "_type": "_doc",
            "_id": str(document["enhedsNummer"]),
            "_score": 1.0,
            "_source": {"Vrvirksomhed": document},
        }
        for document in documents
    ]
    return {
        "took": 4,
        "timed_out": False,
        "_shards": shards,
        "hits": {"total": len(hits), "max_score": 1.0, "hits": hits},
    }
