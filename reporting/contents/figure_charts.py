"""Charts of the years: amounts as bars and ratios as lines, oldest to the left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from companies.figures import Accounts
from companies.ratios import RATIOS_BY_NAME, Ratio
from lasso.language import mark
from lasso.language import translate as _
from reporting.charts.figures import Line, bar_chart, line_chart
from reporting.contents.blocks import BarChart, Charts, LineChart
from reporting.contents.formats import percent
from reporting.contents.ratios import LIQUIDITY, SOLVENCY, THRESHOLDS, label, ratio_values
from reporting.contents.statements import label_of, share_of
from reporting.contents.years import unit_of, year_labels

MILLION, THOUSAND = Decimal(10**6), Decimal(10**3)
# From this many times the unit on amounts are drawn in it.
ENOUGH = 10
# A chart's table has little room for names.
RETURNS = (
    ("returnOnAssets", mark("aktiver")),
    ("returnOnEquity", mark("egenkapital")),
    ("profitMargin", mark("omsætning")),
)
FUNDING = (
    ("equity", mark("Egenkapital")),
    ("longTermLiabilities", mark("Lang gæld")),
    ("shortTermLiabilities", mark("Kort gæld")),
)


def amount_charts(years: tuple[Accounts, ...]) -> Charts:
    """Turnover or gross profit, result, equity and assets."""
    return Charts(tuple(_amount_chart(name, years[::-1]) for name in (_top_line(years), "result", "equity", "assets")))


def main_charts(years: tuple[Accounts, ...]) -> Charts:
    """Turnover or gross profit, result, equity, and solvency as a line: what goes with a few main figures."""
    amounts = tuple(_amount_chart(name, years[::-1]) for name in (_top_line(years), "result", "equity"))
    return Charts((*amounts, _policy_chart(SOLVENCY, years)))


def ratio_charts(years: tuple[Accounts, ...]) -> Charts:
    """The two ratios that the credit policy limits, each with its limit, the returns, and how the assets are funded."""
    returns = tuple(Line(_(name), _hundredths(ratio_values(RATIOS_BY_NAME[ratio], years))) for ratio, name in RETURNS)
    funding = tuple(
        Line(_(name), _hundredths([share_of(accounts, figure, "assets") for accounts in years]))
        for figure, name in FUNDING
    )
    charts = (
        _policy_chart(SOLVENCY, years),
        _policy_chart(LIQUIDITY, years),
        _lines_chart(_("Afkast i procent af …"), returns, years),
        _lines_chart(_("Finansiering i procent af aktiverne"), funding, years),
    )
    return Charts(tuple(chart for chart in charts if chart))


def _top_line(years: tuple[Accounts, ...]) -> str:
    return "revenue" if any(accounts.value("revenue") is not None for accounts in years) else "grossProfit"


def _amount_chart(name: str, oldest_first: tuple[Accounts, ...]) -> BarChart:
    """Bars of one figure; years in another currency than the newest are gaps, as one scale would compare the two."""
    alike = tuple(accounts for accounts in oldest_first if accounts.currency == oldest_first[-1].currency)
    values = [accounts.value(name) if accounts in alike else None for accounts in oldest_first]
    largest = max((abs(value) for value in values if value is not None), default=Decimal(0))
    divisor = next((step for step in (MILLION, THOUSAND) if largest >= step * ENOUGH), Decimal(1))
    unit = replace(unit_of(alike), divisor=divisor)
    return bar_chart(
        title=f"{label_of(name)}, {unit.short}",
        labels=tuple(year_labels(oldest_first)),
        values=[None if value is None else value / divisor for value in values],
        decimals=1 if divisor == MILLION and largest < 1000 * MILLION else 0,
    )


def _policy_chart(ratio: Ratio, years: tuple[Accounts, ...]) -> LineChart:
    limit = THRESHOLDS[ratio.name]
    return line_chart(
        title=_("{ratio}, %; grænse {limit} stiplet").format(ratio=label(ratio), limit=percent(limit, 0)),
        labels=_labels(years),
        lines=(Line(_("Beregnet"), _hundredths(ratio_values(ratio, years))),),
        decimals=1,
        threshold=limit * 100,
    )


def _labels(years: tuple[Accounts, ...]) -> tuple[str, ...]:
    return tuple(year_labels(years[::-1]))


def _lines_chart(title: str, lines: tuple[Line, ...], years: tuple[Accounts, ...]) -> LineChart | None:
    """The lines that have values; None where none has."""
    known = tuple(line for line in lines if any(value is not None for value in line.values))
    return line_chart(title=title, labels=_labels(years), lines=known, decimals=1) if known else None


def _hundredths(newest_first: Sequence[Decimal | None]) -> tuple[Decimal | None, ...]:
    """Fractions in percent, oldest first."""
    return tuple(None if value is None else value * 100 for value in newest_first[::-1])
