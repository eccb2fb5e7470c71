"""What a fictional company is meant to be, before it is written as a register document and filings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from companies.sources.shares import HIGH_BY_FLOOR

ANCHOR = date(2026, 8, 1)  # the register's "today": nothing in it begins later

# The auditor's assistance, and the accounting class, as filings write them.
AUDITED = "Revisionspåtegning"
REVIEWED = "Erklæring om udvidet gennemgang"  # for class B in place of an audit (årsregnskabsloven § 135, stk. 1)
ASSISTED = "Andre erklæringer uden sikkerhed"
UNASSISTED = "Ingen bistand"
CLASS_B = "Regnskabsklasse B"


@dataclass(slots=True, eq=False)
class Person:
    """A person; hidden ones have a protected address, and some have no name in the register."""

    unit_number: int
    name: str
    country_code: str = "DK"
    is_hidden: bool = False


@dataclass(slots=True, eq=False)
class Foreigner:
    """A foreign company, or an estate: in the register a participant without a CVR number."""

    unit_number: int
    name: str
    country_code: str


@dataclass(slots=True)
class Holding:
    """`owner` owns `share` of the company exactly; the public register shows only the floor of its band."""

    owner: Person | Foreigner | Plan
    share: Decimal | None  # None: no percentage filed
    votes: Decimal | None
    start: date
    end: date | None = None


@dataclass(slots=True)
class Seat:
    """A seat in an organ."""

    holder: Person | Plan
    organ: str  # a key of relations.ORGANS
    function: str
    start: date
    end: date | None = None


@dataclass(slots=True)
class RegisteredOwner:
    """An entry among the registered beneficial owners."""

    person: Person
    share: Decimal | None
    votes: Decimal | None
    start: date
    end: date | None = None
    via_role: str = ""
    conditions: tuple[str, ...] = ()


@dataclass(slots=True)
class AccountsPlan:
    """How the company's accounts are made up."""

    years: int = 5
    revenue: int = 10_000_000  # of the first year
    margin: float = 0.08  # EBIT of revenue
    solidity: float = 0.4  # equity of assets in the first year
    accounting_class: str = CLASS_B
    assistance: str = AUDITED
    currency: str = "DKK"
    shows_revenue: bool = True  # small companies may show gross profit in place of it (årsregnskabsloven § 32)
    has_conflict: bool = False  # the newest filing gives the result twice, with two values
    has_group: bool = False  # figures of the group stand beside the company's
    is_late: bool = False  # the newest filing came after the deadline
    is_modified: bool = False  # the auditor's opinion has a reservation
    has_long_first_year: bool = False  # one filing, of the first period from the founding on
    former_year_end: tuple[int, int] | None = None  # the year before the newest is a short one, from this end on
    skipped: int | None = None  # this filing, counted from the oldest, is not there
    restated_by: int = 0  # the newest filing writes down inventories of the year before, and its own, by so much
    rounded_to: int = 1  # every amount is a multiple of it
    employees_factor: int = 1  # the newest filing's number of employees is so many times too large
    is_group_only: bool = False  # the filings have figures of the group and none of the company
    has_going_concern: bool = False  # the auditor doubts that the company goes on


@dataclass(slots=True, eq=False)
class Plan:
    """A company. `eq=False`: two of them are the same only when they are one."""

    cvr: str
    unit_number: int
    name: str
    form: str
    founded: date
    industry: tuple[str, str, str, str]
    address: tuple[str, int, tuple[int, str, int, str]]  # street, number, place
    capital: int = 40_000
    currency: str = "DKK"
    status: str = "NORMAL"
    ended: date | None = None
    credit_events: list[tuple[int, str, date]] = field(default_factory=list)
    former_names: list[tuple[str, date, date]] = field(default_factory=list)
    former_form: tuple[str, date] | None = None  # with its last day
    former_attributes: list[tuple[str, str, date, date]] = field(default_factory=list)  # type, text, first and last day
    moved: date | None = None  # the first day at the address
    merger: tuple[str, date] | None = None  # with what, and from which day on
    alternate_names: list[str] = field(default_factory=list)
    telephone: str = ""
    email: str = ""
    website: str = ""
    hidden_contacts: bool = False
    is_protected: bool = False
    is_listed: bool = False
    is_audit_waived: bool = False
    is_covered_by_money_laundering_act: bool = False
    owners_under_five_percent: bool = False
    signing_rule: str = ""
    year_end: tuple[int, int] = (12, 31)  # month, day
    staff: int | None = None
    interval_only: bool = False  # employees only as an interval
    holdings: list[Holding] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)
    beneficial: list[RegisteredOwner] | None = None  # None: worked out from the holdings
    accounts: AccountsPlan | None = None
    is_bare: bool = False  # nothing but name and telephone


def band_floor(share: Decimal) -> Decimal:
    """The floor of the public band that an exact share falls in; 0 below 5 %."""
    return max((floor for floor in HIGH_BY_FLOOR if floor <= share), default=Decimal(0))
