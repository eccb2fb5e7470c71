"""Each year against the one before, in amounts and percent, and as an index of the oldest year."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from companies.doubts import is_employees_plausible
from companies.figures import Accounts
from companies.ratios import is_whole_year
from lasso.language import translate as _
from reporting.contents.blocks import Block, Cell, Column, ColumnGroup, Notice, Row, Section, Table, Tone, row
from reporting.contents.formats import DASH, number, short_date
from reporting.contents.statements import LABELS, label_of
from reporting.contents.years import Unit, figures_source, unit_of, year_before, year_columns

FLOWS = ("revenue", "grossProfit", "staffCost", "ebit", "resultBeforeTax", "result")
STOCKS = (
    "noncurrentAssets",
    "currentAssets",
    "cash",
    "assets",
    "equity",
    "longTermLiabilities",
    "shortTermLiabilities",
)
INDEXED = ("revenue", "grossProfit", "assets", "equity", "employees")
YEARS_OF_AN_INDEX = 3
# In percent of the table: room for four years beside their labels.
AMOUNT_WIDTH, SHARE_WIDTH = 12, 6


@dataclass(frozen=True, slots=True)
class Change:
    """A figure against the year before; `share` is of the size of the old one, None where that is not positive."""

    before: Decimal
    now: Decimal

    @property
    def amount(self) -> Decimal:
        """How much more it is."""
        return self.now - self.before

    @property
    def share(self) -> Decimal | None:
        """The change as a fraction of what it was; a change from nothing or from a loss has no percentage."""
        return self.amount / self.before if self.before > 0 else None


def change_of(name: str, accounts: Accounts, previous: Accounts | None) -> Change | None:
    """A figure against the year before; None where one is unknown.

    A flow compares only where both periods are twelve months.
    """
    if previous is None:
        return None
    if name in FLOWS and not (is_whole_year(accounts) and is_whole_year(previous)):
        return None
    now, before = accounts.value(name), previous.value(name)
    return None if now is None or before is None else Change(before, now)


def growth_section(years: tuple[Accounts, ...]) -> Section:
    """The changes and the index, or why there are none."""
    changed = tuple(accounts for accounts in years if year_before(years, accounts))
    if not changed:
        text = _("Der er ingen to år efter hinanden, som kan sammenlignes.")
        return Section(_("Udvikling"), (Notice(Tone.OPEN, text),), figures_source(years), is_kept=True)
    blocks: list[Block] = [_growth_table(years, changed)]
    indexed = _comparable_run(years)
    if len(indexed) >= YEARS_OF_AN_INDEX:
        blocks.append(_index_table(indexed))
    return Section(_("Udvikling"), tuple(blocks), figures_source(years))


def _growth_table(years: tuple[Accounts, ...], changed: tuple[Accounts, ...]) -> Table:
    unit = unit_of(years)
    names = [name for name in LABELS if name in {*FLOWS, *STOCKS}]
    rows = tuple(_growth_row(name, years, changed, unit) for name in names)
    return Table(
        columns=_change_columns(changed, unit),
        groups=(ColumnGroup("", 1), *(ColumnGroup(short_date(accounts.end_date), 2) for accounts in changed)),
        rows=tuple(one for one in rows if any(cell.text != DASH for cell in one.cells[1:])),
        title=_("Ændring fra året før"),
        note=_(
            "{unit}. Procenten er af tallet året før og beregnes kun, når det var positivt. Poster i "
            "resultatopgørelsen sammenlignes kun mellem perioder på 12 måneder."
        ).format(unit=unit.label),
        is_dense=True,
    )


def _change_columns(changed: tuple[Accounts, ...], unit: Unit) -> tuple[Column, ...]:
    amount = Column(unit.short, AMOUNT_WIDTH, is_numeric=True)
    share = Column("%", SHARE_WIDTH, is_share=True)
    first = 100 - (AMOUNT_WIDTH + SHARE_WIDTH) * len(changed)
    return (Column("", first), *(column for _each in changed for column in (amount, share)))


def _growth_row(name: str, years: tuple[Accounts, ...], changed: tuple[Accounts, ...], unit: Unit) -> Row:
    changes = (change_of(name, accounts, year_before(years, accounts)) for accounts in changed)
    return row(label_of(name), *(cell for change in changes for cell in _change_cells(change, unit)))


def _change_cells(change: Change | None, unit: Unit) -> tuple[Cell, Cell]:
    """The change as an amount and, where the old figure was positive, in percent of it."""
    if change is None:
        return Cell(DASH), Cell(DASH)
    share = change.share
    in_percent = DASH if share is None else _plus(number(share * 100, 1), share)
    return Cell(_plus(unit.text(change.amount), change.amount)), Cell(in_percent)


def _plus(text: str, value: Decimal) -> str:
    return f"+{text}" if value > 0 and any(sign in "123456789" for sign in text) else text


def _comparable_run(years: tuple[Accounts, ...]) -> tuple[Accounts, ...]:
    """The newest years that follow on each other without a gap, each of twelve months, newest first."""
    run = [years[0]] if years and is_whole_year(years[0]) else []
    while run and (previous := year_before(years, run[-1])) is not None and is_whole_year(previous):
        run.append(previous)
    return tuple(run)


def _index_table(run: tuple[Accounts, ...]) -> Table:
    oldest = run[-1]
    rows = []
    for name in INDEXED:
        base = _indexed_value(oldest, name)
        if base is not None and base > 0:
            rows.append(row(label_of(name), *(_index_text(_indexed_value(accounts, name), base) for accounts in run)))
    title = _("Indeks ({day} = 100)").format(day=short_date(oldest.end_date))
    return Table(columns=year_columns(run), rows=tuple(rows), title=title, is_dense=True)


def _indexed_value(accounts: Accounts, name: str) -> Decimal | None:
    """The figure; a number of employees that the staff cost does not go with is not used."""
    return None if name == "employees" and not is_employees_plausible(accounts) else accounts.value(name)


def _index_text(value: Decimal | None, base: Decimal) -> str:
    return number(None if value is None else value * 100 / base)
