"""A company as typed data: what the register knows of it on one day.

The shapes follow the official register's documents; see `docs/company-data.md` for the field paths. Everything here is
plain data: nothing queries, nothing formats for a page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from companies.facts import (
    Address,
    Capital,
    CreditEvent,
    DatedText,
    Employees,
    Form,
    Industry,
    NameSpan,
    Period,
    Restructuring,
    RestructuringKind,
)

__all__ = [
    "FULLY_LIABLE",
    "Address",
    "BeneficialOwner",
    "Capital",
    "CreditEvent",
    "DatedText",
    "Employees",
    "Form",
    "Industry",
    "LegalOwner",
    "NameSpan",
    "Participant",
    "ParticipantKind",
    "Period",
    "Profile",
    "Restructuring",
    "RestructuringKind",
    "Role",
    "ShareBand",
]

# The organ type of partners of an I/S, the general partner of a K/S, the owner of a sole proprietorship.
FULLY_LIABLE = "FULDT_ANSVARLIG_DELTAGERE"


class ParticipantKind(StrEnum):
    """What a participant is; OTHER is a foreign person or company without a Danish number."""

    PERSON = "person"
    COMPANY = "company"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody with a role in a company. `cvr` only for Danish companies; addresses are never kept.

    A `unit_number` below nought is our own: the register has the role, but does not say whose it is.
    """

    unit_number: int
    kind: ParticipantKind
    name: str
    cvr: str = ""
    country_code: str = ""

    @property
    def lasso_id(self) -> str:
        """`CVR-1-<cvr>` for a Danish company, `CVR-3-<unit number>` for persons and foreign ones.

        `CVR-0-<our number>`, which is told to nobody, keeps those apart of whom the register does not say who they are.
        """
        if not self.is_stated:
            return f"CVR-0-{-self.unit_number}"
        return f"CVR-1-{self.cvr}" if self.cvr else f"CVR-3-{self.unit_number}"

    @property
    def is_stated(self) -> bool:
        """Whether the register says who it is."""
        return self.unit_number > 0


@dataclass(frozen=True, slots=True)
class Role:
    """A seat in an organ ("Direktion", "Bestyrelse", "Stiftere", …) with its function ("ADM. DIR.", "FORMAND", …)."""

    participant: Participant
    organ: str
    function: str
    period: Period
    elected_by: str = ""
    organ_type: str = ""  # hovedtype: "LEDELSESORGAN", "REVISION", "FULDT_ANSVARLIG_DELTAGERE", …
    # What a fully liable participant of this form is called: the register files a K/S's under "Interessenter" too.
    title: str = ""


@dataclass(frozen=True, slots=True)
class ShareBand:
    """A public band of ownership or votes as fractions of one: [0.05, 0.0999], …, [1, 1]."""

    low: Decimal
    high: Decimal

    @property
    def label(self) -> str:
        """As the register prints it: "5-9,99%", "100%"."""
        if self.low == self.high:
            return f"{_percent(self.low)}%"
        return f"{_percent(self.low)}-{_percent(self.high)}%"


@dataclass(frozen=True, slots=True)
class LegalOwner:
    """An owner in the public owners' register (at least 5 %); None: no percentage filed, which is not 0 %.

    `capital_class` names the class of shares that the entry is about, where the register does.
    """

    participant: Participant
    share: ShareBand | None
    votes: ShareBand | None
    period: Period
    notified_date: date | None = None
    capital_class: str = ""


