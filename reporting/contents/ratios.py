"""The key ratios as the reports present them; `companies.ratios` defines and computes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from itertools import takewhile

from companies.derived import DerivedAmount
from companies.figures import Accounts
from companies.ratios import RATIOS, RATIOS_BY_NAME, Ratio, is_whole_year
from lasso.language import Language, mark, spoken
from lasso.language import translate as _
from reporting.contents.blocks import Cell, Column, Definition, Definitions, Row, Table, row
from reporting.contents.formats import DASH, number, percent
from reporting.contents.statements import not_twelve_months_note
from reporting.contents.years import figure_columns, year_before, year_columns

# The credit policy: the ratio must be above it.
THRESHOLDS: Mapping[str, Decimal] = {"solvency": Decimal("0.30"), "liquidity": Decimal("1.00")}
LIMITED_RATIOS: tuple[Ratio, ...] = tuple(ratio for ratio in RATIOS if ratio.name in THRESHOLDS)
SOLVENCY, LIQUIDITY = RATIOS_BY_NAME["solvency"], RATIOS_BY_NAME["liquidity"]
# A ratio moves when it changes by a percentage point (a multiple: by a tenth) from the oldest year to the newest.
LEAST_MOVE, LEAST_MOVE_OF_MULTIPLE = Decimal("0.01"), Decimal("0.1")
YEARS_OF_A_TREND = 3
# A year's flow over a stock: in a shorter or longer period it is another thing, and not part of a development.
TIED_TO_A_YEAR = frozenset({"returnOnAssets", "returnOnEquity"})
FIGURE_WIDTH_WITH_TREND, TREND_WIDTH = 11, 22


class Direction(StrEnum):
    """Where a ratio has gone over the years."""

    RISING = mark("Stigende")  # it is higher than at first, and no year fell below the one before
    FALLING = mark("Faldende")  # it is lower than at first, and no year rose above the one before
    STEADY = mark("Uændret")  # it ends where it began, and no year was far from there
    CHANGING = mark("Svingende")


def label(ratio: Ratio | DerivedAmount) -> str:
    """What a ratio or derived amount is called, in the spoken language."""
    return ratio.label if spoken() is Language.DANISH else ratio.label_english


def definition(ratio: Ratio | DerivedAmount) -> str:
    """How it is computed, in the spoken language."""
    return ratio.definition if spoken() is Language.DANISH else ratio.definition_english


def ratio_values(ratio: Ratio, years: Sequence[Accounts]) -> tuple[Decimal | None, ...]:
    """A ratio in each of the years, newest first."""
    return tuple(ratio.compute(accounts, year_before(years, accounts)) for accounts in years)


def ratio_text(ratio: Ratio, value: Decimal | None) -> str:
    """`46,4 %`, or `10,1 gange` of a multiple."""
    if not ratio.is_multiple:
        return percent(value)
    return DASH if value is None else _("{n} gange").format(n=number(value, 1))


def ratio_table(years: tuple[Accounts, ...]) -> Table:
    """Every ratio over the years and, from three years on, where it has gone."""
    has_trend = len(years) >= YEARS_OF_A_TREND
    note = _("{dash}: et tal mangler, er selvmodsigende, eller nævneren er ikke positiv.").format(dash=DASH)
    if has_trend:
        note += " " + _("Udvikling: ændring i procentpoint (gange) fra det ældste kendte år; under 1 (0,1) er uændret.")
    return Table(
        columns=_trend_columns(years) if has_trend else year_columns(years),
        rows=tuple(_ratio_row(ratio, years, has_trend=has_trend) for ratio in RATIOS),
        title=_("Nøgletal"),
        note=" ".join(filter(None, (note, not_twelve_months_note(years)))),
        is_dense=True,
    )


def plain_ratio_table(years: tuple[Accounts, ...], ratios: Sequence[Ratio]) -> Table:
    """Some of the ratios over the years, without their development."""
    rows = tuple(_ratio_row(ratio, years, has_trend=False) for ratio in ratios)
    return Table(columns=year_columns(years), rows=rows, title=_("Nøgletal"), is_dense=True)


def definitions() -> Definitions:
    """How each ratio is defined."""
    return Definitions(definitions_of(RATIOS), title=_("Definitioner"))


def definitions_of(ratios: Sequence[Ratio | DerivedAmount]) -> tuple[Definition, ...]:
    """How these are computed, in the spoken language."""
    return tuple(Definition(label(one), definition(one)) for one in ratios)


def known_run(values: Sequence[Decimal | None]) -> tuple[Decimal, ...]:
    """The newest values up to the first that is unknown, newest first."""
    return tuple(value for value in takewhile(lambda value: value is not None, values) if value is not None)


def direction(ratio: Ratio, newest_first: Sequence[Decimal]) -> Direction | None:
    """Where a ratio has gone; None where its years are too few."""
    oldest_first = list(newest_first[::-1])
    if len(oldest_first) < YEARS_OF_A_TREND:
        return None
    least = LEAST_MOVE_OF_MULTIPLE if ratio.is_multiple else LEAST_MOVE
    if max(oldest_first) - min(oldest_first) < least:
        return Direction.STEADY
    change = oldest_first[-1] - oldest_first[0]
    ordered = sorted(oldest_first)
    if change >= least and oldest_first == ordered:
        return Direction.RISING
    if change <= -least and oldest_first == ordered[::-1]:
        return Direction.FALLING
    return Direction.CHANGING


def _ratio_row(ratio: Ratio, years: tuple[Accounts, ...], *, has_trend: bool) -> Row:
    values = ratio_values(ratio, years)
    comparable = tuple(
        value if ratio.name not in TIED_TO_A_YEAR or is_whole_year(accounts) else None
        for value, accounts in zip(values, years, strict=True)
    )
    trend = (_trend_cell(ratio, comparable),) if has_trend else ()
    return row(label(ratio), *(ratio_text(ratio, value) for value in values), *trend)


def _trend_cell(ratio: Ratio, values: Sequence[Decimal | None]) -> Cell:
    known = known_run(values)
    found = direction(ratio, known)
    if found is None:
        return Cell(DASH)
    change = (known[0] - known[-1]) * (1 if ratio.is_multiple else 100)
    return Cell(f"{_(found.value)} ({_signed(change)})")


def _signed(value: Decimal) -> str:
    text = number(value, 1)
    return f"+{text}" if value > 0 and text != number(0, 1) else text


def _trend_columns(years: tuple[Accounts, ...]) -> tuple[Column, ...]:
    first = 100 - FIGURE_WIDTH_WITH_TREND * len(years) - TREND_WIDTH
    figures = figure_columns(years, FIGURE_WIDTH_WITH_TREND)
    return (Column("", first), *figures, Column(_("Udvikling"), TREND_WIDTH))
