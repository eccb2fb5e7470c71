"""The figures in the PDF's text are those of the register: every figure of every year, read back and compared.

The text is read as a person's eye or another program reads it: rows of a table by their label, amounts in the unit
that the table says. `EVERY_COMPANY=1` does so for every company of the fictional register that filed accounts; else
for one of each kind.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest

from companies.figures import FIGURE_NAMES, Accounts
from companies.sources.sample import cast
from reporting.contents.statements import INCOME, LABELS, MAIN
from reporting.models import ReportType
from tests.reporting.pdf_text import page_texts, printed, said
from tests.reporting.register_material import registered_accounts, registered_material

KINDS = (
    cast.GROUP_ACCOUNTS[0],
    cast.CONFLICTING_ACCOUNTS[0],
    cast.LARGE[0],
    cast.MOVED_YEAR[0],
    cast.ENTREPRENEUR_COMPANY[0],
)
EVERY_COMPANY = bool(os.environ.get("EVERY_COMPANY"))
COMPANIES = sorted(registered_accounts()) if EVERY_COMPANY else KINDS
YEARS = 5
DIVISORS = {
    "Beløb i hele": Decimal(1),
    "Beløb i t.kr.": Decimal(1000),
    "Beløb i 1.000": Decimal(1000),
    "Beløb i mio.": Decimal(10**6),
}
AMOUNT = r"−?[\d.]+(?:,\d+)?"
CELL = re.compile(rf"≠ ({AMOUNT}(?: / {AMOUNT})+)|({AMOUNT})(?: \?)?|(–)")
INCOME_NAMES = {name for name, _label, _kind in INCOME} | {"employees"}
PRINTED_LABELS = LABELS | {"employees": "Gennemsnitligt antal ansatte"}
# What stands before and behind each table of amounts in Finans.
INCOME_TABLE = ("Resultatopgørelse Kilde:", r"I procent af|\d Balance Kilde:")
BALANCE_TABLE = ("Balance Kilde:", "I procent af aktiver i alt")
GROUP_TABLE = ("Koncernens hovedtal Kilde:", "Revisors erklæringer Kilde:")
MAIN_TABLE = ("Regnskabstal og nøgletal Kilde:", "Definitioner")

Read = tuple[Decimal, ...] | Decimal | None


@pytest.mark.parametrize("cvr", COMPANIES)
def test_it_prints_every_figure_of_every_year_in_finans(cvr: str):
    text = report_text(ReportType.FINANS, cvr)
    years = registered_accounts()[cvr][:YEARS]
    income, balance = part(text, *INCOME_TABLE), part(text, *BALANCE_TABLE)

    for name in FIGURE_NAMES:
        table = income if name in INCOME_NAMES else balance
        assert row_of(name, table, len(years)) == expected_row(name, years, table), name
    if years[0].group_figures:
        groups = tuple(replace(accounts, figures=accounts.group_figures) for accounts in years)
        check_main_figures(part(text, *GROUP_TABLE), groups)
    check_ratios(part(text, "Nøgletal Kilde:", "Definitioner"), years)


@pytest.mark.parametrize("cvr", COMPANIES if EVERY_COMPANY else [cast.GROUP_ONLY[0]])
def test_it_prints_the_main_figures_in_the_extended_audit_report(cvr: str):
    table = part(report_text(ReportType.REVISION_UDVIDET, cvr), *MAIN_TABLE)
    years = registered_accounts()[cvr][:YEARS]

    check_main_figures(table, years)
    check_ratios(table, years)


def check_main_figures(table: str, years: tuple[Accounts, ...]) -> None:
    for name in (*MAIN, "employees"):
        assert row_of(name, table, len(years)) == expected_row(name, years, table), name


def check_ratios(table: str, years: tuple[Accounts, ...]) -> None:
    for label, numerator, denominator in (
        ("Soliditetsgrad", "equity", "assets"),
        ("Likviditetsgrad", "currentAssets", "shortTermLiabilities"),
        ("Afkastningsgrad", "ebit", "assets"),
        ("Bruttomargin", "grossProfit", "revenue"),
    ):
        assert percentages(label, table, len(years)) == [
            ratio(accounts.value(numerator), accounts.value(denominator)) for accounts in years
        ], label


def test_it_prints_no_figures_of_a_company_that_filed_none():
    text = said(registered_material(ReportType.FINANS, cast.NO_ACCOUNTS[0]))
    assert "Registret har ingen årsrapport for virksomheden: den første skal indsendes senest" in text
    assert "Beløb i" not in text


def test_it_would_notice_a_figure_that_is_not_the_registers():
    (newest, *_older) = registered_accounts()[KINDS[0]]
    table = f"Beløb i hele DKK Årets resultat {newest.value('result')} −1 ≠ 5 / −6 – 7 ?"
    assert row_of("result", table, 5) != expected_row("result", (newest,), table)
    assert row_of("result", "Beløb i hele DKK Årets resultat −1 1.234,5 ≠ 5 / −6 – 7 ?", 5) == [
        Decimal(-1),
        Decimal("1234.5"),
        (Decimal(5), Decimal(-6)),
        None,
        Decimal(7),
    ]


def report_text(report_type: ReportType, cvr: str) -> str:
    """The text of the company's report."""
    return " ".join(page_texts(printed(registered_material(report_type, cvr))))