@dataclass(frozen=True, slots=True)
class BeneficialOwner:
    """A registered beneficial owner with exact fractions; `via_role` set: management put in because none exists."""

    participant: Participant
    share: Decimal | None
    votes: Decimal | None
    period: Period
    special_conditions: tuple[str, ...] = ()
    via_role: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """What the register knows of one company on `as_of_date`.

    `roles`, `auditors` and `legal_owners` hold current and former ones; the properties give those in force.
    """

    cvr: str
    unit_number: int
    name: str
    as_of_date: date
    retrieved_at: datetime | None = None  # when the source gave us the document
    source_updated_at: datetime | None = None
    alternate_names: tuple[str, ...] = ()
    names: tuple[NameSpan, ...] = ()
    status: str = ""  # as the register writes it: "NORMAL", "UNDER KONKURS", "OPLØST EFTER KONKURS", …
    # sammensatStatus: "Aktiv", "Ophørt", …; undated, so empty where the dated status was another on the day
    overall_status: str = ""
    is_active: bool = True
    is_protected: bool = False  # reklamebeskyttet: must be shown on every page
    is_registered_in_error: bool = False
    credit_events: tuple[CreditEvent, ...] = ()
    registration_numbers: tuple[str, ...] = ()  # from before there were CVR numbers: "ApS123456"
    founded_date: date | None = None
    effective_date: date | None = None  # when the foundation took effect
    ended_date: date | None = None
    form: Form | None = None
    address: Address | None = None
    postal_address: Address | None = None
    telephone: str = ""
    secondary_telephone: str = ""
    fax: str = ""
    email: str = ""
    website: str = ""
    industry: Industry | None = None
    secondary_industries: tuple[Industry, ...] = ()
    purpose: str = ""
    capital: Capital | None = None
    signing_rule: str = ""
    articles_date: date | None = None
    financial_year_start: str = ""  # gMonthDay: "--01-01"
    financial_year_end: str = ""  # "--12-31"
    first_period: Period | None = None
    changed_period: Period | None = None  # the financial year that was longer or shorter because it was moved
    is_audit_waived: bool | None = None
    is_listed: bool | None = None
    is_covered_by_money_laundering_act: bool | None = None
    is_social_enterprise: bool | None = None
    is_state_owned: bool | None = None
    has_public_owner_book: bool | None = None
    dissolution_threat: str = ""  # as filed: the last threat of compulsory dissolution
    dissolution_reversal: str = ""  # as filed: that the company was taken back from compulsory dissolution
    employees: tuple[Employees, ...] = ()  # newest first
    roles: tuple[Role, ...] = ()
    auditors: tuple[Role, ...] = ()
    legal_owners: tuple[LegalOwner, ...] = ()
    coming_owners: tuple[LegalOwner, ...] = ()  # filed ahead: they own nothing yet on the day
    has_owners_under_five_percent: bool | None = None
    production_units: tuple[str, ...] = field(default=())
    restructurings: tuple[Restructuring, ...] = ()  # newest first
    next_change_date: date | None = None  # the register already knows that something changes on this day
    source_version: int | None = None  # samtId: counts the versions of the document

    @property
    def lasso_id(self) -> str:
        """The company's id in the API: `CVR-1-34580820`."""
        return f"CVR-1-{self.cvr}"

    @property
    def management(self) -> tuple[Role, ...]:
        """The executive board (Direktion) on the day."""
        return self._seats("direktion")

    @property
    def board(self) -> tuple[Role, ...]:
        """The board of directors (Bestyrelse) on the day."""
        return self._seats("bestyrelse")

    @property
    def fully_liable(self) -> tuple[Role, ...]:
        """Who is liable without limit on the day: partners, general partners, the owner of a sole proprietorship."""
        return tuple(
            role for role in self.roles if role.organ_type == FULLY_LIABLE and role.period.covers(self.as_of_date)
        )

    @property
    def current_auditors(self) -> tuple[Role, ...]:
        """The elected auditors on the day."""
        return tuple(role for role in self.auditors if role.period.covers(self.as_of_date))

    @property
    def current_owners(self) -> tuple[LegalOwner, ...]:
        """The legal owners on the day."""
        return tuple(owner for owner in self.legal_owners if owner.period.covers(self.as_of_date))

    def _seats(self, organ: str) -> tuple[Role, ...]:
        return tuple(role for role in self.roles if role.organ.lower() == organ and role.period.covers(self.as_of_date))


def _percent(fraction: Decimal) -> str:
    text = f"{fraction * 100:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",")
