"""Reads the official register's company documents (Vrvirksomhed) into profiles.

The field paths and their traps are told in `docs/company-data.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from companies.errors import DocumentError
from companies.profile import CreditEvent, Form, Industry, NameSpan, Profile
from companies.sources.attributes import read_attributes
from companies.sources.document import Node, is_cvr_of_any_length, read_unit_number
from companies.sources.employment import read_employees
from companies.sources.histories import current_or_last, held
from companies.sources.life import first_day, read_life
from companies.sources.participants import LONGEST_NAME, read_participation
from companies.sources.places import read_address, read_contact
from companies.sources.restructurings import read_restructurings

# How people write the forms that the register abbreviates in capitals.
FORM_NAMES = {"APS": "ApS", "ABA": "A.M.B.A.", "FBA": "F.M.B.A.", "SBA": "S.M.B.A.", "AMBA": "A.M.B.A."}


def read_profile(document: Mapping[str, Any], *, day: date, retrieved_at: datetime | None = None) -> Profile:
    """What a Vrvirksomhed document says of the company on the day.

    Beneficial owners are left out: see `companies.beneficial`.

    Raises:
        DocumentError: the document breaks the format; with path and reason.
    """
    company = Node(document)
    metadata = company.child("virksomhedMetadata") or Node({}, company, "virksomhedMetadata")
    cvr, unit_number = _identity(company)
    life = read_life(company, metadata, day)
    # A company that has ended is described as it was on its last day, or when its facts last were on file.
    facts_day = life.ended_date or day
    has_ended = life.ended_date is not None
    taking_part = read_participation(company, day)
    return Profile(
        cvr=cvr,
        unit_number=unit_number,
        name=read_name(company, metadata, facts_day),
        as_of_date=day,
        retrieved_at=retrieved_at,
        source_updated_at=company.moment("sidstOpdateret"),
        alternate_names=read_alternate_names(company, facts_day),
        names=_names(company),
        status=life.status,
        overall_status=life.overall_status,
        is_active=life.is_active,
        is_protected=company.boolean("reklamebeskyttet") or False,
        is_registered_in_error=company.boolean("fejlRegistreret") or False,
        credit_events=_credit_events(company, day),
        registration_numbers=_texts(company.items("regNummer"), "regnummer"),
        founded_date=metadata.date("stiftelsesDato") or first_day(company),
        effective_date=metadata.date("virkningsDato"),
        ended_date=life.ended_date,
        form=read_form(company, facts_day),
        address=read_address(company, "beliggenhedsadresse", facts_day, has_ended=has_ended),
        postal_address=read_address(company, "postadresse", facts_day, has_ended=has_ended),
        telephone=read_contact(company, "telefonNummer", facts_day),
        secondary_telephone=read_contact(company, "sekundaertTelefonNummer", facts_day),
        fax=read_contact(company, "telefaxNummer", facts_day),
        email=read_contact(company, "elektroniskPost", facts_day)
        or read_contact(company, "obligatoriskEmail", facts_day),
        website=read_contact(company, "hjemmeside", facts_day),
        industry=read_industry(company, "hovedbranche", facts_day, has_ended=has_ended),
        secondary_industries=tuple(
            industry
            for key in ("bibranche1", "bibranche2", "bibranche3")
            if (industry := read_industry(company, key, facts_day, has_ended=False))
        ),
        employees=read_employees(company, day),
        roles=tuple(taking_part.roles),
        auditors=tuple(taking_part.auditors),
        legal_owners=tuple(taking_part.legal_owners),
        coming_owners=tuple(taking_part.coming_owners),
        production_units=_production_units(company, facts_day),
        restructurings=read_restructurings(company, day),
        next_change_date=company.date("naermesteFremtidigeDato"),
        source_version=company.integer("samtId"),
        **read_attributes(company, facts_day, has_ended=has_ended),
    )


def _identity(company: Node) -> tuple[str, int]:
    cvr = company.text("cvrNummer")
    if not is_cvr_of_any_length(cvr):
        raise company.error("cvrNummer", "a CVR number of up to eight digits")
    kind = company.text("enhedstype")
    if kind not in {"", "VIRKSOMHED"}:
        raise company.error("enhedstype", "'VIRKSOMHED'")
    return cvr.zfill(8), read_unit_number(company)


def read_name(company: Node, metadata: Node, day: date) -> str:
    """The company's name on the day; a name is there at any time, so holes are bridged."""
    newest = metadata.child("nyesteNavn")
    node = current_or_last((node for node in company.items("navne") if node.text("navn")), day) or newest
    name = node.text("navn") if node else ""
    if not name:
        raise DocumentError(f"{company.path}.navne", "expected at least one name")
    if len(name) > LONGEST_NAME:
        raise DocumentError(f"{company.path}.navne", f"expected a name of at most {LONGEST_NAME} characters")
    return name


def _names(company: Node) -> tuple[NameSpan, ...]:
    spans = [NameSpan(name, node.period()) for node in company.items("navne") if (name := node.text("navn"))]
    return tuple(sorted(spans, key=lambda span: span.period.start_date or date.min, reverse=True))


def read_alternate_names(company: Node, day: date) -> tuple[str, ...]:
    """The other names that the company goes by on the day."""
    return _texts((node for node in company.items("binavne") if node.period().covers(day)), "navn")


def read_form(company: Node, day: date) -> Form | None:
    """The legal form on the day."""
    node = current_or_last(company.items("virksomhedsform"), day)
    if node is None:
        return None
    short = node.text("kortBeskrivelse")
    return Form(
        code=node.text("virksomhedsformkode"),
        short=FORM_NAMES.get(short.upper(), short),
        long=node.text("langBeskrivelse"),
    )


def read_industry(company: Node, key: str, day: date, *, has_ended: bool) -> Industry | None:
    """The industry in force on the day in the list under the key; of a company that has ended, the last."""
    node = held(company.items(key), day, has_ended=has_ended)
    code = node.text("branchekode") if node else ""
    # Codes are six digits; read as numbers somewhere on their way they lose a leading zero.
    return Industry(code=code.zfill(6), text=node.text("branchetekst")) if node and code else None


def _credit_events(company: Node, day: date) -> tuple[CreditEvent, ...]:
    events = [
        CreditEvent(node.text("kreditoplysningkode"), node.text("kreditoplysningtekst"), node.period())
        for node in company.items("status")
    ]
    begun = [event for event in events if (event.period.start_date or date.min) <= day]
    return tuple(sorted(begun, key=lambda event: event.period.start_date or date.min, reverse=True))


def _production_units(company: Node, day: date) -> tuple[str, ...]:
    units = (node for node in company.items("penheder") if node.period().covers(day))
    return tuple(sorted(_texts(units, "pNummer")))


def _texts(nodes: Iterable[Node], key: str) -> tuple[str, ...]:
    """Each text once, in the order in which they stand."""
    return tuple(dict.fromkeys(text for node in nodes if (text := node.text(key))))