def part(text: str, beginning: str, end: str) -> str:
    """The text from one phrase to the next that matches."""
    assert beginning in text
    rest = text.split(beginning, 1)[1]
    return re.split(end, rest, maxsplit=1)[0]


def row_of(name: str, table: str, columns: int) -> list[Read] | None:
    """The cells of a figure's row, amounts in whole units; None where the table has no such row."""
    label = PRINTED_LABELS[name]
    divisor = next(value for words, value in DIVISORS.items() if words in table) if name != "employees" else Decimal(1)
    for place in re.finditer(rf"(?<!\S){re.escape(label)} (?=[−\d–≠])", table):
        cells = list(cells_at(table, place.end(), columns))
        if len(cells) == columns:
            return [scaled(cell, divisor) for cell in cells]
    return None


def cells_at(table: str, place: int, columns: int) -> Iterator[Read]:
    """At most so many cells that follow on each other from a place on."""
    for _column in range(columns):
        match = CELL.match(table, place)
        if match is None:
            return
        several, one, _dash = match.groups()
        if several:
            yield tuple(amount(text) for text in several.split(" / "))
        else:
            yield amount(one) if one else None
        place = match.end() + 1


def scaled(cell: Read, divisor: Decimal) -> Read:
    if cell is None:
        return None
    return tuple(value * divisor for value in cell) if isinstance(cell, tuple) else cell * divisor


def amount(text: str) -> Decimal:
    """An amount as Danes write it."""
    return Decimal(text.replace(".", "").replace(",", ".").replace("−", "-"))


def expected_row(name: str, years: tuple[Accounts, ...], table: str) -> list[Read] | None:
    """What the register has, rounded to the unit that the table says."""
    if not any(name in accounts.figures for accounts in years):
        return None
    divisor = next(value for words, value in DIVISORS.items() if words in table) if name != "employees" else Decimal(1)
    row: list[Read] = []
    for accounts in years:
        figure = accounts.figures.get(name)
        if figure is None:
            row.append(None)
        elif figure.conflict:
            row.append(tuple(rounded(value, divisor) for value in figure.conflict))
        else:
            assert figure.value is not None
            row.append(rounded(figure.value, divisor))
    return row


def rounded(value: Decimal, divisor: Decimal) -> Decimal:
    return (value / divisor).quantize(Decimal(1), rounding=ROUND_HALF_UP) * divisor


def percentages(label: str, table: str, columns: int) -> list[Decimal | None]:
    """The cells of a ratio's row."""
    found = re.search(rf"{label} ((?:(?:−?[\d.]+,\d %|–) ?){{{columns}}})", table)
    assert found, label
    return [None if text == "–" else amount(text) for text in found[1].replace(" %", "").split()]


def ratio(numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """A quotient in percent with one decimal; None where the reports must not compute one."""
    if numerator is None or denominator is None or denominator <= 0:
        return None
    return (numerator / denominator * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
