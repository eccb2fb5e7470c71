"""Five years of figures: income statement, balance, ratios, charts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from companies.doubts import is_employees_plausible
from companies.figures import Accounts
from companies.ratios import RATIOS, Ratio, is_whole_year
from reporting.charts.figures import bar_chart
from reporting.contents.blocks import BarChart, Block, Cell, Charts, Column, Notice, Row, Section, Table, Tone, row
from reporting.contents.filings import ACCOUNTS_SOURCE, no_accounts_text
from reporting.contents.formats import DASH, enumeration, number, percent, short_date
from reporting.contents.ratios import SOLVENCY, THRESHOLDS, ratio_values
from reporting.material import Material

YEARS = 5
CONTRADICTION, IMPLAUSIBLE = "≠", "?"
INCOME = (
    ("revenue", "Nettoomsætning", ""),
    ("grossProfit", "Bruttofortjeneste", ""),
    ("staffCost", "Personaleomkostninger", ""),
    ("depreciation", "Af- og nedskrivninger", ""),
    ("ebit", "Resultat af primær drift (EBIT)", "total"),
    ("financeIncome", "Finansielle indtægter", ""),
    ("financeExpenses", "Finansielle omkostninger", ""),
    ("resultBeforeTax", "Resultat før skat", "total"),
    ("tax", "Skat af årets resultat", ""),
    ("result", "Årets resultat", "total"),
    ("dividend", "Foreslået udbytte", ""),
)
BALANCE = (
    ("", "Aktiver", "heading"),
    ("noncurrentAssets", "Anlægsaktiver", ""),
    ("inventories", "Varebeholdninger", ""),
    ("shortTermReceivables", "Kortfristede tilgodehavender", ""),
    ("cash", "Likvide beholdninger", ""),
    ("currentAssets", "Omsætningsaktiver", ""),
    ("assets", "Aktiver i alt", "total"),
    ("", "Passiver", "heading"),
    ("contributedCapital", "Selskabskapital", ""),
    ("retainedEarnings", "Overført resultat", ""),
    ("equity", "Egenkapital", "total"),
    ("provisions", "Hensatte forpligtelser", ""),
    ("longTermLiabilities", "Langfristede gældsforpligtelser", ""),
    ("shortTermLiabilities", "Kortfristede gældsforpligtelser", ""),
    ("equityAndLiabilities", "Passiver i alt", "total"),
)
MAIN = ("revenue", "grossProfit", "ebit", "resultBeforeTax", "result", "assets", "equity", "shortTermLiabilities")
LABELS = {name: label for name, label, _ in (*INCOME, *BALANCE) if name} | {"employees": "Antal ansatte"}


def years_of(material: Material) -> tuple[Accounts, ...]:
    """The newest five years, newest first."""
    return material.accounts[:YEARS]


def statement_sections(material: Material) -> tuple[Section, ...]:
    """Income statement and balance as two sections."""
    years = years_of(material)
    return (
        Section("Resultatopgørelse", (_statement(years, INCOME, extra=(_employees_row(years),)),), ACCOUNTS_SOURCE),
        Section("Balance", (_statement(years, BALANCE),), ACCOUNTS_SOURCE),
    )


def group_section(material: Material) -> Section | None:
    """The main figures of the group in the years whose annual reports have them beside the company's own."""
    years = tuple(
        replace(accounts, figures=accounts.group_figures, is_group=True)
        for accounts in years_of(material)
        if accounts.group_figures
    )
    if not years:
        return None
    return Section("Koncernens hovedtal", (_main_figures(years),), ACCOUNTS_SOURCE)


def key_figures_section(material: Material) -> Section:
    """The main figures, the ratios and their charts in one section, or why there are none."""
    years = years_of(material)
    if not years:
        return Section("Regnskabstal", (Notice(Tone.OPEN, no_accounts_text(material)),), ACCOUNTS_SOURCE)
    blocks: list[Block] = [_main_figures(years), charts(years)]
    blocks += [ratio_table(years), definitions_table()]
    return Section("Regnskabstal i fem år", tuple(blocks), ACCOUNTS_SOURCE)


def charts(years: tuple[Accounts, ...]) -> Charts:
    """Turnover or gross profit, result, equity and solvency, oldest to the left."""
    oldest_first = years[::-1]
    top = "revenue" if any(accounts.value("revenue") is not None for accounts in years) else "grossProfit"
    amounts = tuple(_amount_chart(name, oldest_first) for name in (top, "result", "equity"))
    return Charts((*amounts, _ratio_chart(SOLVENCY, oldest_first)))


def ratio_table(years: tuple[Accounts, ...]) -> Table:
    """Every ratio over the years."""
    rows = tuple(row(ratio.label, *(percent(value) for value in ratio_values(ratio, years))) for ratio in RATIOS)
    note = f"{DASH}: et tal mangler, er selvmodsigende, eller nævneren er ikke positiv."
    short = [short_date(accounts.end_date) for accounts in years if not is_whole_year(accounts)]
    if short:
        note += f" Perioden til {enumeration(short)} er ikke på 12 måneder; tallene er ikke omregnet."
    return Table(columns=_columns(years), rows=rows, title="Nøgletal", note=note, is_dense=True)


