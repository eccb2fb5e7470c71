"""Working capital, debt, and how equity moved."""

from __future__ import annotations

from reporting.contents.blocks import Notice
from reporting.contents.capital import capital_section
from tests.reporting import makers
from tests.reporting.story_makers import year
from tests.reporting.tables import lines, table_of, titles


def test_it_gives_working_capital_and_debt():
    years = (makers.accounts(2025), year(2024, {"assets": 0, "equity": 5, "cash": (1, 2)}))
    assert lines(table_of(capital_section(years), "Beløb")) == {
        "EBITDA": ["8.786.108", "–"],
        "Omsætningsaktiver": ["27.210.100", "–"],
        "Kortfristede gældsforpligtelser": ["15.828.214", "–"],
        "Arbejdskapital": ["11.381.886", "–"],
        "Likvide beholdninger": ["4.118.006", "–"],
        "Forpligtelser i alt": ["21.239.214", "−5"],
        "Forpligtelser i procent af aktiver": ["53,6 %", "–"],
    }


def test_it_goes_from_equity_to_equity():
    years = (
        year(2025, {"equity": 1_500, "result": -100}),
        year(2024, {"equity": 1_000, "result": 130}),
        year(2023, {"equity": 920, "dividend": 50}),
    )
    table = table_of(capital_section(years), "Egenkapitalens bevægelser")
    assert titles(table) == ["31-12-2025", "31-12-2024"]
    assert lines(table) == {
        "Egenkapital primo": ["1.000", "920"],
        "Årets resultat": ["−100", "130"],
        "Udbytte foreslået året før": ["–", "−50"],
        "Øvrige bevægelser (beregnet rest)": ["600", "0"],
        "Egenkapital ultimo": ["1.500", "1.000"],
    }


def test_it_says_why_equity_cannot_be_followed():
    notice = capital_section((year(2025, {"equity": 5}),)).blocks[-1]
    assert isinstance(notice, Notice)
    assert notice.text == (
        "Egenkapitalens bevægelser kan ikke vises: egenkapital primo, resultat eller egenkapital ultimo mangler."
    )
