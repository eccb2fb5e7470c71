"""What the reports say of figures that cannot be taken at face value, and of groups."""

from __future__ import annotations

from dataclasses import replace

import pytest

from companies.figures import Accounts
from reporting.contents.composing import compose
from reporting.models import ReportType
from tests.reporting import makers
from tests.reporting.pdf_text import said

GROUP_ONLY = "Tallene 31-12-2025 er koncernens: årsrapporten har ingen tal for selskabet alene."
IMPLAUSIBLE = "Antal ansatte 31-12-2025 er oplyst til 565.000, hvilket ikke passer med personaleomkostningerne."


def finans(accounts: Accounts) -> str:
    return said(makers.material(ReportType.FINANS, accounts=(accounts,)))


def warnings(report_type: ReportType, accounts: Accounts) -> tuple[str, ...]:
    material = makers.material(report_type, accounts=(accounts,), owners=None, indirect=(), beneficial=None)
    return tuple(sentence for sentence in compose(material).warnings if "ejer" not in sentence.lower())


def test_it_marks_figures_that_are_the_groups():
    accounts = makers.accounts(2025, is_group=True)
    text = finans(accounts)
    assert "31-12-2025 koncern" in text
    assert "Koncern: årsrapporten har ingen tal for selskabet alene." in text
    assert GROUP_ONLY in warnings(ReportType.FINANS, accounts)
    assert GROUP_ONLY not in warnings(ReportType.REVISION, accounts)


def test_it_warns_once_of_all_years_that_are_the_groups():
    years = tuple(replace(accounts, is_group=True) for accounts in makers.five_years())
    material = makers.material(ReportType.FINANS, accounts=years)

    (warning,) = (sentence for sentence in compose(material).warnings if "koncernens" in sentence)
    assert warning == (
        "Tallene 31-12-2025, 31-12-2024, 31-12-2023, 31-12-2022 og 31-12-2021 er koncernens: årsrapporterne har ingen "
        "tal for selskabet alene."
    )


def test_it_shows_the_groups_figures_beside_the_companys():
    group = makers.with_figure(makers.accounts(2025), "assets", 987_654_321).figures
    text = finans(makers.accounts(2025, group_figures=group))
    assert "Koncernens hovedtal" in text
    assert "987.654.321" in text
    assert GROUP_ONLY not in text


def test_it_has_no_section_on_a_group_without_figures_of_one():
    assert "Koncernens hovedtal" not in finans(makers.accounts(2025))


def test_it_keeps_an_implausible_number_of_employees_and_says_so():
    accounts = makers.with_figure(makers.accounts(2025), "employees", 565_000)
    text = finans(accounts)
    assert "565.000" in text
    assert "antallet passer ikke med personaleomkostningerne; det er vist som indberettet" in text
    assert warnings(ReportType.FINANS, accounts) == (IMPLAUSIBLE,)


def test_it_says_that_a_total_is_below_nought():
    accounts = makers.with_figure(makers.accounts(2025), "assets", -5)
    assert "Aktiver i alt 31-12-2025 er negativ: −5." in warnings(ReportType.FINANS, accounts)


def test_it_computes_return_on_equity_of_a_single_filing_from_its_comparatives():
    accounts = makers.with_figure(makers.with_figure(makers.accounts(2025), "equity", 300), "result", 50)
    before = makers.with_figure(makers.accounts(2024), "equity", 100)
    alone = replace(accounts, comparative_end_date=before.end_date, comparative_figures=before.figures)
    assert "25,0 %" in finans(alone)
    assert "25,0 %" not in finans(accounts)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"modified_opinion": "Konklusion med forbehold"},
            "Konklusionen er modificeret (konklusion med forbehold); den står under årsrapporter.",
        ),
        (
            {"opinion": "Bortset fra varelageret er alt godt."},
            "Konklusionen er modificeret; den står under årsrapporter.",
        ),
        ({"going_concern": "Uden kapital lukker vi."}, "Revisor oplyser om væsentlig usikkerhed om fortsat drift."),
        ({}, "Konklusionen nævner ingen forbehold."),
    ],
)
def test_it_judges_the_auditors_conclusion(changes: dict[str, str], expected: str):
    assert expected in said(makers.material(accounts=(makers.accounts(2025, **changes),)))


def test_it_prints_what_the_auditor_says_about_going_concern():
    text = said(makers.material(accounts=(makers.accounts(2025, going_concern="Uden kapital lukker vi."),)))
    assert "Væsentlig usikkerhed om fortsat drift Uden kapital lukker vi." in text


def test_it_knows_assistance_that_is_no_audit():
    waived = makers.profile(is_audit_waived=False)
    text = said(makers.material(profile=waived, accounts=(makers.accounts(2025, assistance="Ingen bistand"),)))
    assert "Revision er ikke fravalgt, men årsrapporten har hverken revision eller udvidet gennemgang." in text


def test_it_sees_no_gap_between_years_of_the_company_and_of_the_group():
    years = (makers.accounts(2025, is_group=True), makers.accounts(2024), makers.accounts(2023, currency="EUR"))
    assert "Perioderne følger lige efter hinanden." in said(makers.material(accounts=years))
    assert "Perioden før 01-01-2025 mangler eller overlapper." in said(makers.material(accounts=(years[0], years[2])))
