"""The key ratios of annual accounts, one definition each.

Textbooks disagree, so each ratio carries the definition that it is computed by, and this is where that comes from:

* Soliditetsgrad, afkastningsgrad, overskudsgrad: FSR – danske revisorer, "Regnskabets nøgletal" (closing figures).
* Likviditetsgrad: current assets over short-term liabilities (the current ratio), as banks use it; FSR's variant that
  leaves out inventories is another one.
* Egenkapitalforrentning: result after tax over the average of opening and closing equity (Finansministeriet,
  "Nøgletal").
* Bruttomargin: gross profit over revenue (FSR). Only where a filing gives both.
* Rentedækning: how many times EBIT covers the year's financial expenses, as banks use it.

Gross profit may stand in for revenue in small companies' accounts (årsregnskabsloven § 32). Overskudsgrad is never
computed on it. No ratio is computed on a figure that is missing or contradictory, nor over one that is not positive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from companies.figures import Accounts


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio as a fraction of one: its name in the API, its labels and definitions, and how it is computed.

    `compute` takes a year's accounts and those of the year before, if they are on file. `is_multiple`: it is said as
    "3,2 gange", not in percent.
    """

    name: str
    label: str
    label_english: str
    definition: str
    definition_english: str
    compute: Callable[[Accounts, Accounts | None], Decimal | None]
    is_multiple: bool = False


def solvency(accounts: Accounts) -> Decimal | None:
    """Soliditetsgrad: equity over assets at the balance day."""
    return _divide(accounts.value("equity"), accounts.value("assets"))


def liquidity(accounts: Accounts) -> Decimal | None:
    """Likviditetsgrad: current assets over short-term liabilities at the balance day."""
    return _divide(accounts.value("currentAssets"), accounts.value("shortTermLiabilities"))


def return_on_assets(accounts: Accounts) -> Decimal | None:
    """Afkastningsgrad: operating result (EBIT) over assets at the balance day."""
    return _divide(accounts.value("ebit"), accounts.value("assets"))


def return_on_equity(accounts: Accounts, previous: Accounts | None = None) -> Decimal | None:
    """Egenkapitalforrentning: result after tax over average equity; None unless both years' equity is positive."""
    opening, closing = opening_equity(accounts, previous), accounts.value("equity")
    if opening is None or closing is None or opening <= 0 or closing <= 0:
        return None
    return _divide(accounts.value("result"), (opening + closing) / 2)


def profit_margin(accounts: Accounts) -> Decimal | None:
    """Overskudsgrad: operating result (EBIT) over revenue."""
    return _divide(accounts.value("ebit"), accounts.value("revenue"))


def gross_margin(accounts: Accounts) -> Decimal | None:
    """Bruttomargin: gross profit over revenue."""
    return _divide(accounts.value("grossProfit"), accounts.value("revenue"))


def interest_cover(accounts: Accounts) -> Decimal | None:
    """Rentedækning: operating result (EBIT) over financial expenses, whichever sign they are filed with."""
    expenses = accounts.value("financeExpenses")
    return _divide(accounts.value("ebit"), abs(expenses) if expenses is not None else None)


def opening_equity(accounts: Accounts, previous: Accounts | None = None) -> Decimal | None:
    """Equity at the start of the year: the closing equity of `previous` or else the filing's own comparative figure.

    `previous` counts only if it is of the year just before, in the same currency and of the same scope (company or
    group); if its equity is contradictory, so is the opening equity.
    """
    if previous is not None and follows(accounts, previous):
        return previous.value("equity")
    if accounts.comparative_end_date == accounts.start_date - timedelta(days=1):
        return accounts.comparative_value("equity")
    return None


def follows(accounts: Accounts, previous: Accounts) -> bool:
    """Whether `accounts` adjoin `previous`, in the same currency and of the same scope, so that the figures compare."""
    return (
        adjoins(accounts, previous)
        and accounts.currency == previous.currency
        and accounts.is_group == previous.is_group
    )


def adjoins(accounts: Accounts, previous: Accounts) -> bool:
    """Whether `accounts` begin the day after `previous` end."""
    return accounts.start_date - previous.end_date == timedelta(days=1)


def is_whole_year(accounts: Accounts) -> bool:
    """Whether the accounts cover twelve months; ratios of a shorter or longer period do not compare."""
    after = accounts.end_date + timedelta(days=1)
    return (after.year - accounts.start_date.year) * 12 + after.month - accounts.start_date.month == 12 and (
        after.day == accounts.start_date.day
    )


def previous_year(years: Iterable[Accounts], accounts: Accounts) -> Accounts | None:
    """The accounts that `accounts` follow, if they are among the years."""
    day_before: date = accounts.start_date - timedelta(days=1)
    return next((other for other in years if other.end_date == day_before), None)


RATIOS = (
    Ratio(
        "solvency",
        "Soliditetsgrad",
        "Solvency ratio",
        "Egenkapital ÷ aktiver i alt, ultimo",
        "Equity ÷ total assets, closing",
        lambda accounts, _previous: solvency(accounts),
    ),
    Ratio(
        "liquidity",
        "Likviditetsgrad",
        "Current ratio",
        "Omsætningsaktiver ÷ kortfristede gældsforpligtelser, ultimo",
        "Current assets ÷ current liabilities, closing",
        lambda accounts, _previous: liquidity(accounts),
    ),
    Ratio(
        "returnOnAssets",
        "Afkastningsgrad",
        "Return on assets",
        "Resultat af primær drift (EBIT) ÷ aktiver i alt, ultimo",
        "Operating profit (EBIT) ÷ total assets, closing",
        lambda accounts, _previous: return_on_assets(accounts),
    ),
    Ratio(
        "returnOnEquity",
        "Egenkapitalforrentning",
        "Return on equity",
        "Årets resultat efter skat ÷ gennemsnitlig egenkapital (primo og ultimo); kun når begge er positive",
        "Profit/loss after tax ÷ average equity (opening and closing); only where both are positive",
        return_on_equity,
    ),
    Ratio(
        "profitMargin",
        "Overskudsgrad",
        "Operating margin",
        "Resultat af primær drift (EBIT) ÷ nettoomsætning; beregnes ikke på bruttofortjeneste",
        "Operating profit (EBIT) ÷ revenue; never on gross profit",
        lambda accounts, _previous: profit_margin(accounts),
    ),
    Ratio(
        "grossMargin",
        "Bruttomargin",
        "Gross margin",
        "Bruttofortjeneste ÷ nettoomsætning; kun når begge er oplyst",
        "Gross profit ÷ revenue; only where both are filed",
        lambda accounts, _previous: gross_margin(accounts),
    ),
    Ratio(
        "interestCover",
        "Rentedækning",
        "Interest cover",
        "Resultat af primær drift (EBIT) ÷ finansielle omkostninger",
        "Operating profit (EBIT) ÷ financial expenses",
        lambda accounts, _previous: interest_cover(accounts),
        is_multiple=True,
    ),
)
RATIOS_BY_NAME: Mapping[str, Ratio] = {ratio.name: ratio for ratio in RATIOS}


def _divide(numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """A quotient, or None where a figure is missing or contradictory or the denominator is not positive."""
    if numerator is None or denominator is None or denominator <= 0:
        return None
    return numerator / denominator
