"""Reads the official register's company documents (Vrvirksomhed) into profiles.

The field paths and their traps are told in `docs/company-data.md`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from companies.errors import DocumentError
from companies.profile import (
    Capital,
    CreditEvent,
    Employees,
    Form,
    Industry,
    NameSpan,
    Period,
    Profile,
)
from companies.sources.document import Node
from companies.sources.histories import current, current_or_last, spans_by_kind
from companies.sources.participants import LONGEST_NAME, read_participation
from companies.sources.places import read_address, read_contact

# How people write the forms that the register abbreviates in capitals.
FORM_NAMES = {"APS": "ApS", "ABA": "A.M.B.A.", "FBA": "F.M.B.A.", "SBA": "S.M.B.A.", "AMBA": "A.M.B.A."}
ENDED = "ophørt"
INTERVAL = re.compile(r"ANTAL_(\d+)_(\d+)")
OPEN_INTERVAL = 100_000  # "1000 and more" is filed as 1000 to 999999


def read_profile(document: Mapping[str, Any], *, day: date, retrieved_at: datetime | None = None) -> Profile:
    """What a Vrvirksomhed document says of the company on the day.

    Beneficial owners are left out: see `companies.beneficial`.

    Raises:
        DocumentError: the document breaks the format; with path and reason.
    """
    company = Node(document)
    metadata = company.child("virksomhedMetadata") or Node({}, company, "virksomhedMetadata")
    cvr, unit_number = _identity(company)
    is_active, ended_date = _life(company, metadata, day)
    # A company that has ended is described as it was on its last day.
    facts_day = min(day, ended_date) if ended_date else day
    taking_part = read_participation(company, day)
    return Profile(
        cvr=cvr,
        unit_number=unit_number,
        name=_name(company, facts_day),
        as_of_date=day,
        retrieved_at=retrieved_at,
        source_updated_at=company.moment("sidstOpdateret"),
        alternate_names=_alternate_names(company, facts_day),
        names=_names(company),
        status=_text(current_or_last(company.items("virksomhedsstatus"), day), "status"),
        overall_status=metadata.text("sammensatStatus"),
        is_active=is_active,
        is_protected=company.boolean("reklamebeskyttet") or False,
        credit_events=_credit_events(company, day),
        founded_date=_founded_date(company, metadata),
        ended_date=ended_date,
        form=_form(company, facts_day),
        address=read_address(company, "beliggenhedsadresse", facts_day),
        postal_address=read_address(company, "postadresse", facts_day),
        telephone=read_contact(company, "telefonNummer", facts_day),
        secondary_telephone=read_contact(company, "sekundaertTelefonNummer", facts_day),
        fax=read_contact(company, "telefaxNummer", facts_day),
        email=read_contact(company, "elektroniskPost", facts_day)
        or read_contact(company, "obligatoriskEmail", facts_day),
        website=read_contact(company, "hjemmeside", facts_day),
        industry=_industry(company, "hovedbranche", facts_day),
        secondary_industries=tuple(
            industry
            for key in ("bibranche1", "bibranche2", "bibranche3")
            if (industry := _industry(company, key, facts_day))
        ),
        employees=_employees(company, day),
        roles=tuple(taking_part.roles),
        auditors=tuple(taking_part.auditors),
        legal_owners=tuple(taking_part.legal_owners),
        coming_owners=tuple(taking_part.coming_owners),
        production_units=_production_units(company, facts_day),
        **_attributes(company, facts_day),
    )


def _identity(company: Node) -> tuple[str, int]:
    cvr = company.text("cvrNummer")
    if not (cvr.isascii() and cvr.isdecimal() and 1 <= len(cvr) <= 8 and int(cvr) > 0):
        raise company.error("cvrNummer", "a CVR number of up to eight digits")
    kind = company.text("enhedstype")
    if kind not in {"", "VIRKSOMHED"}:
        raise company.error("enhedstype", "'VIRKSOMHED'")
    unit_number = company.integer("enhedsNummer")
    if unit_number is None:
        raise company.error("enhedsNummer", "a whole number")
    return cvr.zfill(8), unit_number


def _name(company: Node, day: date) -> str:
    node = current_or_last(company.items("navne"), day)
    name = node.text("navn") if node else ""
    if not name:
        raise DocumentError(f"{company.path}.navne", "expected at least one name")
    if len(name) > LONGEST_NAME:
        raise DocumentError(f"{company.path}.navne", f"expected a name of at most {LONGEST_NAME} characters")
    return name


def _names(company: Node) -> tuple[NameSpan, ...]:
    spans = [NameSpan(node.text("navn"), node.period()) for node in company.items("navne")]
    return tuple(sorted(spans, key=lambda span: span.period.start_date or date.min, reverse=True))


def _alternate_names(company: Node, day: date) -> tuple[str, ...]:
    names = (node.text("navn") for node in company.items("binavne") if node.period().covers(day))
    return tuple(dict.fromkeys(name for name in names if name))


def _life(company: Node, metadata: Node, day: date) -> tuple[bool, date | None]:
    """Whether the company lives on the day, and if not, the last day it did."""
    lives = [node.period() for node in company.items("livsforloeb")]
    if not lives:
        return metadata.text("sammensatStatus").casefold() != ENDED, None
    if any(life.covers(day) for life in lives):
        return True, None
    ends = [life.end_date for life in lives if life.end_date and life.end_date < day]
    return False, max(ends, default=None)


def _founded_date(company: Node, metadata: Node) -> date | None:
    founded = metadata.date("stiftelsesDato")
    if founded:
        return founded
    return min((start for node in company.items("livsforloeb") if (start := node.period().start_date)), default=None)


def _form(company: Node, day: date) -> Form | None:
    node = current_or_last(company.items("virksomhedsform"), day)
    if node is None:
        return None
    short = node.text("kortBeskrivelse")
    return Form(
        code=node.text("virksomhedsformkode"),
        short=FORM_NAMES.get(short.upper(), short),
        long=node.text("langBeskrivelse"),
    )


def _industry(company: Node, key: str, day: date) -> Industry | None:
    node = current(company.items(key), day)
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


def _employees(company: Node, day: date) -> tuple[Employees, ...]:
    """The monthly series, newest first; the series before it where the live one is empty."""
    series = list(company.items("erstMaanedsbeskaeftigelse")) or list(company.items("maanedsbeskaeftigelse"))
    months = [_month(node) for node in series]
    known = [month for month in months if (month.year, month.month) <= (day.year, day.month)]
    return tuple(sorted(known, key=lambda month: (month.year, month.month), reverse=True))


def _month(node: Node) -> Employees:
    year, month = node.integer("aar"), node.integer("maaned")
    if year is None or month is None or not 1 <= month <= 12:
        raise node.error("maaned", "a month from 1 to 12 of a year")
    return Employees(
        year=year,
        month=month,
        count=node.integer("antalAnsatte"),
        full_time_equivalents=node.decimal("antalAarsvaerk"),
        interval=_interval(node.text("intervalKodeAntalAnsatte")),
    )


def _interval(code: str) -> str:
    """ANTAL_10_19 as "10-19", ANTAL_1_1 as "1", ANTAL_1000_999999 as "1000+"."""
    match = INTERVAL.fullmatch(code)
    if not match:
        return ""
    low, high = int(match[1]), int(match[2])
    if high >= OPEN_INTERVAL:
        return f"{low}+"
    return str(low) if low == high else f"{low}-{high}"


def _production_units(company: Node, day: date) -> tuple[str, ...]:
    numbers = (node.text("pNummer") for node in company.items("penheder") if node.period().covers(day))
    return tuple(sorted({number for number in numbers if number}))


def _attributes(company: Node, day: date) -> dict[str, Any]:
    """What stands in the company's attributes, by the names of Profile."""

    spans = spans_by_kind(company)

    def value(kind: str) -> Node:
        found = current((span.value for span in spans.get(kind, ())), day)
        return found or Node({}, company, f"attributter.{kind}")

    return {
        "purpose": value("FORMÅL").text("vaerdi"),
        "capital": _capital(value("KAPITAL"), value("KAPITALVALUTA"), value("KAPITAL_DELVIST")),
        "signing_rule": value("TEGNINGSREGEL").text("vaerdi"),
        "articles_date": value("VEDTÆGT_SENESTE").date("vaerdi"),
        "financial_year_start": value("REGNSKABSÅR_START").text("vaerdi"),
        "financial_year_end": value("REGNSKABSÅR_SLUT").text("vaerdi"),
        "first_period": _first_period(
            value("FØRSTE_REGNSKABSPERIODE_START").date("vaerdi"),
            value("FØRSTE_REGNSKABSPERIODE_SLUT").date("vaerdi"),
        ),
        "is_audit_waived": value("REVISION_FRAVALGT").boolean("vaerdi"),
        "is_listed": value("BØRSNOTERET").boolean("vaerdi"),
        "is_covered_by_money_laundering_act": value("OMFATTET_AF_LOV_OM_HVIDVASK_OG_TERRORFINANSIERING").boolean(
            "vaerdi"
        ),
        "has_owners_under_five_percent": value("EJERREGISTRERING_UNDER_5_PROCENT").boolean("vaerdi"),
    }


def _capital(registered: Node, currency: Node, partly: Node) -> Capital | None:
    amount = registered.decimal("vaerdi")
    if amount is None:
        return None
    return Capital(
        amount=amount, currency=currency.text("vaerdi") or "DKK", is_partly_paid=_is_partly_paid(partly, amount)
    )


def _is_partly_paid(partly: Node, amount: Decimal) -> bool:
    """KAPITAL_DELVIST is the amount paid in, or plain true or false."""
    if partly.text("vaerdi").lower() in {"true", "false"}:
        return bool(partly.boolean("vaerdi"))
    paid = partly.decimal("vaerdi")
    return paid is not None and paid < amount


def _first_period(start: date | None, end: date | None) -> Period | None:
    return Period(start, end) if start or end else None


def _text(node: Node | None, key: str) -> str:
    return node.text(key) if node else ""
