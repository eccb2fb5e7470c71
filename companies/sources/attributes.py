"""A company's own attributes: capital, purpose, signing rule, financial year, and what it is or is not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypedDict

from companies.profile import Capital, Period
from companies.sources.document import Node
from companies.sources.histories import Span, held, spans_by_kind

FLAGS = {"true": True, "ja": True, "false": False, "nej": False}


class Attributes(TypedDict):
    """What stands in the attributes, by the names of Profile."""

    purpose: str
    capital: Capital | None
    signing_rule: str
    articles_date: date | None
    financial_year_start: str
    financial_year_end: str
    first_period: Period | None
    changed_period: Period | None
    is_audit_waived: bool | None
    is_listed: bool | None
    is_covered_by_money_laundering_act: bool | None
    is_social_enterprise: bool | None
    is_state_owned: bool | None
    has_public_owner_book: bool | None
    has_owners_under_five_percent: bool | None
    dissolution_threat: str
    dissolution_reversal: str


def read_attributes(
    company: Node, day: date, *, has_ended: bool, spans: dict[str, list[Span]] | None = None
) -> Attributes:
    """The values in force on the day; of a company that has ended, the last ones.

    `spans` are all of the company's (`spans_by_kind`), for who reads them as of many days.
    """
    values = _Values(company, spans_by_kind(company) if spans is None else spans, day, has_ended)
    return Attributes(
        purpose=values.text("FORMÅL"),
        capital=_capital(values),
        signing_rule=values.text("TEGNINGSREGEL"),
        articles_date=values.of("VEDTÆGT_SENESTE").date("vaerdi"),
        financial_year_start=values.text("REGNSKABSÅR_START"),
        financial_year_end=values.text("REGNSKABSÅR_SLUT"),
        first_period=values.period("FØRSTE_REGNSKABSPERIODE"),
        changed_period=values.period("OMLÆGNINGSPERIODE"),
        is_audit_waived=values.of("REVISION_FRAVALGT").boolean("vaerdi"),
        is_covered_by_money_laundering_act=values.of("OMFATTET_AF_LOV_OM_HVIDVASK_OG_TERRORFINANSIERING").boolean(
            "vaerdi"
        ),
        has_owners_under_five_percent=values.of("EJERREGISTRERING_UNDER_5_PROCENT").boolean("vaerdi"),
        is_listed=values.flag("BØRSNOTERET"),
        is_social_enterprise=values.flag("SOCIAL_ØKONOMISK_VIRKSOMHED"),
        is_state_owned=values.flag("STATSLIG_VIRK"),
        has_public_owner_book=values.flag("OFFENTLIG_EJERBOG"),
        dissolution_threat=values.text("OPLØSNINGSTRUSSEL_SENESTE"),
        dissolution_reversal=values.text("GENOPTAGELSE_TVANGSOPLØSNING"),
    )


@dataclass(frozen=True, slots=True)
class _Values:
    """The attributes as they are held on the day."""

    company: Node
    spans: dict[str, list[Span]]
    day: date
    has_ended: bool

    def of(self, kind: str) -> Node:
        """The element of the attribute; its value is under `vaerdi`. An empty one when there is none."""
        found = held((span.value for span in self.spans.get(kind, ())), self.day, has_ended=self.has_ended)
        return found or Node({}, self.company, f"attributter.{kind}")

    def text(self, kind: str) -> str:
        """The value as it stands."""
        return self.of(kind).text("vaerdi")

    def flag(self, kind: str) -> bool | None:
        """Yes or no, for attributes whose way of writing it is documented nowhere; another word is no answer."""
        return FLAGS.get(self.text(kind).casefold())

    def period(self, kind: str) -> Period | None:
        """A pair of attributes that end in _START and _SLUT."""
        start, end = (self.of(f"{kind}_{part}").date("vaerdi") for part in ("START", "SLUT"))
        return Period(start, end) if start or end else None


def _capital(values: _Values) -> Capital | None:
    amount = values.of("KAPITAL").decimal("vaerdi")
    if amount is None:
        return None
    is_partly_paid, paid = _paid(values.of("KAPITAL_DELVIST"), amount)
    return Capital(
        amount=amount,
        currency=values.text("KAPITALVALUTA") or "DKK",
        is_partly_paid=is_partly_paid,
        paid_amount=paid,
        has_classes=values.of("KAPITALKLASSER").boolean("vaerdi"),
    )


def _paid(partly: Node, amount: Decimal) -> tuple[bool, Decimal | None]:
    """KAPITAL_DELVIST is the amount paid in, or plain true or false."""
    if partly.text("vaerdi").lower() in {"true", "false"}:
        return bool(partly.boolean("vaerdi")), None
    paid = partly.decimal("vaerdi")
    return paid is not None and paid < amount, paid
