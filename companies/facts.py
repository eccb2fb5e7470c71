"""The plain facts that a company's profile is made of; who takes part in it is in `companies.profile`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last day, both included; None is open. Both may be None in the register's documents."""

    start_date: date | None = None
    end_date: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the period holds on the day."""
        return (self.start_date is None or self.start_date <= day) and (self.end_date is None or day <= self.end_date)


@dataclass(frozen=True, slots=True)
class Address:
    """A company's place; foreign ones have only `free_text` and a country."""

    street_name: str = ""
    house_number: str = ""  # "12", "12A", "12-14"
    floor: str = ""
    door: str = ""
    care_of: str = ""
    city_name: str = ""
    postal_code: str = ""
    postal_district: str = ""
    postal_box: str = ""
    municipality_code: str = ""
    municipality_name: str = ""
    country_code: str = "DK"
    free_text: str = ""


@dataclass(frozen=True, slots=True)
class Industry:
    """A branch of the Danish industry code (DB07/DB25): six digits and a text."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Form:
    """The company's legal form: `short` as "A/S", `long` as "Aktieselskab"."""

    code: str
    short: str
    long: str


@dataclass(frozen=True, slots=True)
class Capital:
    """The registered capital; `is_partly_paid` when not all of it is paid in."""

    amount: Decimal
    currency: str
    is_partly_paid: bool = False
    paid_amount: Decimal | None = None  # where the register files it
    has_classes: bool | None = None


# The intervals that the register publishes; the last one means "1000 and more".
EMPLOYEE_INTERVALS = (
    (0, 0),
    (1, 1),
    (2, 4),
    (5, 9),
    (10, 19),
    (20, 49),
    (50, 99),
    (100, 199),
    (200, 499),
    (500, 999),
    (1000, 999_999),
)


def employee_interval(count: int) -> tuple[int, int]:
    """The register's interval, both ends included, that a number of employees is in."""
    fitting = (interval for interval in EMPLOYEE_INTERVALS if interval[0] <= count <= interval[1])
    return next(fitting, EMPLOYEE_INTERVALS[-1])


@dataclass(frozen=True, slots=True)
class Employees:
    """Employees in one month; a number may be missing with only its interval known ("10-19").

    Older figures are those of a quarter or a year: `months` says how many months they stand for, `month` is the last.
    """

    year: int
    month: int
    count: int | None
    full_time_equivalents: Decimal | None
    interval: str = ""
    full_time_interval: str = ""
    months: int = 1  # 3: a quarter, 12: a year


@dataclass(frozen=True, slots=True)
class CreditEvent:
    """A registered credit event, such as bankruptcy."""

    code: str
    text: str
    period: Period


@dataclass(frozen=True, slots=True)
class NameSpan:
    """A name and when it was in force."""

    name: str
    period: Period


class RestructuringKind(StrEnum):
    """What companies became of each other."""

    MERGER = "merger"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class DatedText:
    """A value of an attribute as the register writes it, and when it held."""

    kind: str
    text: str
    period: Period


@dataclass(frozen=True, slots=True)
class Restructuring:
    """A merger or split that the company took part in; `incoming` and `outgoing` tell on which side, and since when."""

    kind: RestructuringKind
    unit_number: int | None  # of the organ that joins those who took part
    name: str
    incoming: tuple[DatedText, ...] = ()
    outgoing: tuple[DatedText, ...] = ()

    @property
    def effective_date(self) -> date | None:
        """The first day that any of it holds from."""
        days = (one.period.start_date for one in (*self.incoming, *self.outgoing))
        return min((day for day in days if day), default=None)


class Fact(StrEnum):
    """What of a company's own facts has a history that is told."""

    NAME = "name"
    ALTERNATE_NAMES = "alternate_names"
    FORM = "form"
    STATUS = "status"
    ADDRESS = "address"
    INDUSTRY = "industry"
    PURPOSE = "purpose"
    CAPITAL = "capital"
    SIGNING_RULE = "signing_rule"
    ARTICLES_DATE = "articles_date"
    FINANCIAL_YEAR = "financial_year"  # (first day, last day) as gMonthDay
    AUDIT_WAIVED = "audit_waived"
    LISTED = "listed"
    MONEY_LAUNDERING_ACT = "money_laundering_act"


FactValue = str | bool | date | tuple[str, ...] | Address | Form | Industry | Capital | None


@dataclass(frozen=True, slots=True)
class FactSpan:
    """What a fact was from a day to a day; an empty value where nothing was on file between two values."""

    fact: Fact
    value: FactValue
    period: Period
