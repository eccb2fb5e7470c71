"""Income statement and balance over the years: as filed, and in percent of what they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from companies.doubts import is_employees_plausible
from companies.figures import Accounts
from companies.ratios import is_whole_year
from lasso.language import mark
from lasso.language import translate as _
from reporting.contents.blocks import Cell, Row, Section, Table, row
from reporting.contents.formats import enumeration, number, percent, short_date
from reporting.contents.years import Unit, figures_source, unit_of, year_columns

CONTRADICTION, IMPLAUSIBLE = "≠", "?"
Line = tuple[str, str, str]  # the figure's name, its label, the kind of row
INCOME: tuple[Line, ...] = (
    ("revenue", mark("Nettoomsætning"), ""),
    ("grossProfit", mark("Bruttofortjeneste"), ""),
    ("staffCost", mark("Personaleomkostninger"), ""),
    ("depreciation", mark("Af- og nedskrivninger"), ""),
    ("ebit", mark("Resultat af primær drift (EBIT)"), "total"),
    ("financeIncome", mark("Finansielle indtægter"), ""),
    ("financeExpenses", mark("Finansielle omkostninger"), ""),
    ("resultBeforeTax", mark("Resultat før skat"), "total"),
    ("tax", mark("Skat af årets resultat"), ""),
    ("result", mark("Årets resultat"), "total"),
    ("dividend", mark("Foreslået udbytte"), ""),
)
BALANCE: tuple[Line, ...] = (
    ("", mark("Aktiver"), "heading"),
    ("noncurrentAssets", mark("Anlægsaktiver"), ""),
    ("inventories", mark("Varebeholdninger"), ""),
    ("shortTermReceivables", mark("Kortfristede tilgodehavender"), ""),
    ("cash", mark("Likvide beholdninger"), ""),
    ("currentAssets", mark("Omsætningsaktiver"), ""),
    ("assets", mark("Aktiver i alt"), "total"),
    ("", mark("Passiver"), "heading"),
    ("contributedCapital", mark("Selskabskapital"), ""),
    ("retainedEarnings", mark("Overført resultat"), ""),
    ("equity", mark("Egenkapital"), "total"),
    ("provisions", mark("Hensatte forpligtelser"), ""),
    ("longTermLiabilities", mark("Langfristede gældsforpligtelser"), ""),
    ("shortTermLiabilities", mark("Kortfristede gældsforpligtelser"), ""),
    ("equityAndLiabilities", mark("Passiver i alt"), "total"),
)
MAIN = ("revenue", "grossProfit", "ebit", "resultBeforeTax", "result", "assets", "equity", "shortTermLiabilities")
EMPLOYEES: Line = ("employees", mark("Gennemsnitligt antal ansatte"), "")
LABELS = {name: label for name, label, _kind in (*INCOME, *BALANCE) if name} | {"employees": mark("Antal ansatte")}
MAIN_LINES = tuple(line for line in (*INCOME, *BALANCE) if line[0] in MAIN)


def label_of(name: str) -> str:
    """What a figure is called, in the spoken language."""
    return _(LABELS.get(name, name))


def statement_sections(years: tuple[Accounts, ...]) -> tuple[Section, ...]:
    """Income statement and balance as two sections, each with its shares in percent."""
    source = figures_source(years)
    shares = tuple(table for table in (income_shares_table(years),) if table)
    return (
        Section(_("Resultatopgørelse"), (statement_table(years, (*INCOME, EMPLOYEES)), *shares), source),
        Section(_("Balance"), (statement_table(years, BALANCE), balance_shares_table(years)), source),
    )


def main_figures_table(years: tuple[Accounts, ...], *, is_beside_company: bool = False) -> Table:
    """The few figures that say most, with the number of employees."""
    return statement_table(years, (*MAIN_LINES, EMPLOYEES), is_beside_company=is_beside_company)


def statement_table(years: tuple[Accounts, ...], lines: Sequence[Line], *, is_beside_company: bool = False) -> Table:
    """These lines over the years, as the filings have them; a line that no year has is left out.

    `is_beside_company`: the years are the group's, whose company has figures of its own elsewhere.
    """
    unit = unit_of(years)
    rows = tuple(
        _line_row(label, kind, tuple(_figure(accounts, name, unit) for accounts in years))
        for name, label, kind in _known_lines(lines, years)
    )
    note = _note(years, is_beside_company=is_beside_company)
    return Table(columns=year_columns(years), rows=rows, title=unit.label, note=note, is_dense=True)


def balance_shares_table(years: tuple[Accounts, ...]) -> Table:
    """The balance in percent of the year's assets."""
    return _shares_table(years, BALANCE, "assets", _("I procent af aktiver i alt"))


