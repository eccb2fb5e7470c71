"""The doubts about the figures, each with its filing and what was used, and what later filings restated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from companies.figures import Accounts
from reporting.contents.blocks import Notice, Section
from reporting.contents.doubts import doubt_sentences, doubts_section
from reporting.contents.key_figures import key_figures_section
from reporting.models import ReportType
from tests.reporting import makers
from tests.reporting.pdf_text import plain
from tests.reporting.story_makers import Values, year
from tests.reporting.tables import lines, table_of, tables


def rows(section: Section) -> list[list[str]]:
    table = table_of(section, "Modsigelser")
    return [[plain(f"{cell.text} {cell.detail}") for cell in row.cells] for row in table.rows]


def compared(number: int, values: Values, before: Values) -> Accounts:
    """A year whose filing gives these figures of the year before."""
    return year(
        number,
        values,
        comparative_end_date=date(number - 1, 12, 31),
        comparative_figures=year(number - 1, before).figures,
    )


def test_it_names_the_filing_the_doubt_and_what_was_used():
    years = (year(2025, {"result": (588_224, -588_223)}), year(2024, {"assets": 5, "equityAndLiabilities": 4}))
    assert rows(doubts_section(years)) == [
        [
            "31-12-2025 offentliggjort 28-05-2026",
            "Årsrapporten modsiger sig selv. Årets resultat 31-12-2025: 588.224 / −588.223.",
            "Ingen af værdierne; nøgletal, der bygger på tallet, er udeladt.",
        ],
        [
            "31-12-2024 offentliggjort 28-05-2025",
            "Aktiver og passiver 31-12-2024 afviger med 1 DKK.",
            "Begge tal, som de er indberettet.",
        ],
    ]


@pytest.mark.parametrize(
    ("newest", "before", "expected"),
    [
        ({"assets": -5}, {}, "Aktiver i alt 31-12-2025 er negativ: −5."),
        (
            {"assets": 300, "noncurrentAssets": 400},
            {},
            "Aktiver i alt 31-12-2025 er oplyst til 300 DKK, men anlægsaktiver udgør 400 DKK.",
        ),
        (
            {"currentAssets": 500, "inventories": 300, "cash": 250},
            {},
            (
                "Omsætningsaktiver 31-12-2025 er oplyst til 500 DKK, men varebeholdninger og likvide "
                "beholdninger udgør 550 DKK."
            ),
        ),
        (
            {"resultBeforeTax": 100, "tax": 22, "result": -78},
            {},
            (
                "Årets resultat 31-12-2025 er oplyst til −78 DKK, men resultat før skat er 100 DKK og skat 22 DKK; "
                "forskellen kan være ophørte aktiviteter."
            ),
        ),
        (
            {"employees": 565_000, "staffCost": 240_000_000},
            {},
            "Antal ansatte 31-12-2025 er oplyst til 565.000, hvilket ikke passer med personaleomkostningerne.",
        ),
        (
            {"contributedCapital": 500},
            {"contributedCapital": 500_000},
            (
                "Selskabskapitalen 31-12-2025 er oplyst til 500 DKK mod 500.000 DKK året før: den ene "
                "ser ud til at være i tusinder."
            ),
        ),
        (
            {"equity": 800, "result": 200},
            {"equity": 1000},
            (
                "Årets resultat 31-12-2025 er oplyst til 200 DKK, men egenkapitalen har ændret sig med −200 DKK før "
                "udbytte: resultatets fortegn kan være vendt."
            ),
        ),
    ],
)
def test_it_says_each_doubt_in_one_sentence(newest: Values, before: Values, expected: str):
    assert [plain(one) for one in doubt_sentences((year(2025, newest), year(2024, before)))] == [expected]


def test_it_says_which_filing_is_in_thousands():
    years = (compared(2025, {}, {"assets": 39_610}), year(2024, {"assets": 39_610_418}))
    (sentence,) = doubt_sentences(years)
    assert plain(sentence) == (
        "Aktiver i alt for året før er 39.610 DKK i årsrapporten 31-12-2025, men 39.610.418 DKK i årsrapporten for det "
        "år: den ene ser ud til at være i tusinder."
    )


def test_it_says_the_length_of_a_period_in_the_table_alone():
    years = (year(2025, start_date=date(2025, 7, 1)),)
    assert doubt_sentences(years) == []
    assert rows(doubts_section(years)) == [
        [
            "31-12-2025 offentliggjort 28-05-2026",
            "Perioden til 31-12-2025 er på 6 måneder, ikke 12 måneder; tallene er ikke omregnet.",
            "Tallene uden omregning; ikke sammenlignet med andre år.",
        ]
    ]


def test_it_says_that_nothing_contradicts():
    (notice,) = doubts_section((year(),)).blocks
    assert isinstance(notice, Notice)
    assert notice.text == "Ingen af de viste tal modsiger hinanden i samme årsrapport."


def test_it_shows_what_the_next_filing_restated():
    years = (
        compared(2025, {"assets": 3000}, {"assets": 2_360, "equity": 900, "employees": 7}),
        year(2024, {"assets": 3000, "equity": 900, "employees": 8}),
    )
    table = table_of(doubts_section(years), "Rettede")
    assert table.title == "Rettede sammenligningstal. Beløb i hele DKK"
    assert lines(table) == {
        "31-12-2024: offentliggjort 28-05-2025, rettet i årsrapporten offentliggjort 28-05-2026": ["", "", ""],
        "Aktiver i alt": ["3.000", "2.360", "−640"],
        "Antal ansatte": ["8", "7", "−1"],
    }


def test_it_says_how_much_it_compared_where_nothing_was_restated():
    years = (compared(2025, {}, {"assets": 3000, "equity": 5}), year(2024, {"assets": 3000, "equity": 5}))
    *_others, notice = doubts_section(years).blocks
    assert isinstance(notice, Notice)
    assert notice.text == (
        "Sammenligningstallene i de følgende årsrapporter svarer til de oprindelige (2 tal sammenlignet)."
    )


def test_it_compares_nothing_over_a_gap():
    newest = compared(2025, {}, {"assets": 3000})
    assert len(doubts_section((newest, year(2023, {"assets": 2000}))).blocks) == 1
    assert len(doubts_section((replace(newest, currency="EUR"), makers.accounts(2024))).blocks) == 1


def test_it_shows_doubts_and_corrections_in_the_extended_audit_report():
    years = (
        compared(2025, {"result": (5, -5)}, {"assets": 2_000}),
        year(2024, {"assets": 3000}),
    )
    section = key_figures_section(makers.material(ReportType.REVISION_UDVIDET, accounts=years))
    assert len(rows(section)) == 1
    assert lines(table_of(section, "Rettede"))["Aktiver i alt"] == ["3.000", "2.000", "−1.000"]
    clean = key_figures_section(makers.material(ReportType.REVISION_UDVIDET))
    assert all("Rettede" not in table.title and "Modsigelser" not in table.title for table in tables(clean))


def test_it_gathers_the_years_of_a_groups_figures_in_one_row():
    years = tuple(replace(accounts, is_group=True) for accounts in makers.five_years()[:3])

    about_groups = [line for line in rows(doubts_section(years)) if "koncernens" in " ".join(line)]

    assert [line[0] for line in about_groups] == ["3 årsrapporter"]
    assert about_groups[0][2] == "Koncernens tal."
