"""Writes a plan as the official register would: a Vrvirksomhed with its histories in no order."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from companies.sources.sample.employment import months_of
from companies.sources.sample.plans import ANCHOR, Plan, RegisteredOwner
from companies.sources.sample.relations import relations_of
from companies.sources.sample.spells import Document, attribute, between, since, stamp
from companies.sources.sample.vocabulary import FORMS


def document_of(plan: Plan, beneficial: Sequence[RegisteredOwner], rng: random.Random) -> Document:
    """The Vrvirksomhed document of the plan."""
    document: Document = {
        "cvrNummer": int(plan.cvr),
        "enhedsNummer": plan.unit_number,
        "enhedstype": "VIRKSOMHED",
        "samtId": rng.randint(1, 57),
        "sidstOpdateret": stamp(ANCHOR - timedelta(days=rng.randint(1, 300))),
        "sidstIndlaest": stamp(ANCHOR),
        "fejlRegistreret": False,
        "dataAdgang": 0,
        "reklamebeskyttet": plan.is_protected,
        "navne": _names(plan),
        "virksomhedMetadata": _metadata(plan),
    }
    if plan.telephone:
        document["telefonNummer"] = [_contact(plan.telephone, plan, is_hidden=plan.hidden_contacts)]
    if not plan.is_bare:
        document |= _facts(plan, rng)
        document["deltagerRelation"] = relations_of(plan, beneficial)
    _shuffle(document, rng)
    return document


def _facts(plan: Plan, rng: random.Random) -> Document:
    industry = {"branchekode": plan.industry[0], "branchetekst": plan.industry[1]}
    return {
        "binavne": [since(plan.founded, navn=name) for name in plan.alternate_names],
        "livsforloeb": [between(plan.founded, plan.ended)],
        "virksomhedsform": _forms(plan),
        "virksomhedsstatus": _statuses(plan),
        "status": [
            since(day, kreditoplysningkode=number, kreditoplysningtekst=text)
            for number, text, day in plan.credit_events
        ],
        "hovedbranche": [between(plan.founded, plan.ended, **industry)],
        "beliggenhedsadresse": _addresses(plan, rng),
        "postadresse": [],
        "elektroniskPost": [_contact(plan.email, plan, is_hidden=plan.hidden_contacts)] if plan.email else [],
        "obligatoriskEmail": [_contact(f"digitalpost@{_domain(plan)}", plan, is_hidden=True)],
        "hjemmeside": [_contact(plan.website, plan, is_hidden=False)] if plan.website else [],
        "attributter": _attributes(plan),
        "erstMaanedsbeskaeftigelse": months_of(plan, rng),
        "penheder": [since(plan.founded, pNummer=1_099_000_000 + int(plan.cvr) % 1_000_000)],
        "fusioner": _mergers(plan),
        "spaltninger": [],
    }


def _forms(plan: Plan) -> list[Document]:
    if plan.former_form is None:
        return [since(plan.founded, **_form(plan.form))]
    former, last_day = plan.former_form
    return [
        between(plan.founded, last_day, **_form(former)),
        since(last_day + timedelta(days=1), **_form(plan.form)),
    ]


def _form(form: str) -> Document:
    code, short, long = FORMS[form]
    return {
        "virksomhedsformkode": code,
        "kortBeskrivelse": short,
        "langBeskrivelse": long,
        "ansvarligDataleverandoer": "E&S",
    }


def _mergers(plan: Plan) -> list[Document]:
    if plan.merger is None:
        return []
    name, day = plan.merger
    return [
        {
            "enhedsNummerOrganisation": 4_970_000_000 + int(plan.cvr) % 10_000_000,
            "organisationsNavn": [since(day, navn=name)],
            "indgaaende": [attribute("FUNKTION", [("INDGÅENDE", day, None)])],
            "udgaaende": [],
        }
    ]


def _metadata(plan: Plan) -> Document:
    ended = plan.ended is not None
    return {
        "nyesteNavn": between(plan.founded, plan.ended, navn=plan.name),
        "nyesteKontaktoplysninger": [plan.telephone] if plan.telephone else [],
        "sammensatStatus": "Ophørt" if ended else ("UNDERKONKURS" if plan.status == "UNDER KONKURS" else "Aktiv"),
        "stiftelsesDato": None if plan.is_bare else plan.founded.isoformat(),
    }


def _names(plan: Plan) -> list[Document]:
    if plan.is_bare:
        return [{"navn": plan.name, "periode": {"gyldigFra": None, "gyldigTil": None}, "sidstOpdateret": stamp(ANCHOR)}]
    since = max((end for _, _, end in plan.former_names), default=plan.founded - timedelta(days=1))
    former = [between(start, end, navn=name) for name, start, end in plan.former_names]
    return [*former, between(since + timedelta(days=1), plan.ended, navn=plan.name)]


def _statuses(plan: Plan) -> list[Document]:
    if plan.status == "NORMAL":
        return [since(plan.founded, status="NORMAL")]
    turned = plan.ended or (plan.credit_events[0][2] if plan.credit_events else ANCHOR - timedelta(days=60))
    return [
        between(plan.founded, turned - timedelta(days=1), status="NORMAL"),
        since(turned, status=plan.status),
    ]


def _addresses(plan: Plan, rng: random.Random) -> list[Document]:
    street, number, (postal_code, district, municipality_code, municipality) = plan.address

    def at(house: int, start: date, end: date | None) -> Document:
        return between(
            start,
            end,
            landekode="DK",
            fritekst=None,
            vejnavn=street,
            vejkode=100 + len(street),
            husnummerFra=house,
            husnummerTil=None,
            bogstavFra=None,
            bogstavTil=None,
            etage=None,
            sidedoer=None,
            conavn=None,
            bynavn=None,
            postnummer=postal_code,
            postdistrikt=district,
            postboks=None,
            kommune={"kommuneKode": municipality_code, "kommuneNavn": municipality},
            sidstValideret=stamp(ANCHOR),
        )

    if plan.moved is None and ((ANCHOR - plan.founded).days < 1500 or plan.ended or rng.random() < 0.6):
        return [at(number, plan.founded, plan.ended)]
    moved = plan.moved or plan.founded + timedelta(days=1200)
    return [at(number + 20, plan.founded, moved - timedelta(days=1)), at(number, moved, plan.ended)]


def _attributes(plan: Plan) -> list[Document]:
    month, day = plan.year_end
    start = "--01-01" if (month, day) == (12, 31) else f"--{month % 12 + 1:02d}-01"
    values = {
        "FORMÅL": ("string", f"Virksomhedens formål er {plan.industry[3]}."),
        "TEGNINGSREGEL": ("string", plan.signing_rule),
        "VEDTÆGT_SENESTE": ("date", max(plan.founded, date(2019, 5, 14)).isoformat()),
        "REGNSKABSÅR_START": ("gMonthDay", start),
        "REGNSKABSÅR_SLUT": ("gMonthDay", f"--{month:02d}-{day:02d}"),
        "REVISION_FRAVALGT": ("boolean", str(plan.is_audit_waived).lower()),
        "EJERREGISTRERING_UNDER_5_PROCENT": ("boolean", str(plan.owners_under_five_percent).lower()),
        "OMFATTET_AF_LOV_OM_HVIDVASK_OG_TERRORFINANSIERING": (
            "boolean",
            str(plan.is_covered_by_money_laundering_act).lower(),
        ),
    }
    if plan.is_listed:
        values["BØRSNOTERET"] = ("boolean", "true")
    if plan.capital:
        values["KAPITAL"] = ("decimal", f"{plan.capital}.00")
        values["KAPITALVALUTA"] = ("string", plan.currency)
    return [attribute(kind, _spells(plan, kind, text), sort) for kind, (sort, text) in values.items() if text]


def _spells(plan: Plan, kind: str, text: str) -> list[tuple[str, date, date | None]]:
    """The attribute's values with their days: former ones, and the one in force behind them."""
    former = [(was, start, end) for one, was, start, end in plan.former_attributes if one == kind]
    start = max((end + timedelta(days=1) for _was, _start, end in former), default=plan.founded)
    return [*former, (text, start, plan.ended)]


def _contact(text: str, plan: Plan, *, is_hidden: bool) -> Document:
    return between(plan.founded, plan.ended, kontaktoplysning=text, hemmelig=is_hidden)


def _domain(plan: Plan) -> str:
    return plan.email.rpartition("@")[2] or f"cvr{plan.cvr}.example"


def _shuffle(document: Document, rng: random.Random) -> None:
    """Histories come in no order, and readers that trust one must fail on this register."""
    for value in document.values():
        if isinstance(value, list):
            rng.shuffle(value)