def income_shares_table(years: tuple[Accounts, ...]) -> Table | None:
    """The income statement in percent of revenue where every year has one, else of gross profit; None without both.

    Of gross profit the revenue has no share.
    """
    base = next((name for name in ("revenue", "grossProfit") if all(_is_positive(one, name) for one in years)), "")
    if not base:
        base = next((name for name in ("grossProfit", "revenue") if any(_is_positive(one, name) for one in years)), "")
    if not base:
        return None
    title = {"revenue": _("I procent af nettoomsætningen"), "grossProfit": _("I procent af bruttofortjenesten")}[base]
    lines = tuple(line for line in INCOME if base == "revenue" or line[0] != "revenue")
    return _shares_table(years, lines, base, title)


def _shares_table(years: tuple[Accounts, ...], lines: Sequence[Line], base: str, title: str) -> Table:
    rows = tuple(
        _line_row(label, kind, tuple(Cell(percent(share_of(accounts, name, base))) for accounts in years))
        for name, label, kind in _known_lines(lines, years)
    )
    return Table(columns=year_columns(years), rows=rows, title=title, is_dense=True)


def share_of(accounts: Accounts, name: str, base: str) -> Decimal | None:
    """A figure as a fraction of another one of the same year; None where one is unknown or the base is not positive."""
    value, whole = accounts.value(name), accounts.value(base)
    return None if value is None or whole is None or whole <= 0 else value / whole


def employees_text(value: Decimal | None) -> str:
    """An average number of employees, with the decimals it has (two at most)."""
    if value is None or value == value.to_integral_value():
        return number(value)
    return number(value, 1 if value * 10 == (value * 10).to_integral_value() else 2)


def _known_lines(lines: Sequence[Line], years: tuple[Accounts, ...]) -> tuple[Line, ...]:
    return tuple(line for line in lines if not line[0] or any(line[0] in accounts.figures for accounts in years))


def _line_row(label: str, kind: str, cells: tuple[Cell, ...]) -> Row:
    return row(_(label), *((Cell(""),) * len(cells) if kind == "heading" else cells), kind=kind)


def _figure(accounts: Accounts, name: str, unit: Unit) -> Cell:
    figure = accounts.figures.get(name)
    if name == "employees":
        mark_of_doubt = "" if is_employees_plausible(accounts) else IMPLAUSIBLE
        if not (figure and figure.conflict):
            return Cell(employees_text(accounts.value(name)), mark=mark_of_doubt)
    if figure and figure.conflict:
        say = employees_text if name == "employees" else unit.text
        return Cell(CONTRADICTION, detail=" / ".join(say(value) for value in figure.conflict))
    return Cell(unit.text(accounts.value(name)))


def _is_positive(accounts: Accounts, name: str) -> bool:
    value = accounts.value(name)
    return value is not None and value > 0


def _note(years: tuple[Accounts, ...], *, is_beside_company: bool) -> str:
    notes = []
    if any(figure.conflict for accounts in years for figure in accounts.figures.values()):
        notes.append(
            _("{sign}: årsrapporten oplyser flere værdier for samme tal; de står alle under tegnet.").format(
                sign=CONTRADICTION
            )
        )
    if not all(map(is_employees_plausible, years)):
        notes.append(
            _("{sign}: antallet passer ikke med personaleomkostningerne; det er vist som indberettet.").format(
                sign=IMPLAUSIBLE
            )
        )
    if any(accounts.is_group for accounts in years) and not is_beside_company:
        notes.append(_("Koncern: årsrapporten har ingen tal for selskabet alene."))
    if lengths_note := not_twelve_months_note(years):
        notes.append(lengths_note)
    return " ".join(notes)


def not_twelve_months_note(years: tuple[Accounts, ...]) -> str:
    """Which periods are not twelve months, so that their figures do not compare; empty where all are."""
    odd = [short_date(accounts.end_date) for accounts in years if not is_whole_year(accounts)]
    if not odd:
        return ""
    return _("Perioden til {days} er ikke på 12 måneder; tallene er ikke omregnet.").format(days=enumeration(odd))
