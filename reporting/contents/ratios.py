"""The key ratios of annual accounts, with the definition that is printed beside them.

Textbooks disagree, so each ratio names its definition and where it comes from:

* Soliditetsgrad, afkastningsgrad, overskudsgrad: FSR – danske revisorer, "Regnskabets nøgletal" (closing figures).
* Likviditetsgrad: current assets over short-term liabilities (the current ratio), as banks use it; FSR's variant that
  leaves out inventories is another one.
* Egenkapitalforrentning: result after tax over the average of opening and closing equity (Finansministeriet,
  "Nøgletal").

Gross profit may stand in for revenue in small companies' accounts (årsregnskabsloven § 32). Overskudsgrad is never
computed on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from companies.figures import Accounts

Years = Sequence[Accounts]


def solvency(accounts: Accounts) -> Decimal | None:
    """Soliditetsgrad: equity over assets at the balance day."""
    return _divide(accounts.value("equity"), accounts.value("assets"))


def liquidity(accounts: Accounts) -> Decimal | None:
    """Likviditetsgrad: current assets over short-term liabilities at the balance day."""
    return _divide(accounts.value("currentAssets"), accounts.value("shortTermLiabilities"))


def return_on_assets(accounts: Accounts) -> Decimal | None:
    """Afkastningsgrad: operating result (EBIT) over assets at the balance day."""
    return _divide(accounts.value("ebit"), accounts.value("assets"))


def profit_margin(accounts: Accounts) -> Decimal | None:
    """Overskudsgrad: operating result (EBIT) over revenue."""
    return _divide(accounts.value("ebit"), accounts.value("revenue"))


def return_on_equity(accounts: Accounts, previous: Accounts | None) -> Decimal | None:
    """Egenkapitalforrentning: result after tax over average equity; None unless both years' equity is positive.

    `previous` must be the year just before, in the same currency.
    """
    closing = accounts.value("equity")
    opening = previous.value("equity") if previous and follows(accounts, previous) else None
    if opening is None or closing is None or opening <= 0 or closing <= 0:
        return None
    return _divide(accounts.value("result"), (opening + closing) / 2)


def follows(accounts: Accounts, previous: Accounts) -> bool:
    """Whether `accounts` begin the day after `previous` end, in the same currency."""
    return accounts.start_date - previous.end_date == timedelta(days=1) and accounts.currency == previous.currency


def is_whole_year(accounts: Accounts) -> bool:
    """Whether the accounts cover twelve months; ratios of a shorter or longer period do not compare."""
    after = accounts.end_date + timedelta(days=1)
    return (after.year - accounts.start_date.year) * 12 + after.month - accounts.start_date.month == 12 and (
        after.day == accounts.start_date.day
    )


def previous_year(years: Years, accounts: Accounts) -> Accounts | None:
    """The accounts that `accounts` follow, if they are among the years."""
    day_before: date = accounts.start_date - timedelta(days=1)
    return next((other for other in years if other.end_date == day_before), None)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio: its Danish name, its printed definition, and how it is computed from a year and the year before.

    `threshold` is the credit policy's: the ratio must be above it.
    """

    name: str
    label: str
    definition: str
    compute: Callable[[Accounts, Accounts | None], Decimal | None]
    threshold: Decimal | None = None


RATIOS = (
    Ratio(
        "solvency",
        "Soliditetsgrad",
        "Egenkapital ÷ aktiver i alt, ultimo",
        lambda accounts, _previous: solvency(accounts),
        threshold=Decimal("0.30"),
    ),
    Ratio(
        "liquidity",
        "Likviditetsgrad",
        "Omsætningsaktiver ÷ kortfristede gældsforpligtelser, ultimo",
        lambda accounts, _previous: liquidity(accounts),
        threshold=Decimal("1.00"),
    ),
    Ratio(
        "returnOnAssets",
        "Afkastningsgrad",
        "Resultat af primær drift (EBIT) ÷ aktiver i alt, ultimo",
        lambda accounts, _previous: return_on_assets(accounts),
    ),
    Ratio(
        "returnOnEquity",
        "Egenkapitalforrentning",
        "Årets resultat efter skat ÷ gennemsnitlig egenkapital (primo og ultimo); kun når begge er positive",
        return_on_equity,
    ),
    Ratio(
        "profitMargin",
        "Overskudsgrad",
        "Resultat af primær drift (EBIT) ÷ nettoomsætning; beregnes ikke på bruttofortjeneste",
        lambda accounts, _previous: profit_margin(accounts),
    ),
)
RATIOS_BY_NAME: Mapping[str, Ratio] = {ratio.name: ratio for ratio in RATIOS}


def _divide(numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """A quotient, or None where a figure is missing or contradictory or the denominator is not positive."""
    if numerator is None or denominator is None or denominator <= 0:
        return None
    return numerator / denominator