def definitions_table() -> Table:
    """How each ratio is defined."""
    return Table(
        title="Definitioner",
        columns=(Column("Nøgletal", 26), Column("Definition", 74)),
        rows=tuple(row(ratio.label, ratio.definition) for ratio in RATIOS),
        is_dense=True,
    )


def _main_figures(years: tuple[Accounts, ...]) -> Table:
    lines = tuple(line for line in (*INCOME, *BALANCE) if line[0] in MAIN)
    return _statement(years, lines, extra=(_employees_row(years),))


def _statement(
    years: tuple[Accounts, ...], lines: tuple[tuple[str, str, str], ...], extra: tuple[Row, ...] = ()
) -> Table:
    rows = tuple(
        row(label, *("" for _ in years), kind=kind)
        if kind == "heading"
        else row(label, *(_figure(accounts, name) for accounts in years), kind=kind)
        for name, label, kind in lines
        if kind == "heading" or any(name in accounts.figures for accounts in years)
    )
    return Table(
        columns=_columns(years), rows=rows + extra, title=_unit(years), note=_statement_note(years), is_dense=True
    )


def _columns(years: tuple[Accounts, ...]) -> tuple[Column, ...]:
    mixed = len({accounts.currency for accounts in years}) > 1
    first = 100 - 13 * len(years) if len(years) > 3 else 100 - 16 * len(years)
    width = (100 - first) // max(len(years), 1)
    return (
        Column("", first),
        *(Column(_column_title(accounts, is_currency_told=mixed), width, is_numeric=True) for accounts in years),
    )


def _column_title(accounts: Accounts, *, is_currency_told: bool) -> str:
    words = (accounts.currency if is_currency_told else "", "koncern" if accounts.is_group else "")
    return " ".join((short_date(accounts.end_date), *filter(None, words)))


def _unit(years: tuple[Accounts, ...]) -> str:
    currencies = {accounts.currency for accounts in years}
    return f"Beløb i hele {currencies.pop()}" if len(currencies) == 1 else "Beløb i hele enheder af årets valuta"


def _figure(accounts: Accounts, name: str) -> Cell:
    figure = accounts.figures.get(name)
    if figure and figure.conflict:
        return Cell(CONTRADICTION, detail=" / ".join(number(value) for value in figure.conflict))
    mark = IMPLAUSIBLE if name == "employees" and not is_employees_plausible(accounts) else ""
    return Cell(number(accounts.value(name)), mark=mark)


def _employees_row(years: tuple[Accounts, ...]) -> Row:
    return row("Gennemsnitligt antal ansatte", *(_figure(accounts, "employees") for accounts in years))


def _statement_note(years: tuple[Accounts, ...]) -> str:
    notes = []
    if any(figure.conflict for accounts in years for figure in accounts.figures.values()):
        notes.append(f"{CONTRADICTION}: årsrapporten oplyser flere værdier for samme tal; de står alle under tegnet.")
    if not all(map(is_employees_plausible, years)):
        notes.append(f"{IMPLAUSIBLE}: antallet passer ikke med personaleomkostningerne; det er vist som indberettet.")
    if any(accounts.is_group for accounts in years):
        notes.append("Koncern: årsrapporten har ingen tal for selskabet alene.")
    return " ".join(notes)


def _amount_chart(name: str, oldest_first: tuple[Accounts, ...]) -> BarChart:
    values = [accounts.value(name) for accounts in oldest_first]
    largest = max((abs(value) for value in values if value is not None), default=Decimal(0))
    divisor, unit = next(
        (step for step in ((Decimal(10**6), "mio. "), (Decimal(1000), "1.000 ")) if largest >= step[0] * 10),
        (Decimal(1), ""),
    )
    currencies = {accounts.currency for accounts in oldest_first}
    currency = currencies.pop() if len(currencies) == 1 else "årets valuta"
    return bar_chart(
        title=f"{LABELS[name]}, {unit}{currency}",
        labels=tuple(_year_labels(oldest_first)),
        values=[value / divisor if value is not None else None for value in values],
        decimals=1 if divisor == 10**6 else 0,
    )


def _ratio_chart(ratio: Ratio, oldest_first: tuple[Accounts, ...]) -> BarChart:
    values = list(ratio_values(ratio, oldest_first[::-1]))[::-1]
    threshold = THRESHOLDS.get(ratio.name)
    limit = f"; grænse {percent(threshold, 0)} stiplet" if threshold else ""
    return bar_chart(
        title=f"{ratio.label}, %{limit}",
        labels=tuple(_year_labels(oldest_first)),
        values=[value * 100 if value is not None else None for value in values],
        decimals=1,
        threshold=threshold * 100 if threshold is not None else None,
    )


def _year_labels(years: tuple[Accounts, ...]) -> Iterator[str]:
    """The year of each balance day, or year and month where two fall into one year."""
    plain = [str(accounts.end_date.year) for accounts in years]
    for accounts, label in zip(years, plain, strict=True):
        yield label if plain.count(label) == 1 else f"{accounts.end_date:%m-%Y}"
