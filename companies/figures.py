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
    """The company's own (not the group's) figures for one financial year, from the newest publication of that year."""

    cvr: str
    start_date: date
    end_date: date  # the balance day
    currency: str = "DKK"
    published_at: datetime | None = None
    approved_date: date | None = None
    accounting_class: str = ""  # "Regnskabsklasse B", …
    audit_firm: str = ""
    audit_firm_cvr: str = ""
    auditor_name: str = ""
    assistance: str = ""  # "Revisionspåtegning", "Erklæring om udvidet gennemgang", …, "Ingen bistand"
    opinion: str = ""
    figures: Mapping[str, Figure] = field(default_factory=dict)

    def value(self, name: str) -> Decimal | None:
        """The figure's value; None when it is missing or contradictory. `name` is one of FIGURE_NAMES."""
        figure = self.figures.get(name)
        return figure.value if figure else None
