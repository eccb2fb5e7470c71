"""Annual accounts as typed data: one filing's figures for one financial year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

# The figures read from a filing, by their name here and in the API. Amounts are whole units of `currency`.
FIGURE_NAMES = (
    "revenue",
    "grossProfit",
    "staffCost",
    "depreciation",
    "ebit",
    "financeIncome",
    "financeExpenses",
    "resultBeforeTax",
    "tax",
    "result",
    "dividend",
    "noncurrentAssets",
    "inventories",
    "shortTermReceivables",
    "cash",
    "currentAssets",
    "assets",
    "contributedCapital",
    "retainedEarnings",
    "equity",
    "provisions",
    "longTermLiabilities",
    "shortTermLiabilities",
    "equityAndLiabilities",
    "employees",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: a value, or several that contradict each other (then `value` is None and `conflict` holds them)."""

    value: Decimal | None
    conflict: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Accounts:
    """One financial year as the newest publication of its annual accounts has it.

    `figures` are the company's own, not its group's, unless `is_group` says that the filing holds only those. Beside
    the company's own the group's may stand in `group_figures`. `comparative_figures` are those that the filing gives
    for the year before.
    """

    cvr: str
    start_date: date
    end_date: date  # the balance day
    currency: str = "DKK"
    published_at: datetime | None = None
    approved_date: date | None = None
    accounting_class: str = ""  # "Regnskabsklasse B", …
    general_meeting_date: date | None = None
    audit_firm: str = ""
    audit_firm_cvr: str = ""
    auditor_name: str = ""
    auditor_number: str = ""  # of the Danish register of auditors: "mne12345"
    assistance: str = ""  # a value of companies.auditing.Assistance, or as the filing has it
    opinion: str = ""
    modified_opinion: str = ""  # a value of companies.auditing.ModifiedOpinion; empty: none is stated
    going_concern: str = ""  # the auditor's words on material uncertainty about it
    is_group: bool = False
    figures: Mapping[str, Figure] = field(default_factory=dict)
    group_figures: Mapping[str, Figure] = field(default_factory=dict)
    comparative_start_date: date | None = None
    comparative_end_date: date | None = None
    comparative_figures: Mapping[str, Figure] = field(default_factory=dict)

    def value(self, name: str) -> Decimal | None:
        """The figure's value; None when it is missing or contradictory. `name` is one of FIGURE_NAMES."""
        figure = self.figures.get(name)
        return figure.value if figure else None

    def comparative_value(self, name: str) -> Decimal | None:
        """The same figure of the year before, as this filing gives it."""
        figure = self.comparative_figures.get(name)
        return figure.value if figure else None
