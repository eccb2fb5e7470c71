"""Amounts that no filing gives and that are made of the figures it does give, one definition each.

None of them is computed on a figure that is missing or contradictory. Net interest-bearing debt is not among them: the
elements that filings use do not tell interest-bearing debt from other debt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from companies.figures import Accounts


@dataclass(frozen=True, slots=True)
class DerivedAmount:
    """An amount in the accounts' currency: its name in the API, its labels and definitions, and how it is computed."""

    name: str
    label: str
    label_english: str
    definition: str
    definition_english: str
    compute: Callable[[Accounts], Decimal | None]


def ebitda(accounts: Accounts) -> Decimal | None:
    """EBIT before depreciation. Filers disagree on the sign of depreciation, so that its size alone counts."""
    ebit, depreciation = accounts.value("ebit"), accounts.value("depreciation")
    return None if ebit is None or depreciation is None else ebit + abs(depreciation)


def working_capital(accounts: Accounts) -> Decimal | None:
    """Arbejdskapital: current assets less short-term liabilities at the balance day."""
    return _difference(accounts, "currentAssets", "shortTermLiabilities")


def total_debt(accounts: Accounts) -> Decimal | None:
    """Everything on the balance that is not equity: provisions and liabilities."""
    return _difference(accounts, "assets", "equity")


def _difference(accounts: Accounts, minuend: str, subtrahend: str) -> Decimal | None:
    first, second = accounts.value(minuend), accounts.value(subtrahend)
    return None if first is None or second is None else first - second


EBITDA = DerivedAmount(
    "ebitda",
    "EBITDA",
    "EBITDA",
    "Resultat af primær drift (EBIT) tillagt af- og nedskrivninger",
    "Operating profit (EBIT) plus depreciation, amortisation and impairment",
    ebitda,
)
WORKING_CAPITAL = DerivedAmount(
    "workingCapital",
    "Arbejdskapital",
    "Working capital",
    "Omsætningsaktiver − kortfristede gældsforpligtelser, ultimo",
    "Current assets − current liabilities, closing",
    working_capital,
)
TOTAL_DEBT = DerivedAmount(
    "totalDebt",
    "Forpligtelser i alt",
    "Total liabilities",
    "Aktiver i alt − egenkapital, ultimo: gæld og hensatte forpligtelser",
    "Total assets − equity, closing: debt and provisions",
    total_debt,
)
DERIVED_AMOUNTS = (EBITDA, WORKING_CAPITAL, TOTAL_DEBT)
