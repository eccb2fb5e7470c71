"""The register held against the newest annual report."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from companies.profile import Capital, Form, Period
from reporting.contents.blocks import Check, Tone
from reporting.contents.checks import accounts_checks
from reporting.contents.filings import missing_year_end
from reporting.material import Material
from tests.reporting import makers

OTHER_FIRM = makers.company(30, "Fjernregnskab ApS")


def check(subject: str, material: Material) -> Check:
    return next(check for check in accounts_checks(material) if check.subject == subject)


def with_latest(**changes: Any) -> Material:
    return makers.material(accounts=(makers.accounts(2025, **changes), *makers.five_years()[1:]))


def with_profile(**changes: Any) -> Material:
    return makers.material(profile=makers.profile(**changes))


def test_it_finds_nothing_wrong_with_a_company_in_order():
    assert {check.tone for check in accounts_checks(makers.material())} == {Tone.GOOD}


def test_it_accepts_the_registered_auditor():
    assert check("Revisor", makers.material()).tone is Tone.GOOD


def test_it_reports_an_audit_firm_that_was_not_elected():
    found = check("Revisor", with_latest(audit_firm=OTHER_FIRM.name, audit_firm_cvr=OTHER_FIRM.cvr))

    assert found.tone is Tone.BAD
    assert dict(found.sides)["Årsrapport"] == f"Fjernregnskab ApS ({OTHER_FIRM.cvr})"


def test_it_only_notes_an_auditor_who_was_replaced_after_the_report():
    changed = makers.seat(OTHER_FIRM, "Revision", "REVISION", makers.since("2026-07-01"))
    until_then = makers.seat(makers.AUDITOR, "Revision", "REVISION", makers.since("2021-06-01", "2026-06-30"))

    assert check("Revisor", with_profile(auditors=(until_then, changed))).tone is Tone.NOTE


def test_it_accepts_no_auditor_where_audit_is_waived():
    material = replace(
        with_latest(audit_firm="", audit_firm_cvr="", assistance="Ingen bistand"),
        profile=makers.profile(auditors=(), is_audit_waived=True),
    )

    assert check("Revisor", material).tone is Tone.GOOD
    assert check("Revisionspligt", material).tone is Tone.GOOD


@pytest.mark.parametrize(
    ("assistance", "is_waived", "expected"),
    [
        ("Revisionspåtegning", False, Tone.GOOD),
        ("Erklæring om udvidet gennemgang", False, Tone.GOOD),
        ("Andre erklæringer uden sikkerhed", False, Tone.BAD),
        ("Ingen bistand", False, Tone.BAD),
        ("Ingen bistand", True, Tone.GOOD),
        ("Revisionspåtegning", True, Tone.NOTE),
        ("", False, Tone.OPEN),
        ("Revisionspåtegning", None, Tone.OPEN),
    ],
)
def test_it_compares_assistance_with_the_waiver(assistance: str, is_waived: bool | None, expected: Tone):
    material = replace(with_latest(assistance=assistance), profile=makers.profile(is_audit_waived=is_waived))

    assert check("Revisionspligt", material).tone is expected


@pytest.mark.parametrize(
    ("amount", "expected"), [(500_000, Tone.GOOD), (501_000, Tone.GOOD), (501_001, Tone.BAD), (40_000, Tone.BAD)]
)
def test_it_allows_capital_to_differ_by_a_thousand(amount: int, expected: Tone):
    found = check("Selskabskapital", with_profile(capital=Capital(Decimal(amount), "DKK")))

    assert found.tone is expected


def test_it_does_not_compare_capital_in_two_currencies():
    assert check("Selskabskapital", with_profile(capital=Capital(Decimal(500_000), "EUR"))).tone is Tone.OPEN


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (datetime(2026, 6, 30, 12, tzinfo=UTC), Tone.GOOD),
        (datetime(2026, 7, 1, 12, tzinfo=UTC), Tone.NOTE),
        (datetime(2026, 7, 14, 12, tzinfo=UTC), Tone.NOTE),
        (datetime(2026, 7, 15, 12, tzinfo=UTC), Tone.BAD),
        (None, Tone.OPEN),
    ],
)
def test_it_holds_publication_against_the_deadline(published: datetime | None, expected: Tone):
    assert check("Frist for indsendelse", with_latest(published_at=published)).tone is expected


def test_it_gives_listed_companies_four_months():
    material = replace(with_latest(), profile=makers.profile(is_listed=True))

    found = check("Frist for indsendelse", material)
    assert found.tone is Tone.BAD
    assert dict(found.sides)["Frist"] == "30-04-2026"


def test_it_moves_a_deadline_from_a_sunday_to_monday():
    material = with_latest(end_date=date(2023, 12, 31), published_at=datetime(2024, 7, 1, 9, tzinfo=UTC))

    assert dict(check("Frist for indsendelse", material).sides)["Frist"] == "01-07-2024"
    assert check("Frist for indsendelse", material).tone is Tone.GOOD


def test_it_misses_a_report_whose_deadline_has_passed():
    material = makers.material(accounts=makers.five_years()[1:])

    assert missing_year_end(material) == date(2025, 12, 31)
    assert check("Årsrapporter indsendt", material).tone is Tone.BAD
    assert "31. december 2025" in check("Årsrapporter indsendt", material).reason


def test_it_misses_no_report_of_a_new_company():
    profile = makers.profile(first_period=Period(date(2026, 2, 1), date(2026, 12, 31)), founded_date=date(2026, 2, 1))

    assert missing_year_end(makers.material(profile=profile, accounts=())) is None


def test_it_misses_no_report_of_a_form_that_need_not_file():
    profile = makers.profile(form=Form("10", "ENK", "Enkeltmandsvirksomhed"))

    assert missing_year_end(makers.material(profile=profile, accounts=())) is None


def test_it_misses_no_report_of_a_dissolved_company():
    assert missing_year_end(makers.material(profile=makers.profile(is_active=False), accounts=())) is None


def test_it_compares_the_financial_year():
    assert check("Regnskabsår", with_profile(financial_year_end="--06-30")).tone is Tone.BAD
    assert check("Regnskabsår", with_profile(financial_year_end="")).tone is Tone.OPEN
    assert check("Regnskabsår", with_latest(start_date=date(2025, 7, 1))).tone is Tone.NOTE


def test_it_adds_up_the_balance():
    accounts = makers.accounts(2025)

    def judged(value: int) -> Tone:
        changed = makers.with_figure(accounts, "equityAndLiabilities", value)
        return check("Balancen stemmer", makers.material(accounts=(changed,))).tone

    assert judged(39_610_418) is Tone.GOOD
    assert judged(39_610_000) is Tone.NOTE
    assert judged(30_000_000) is Tone.BAD


@pytest.mark.parametrize(
    ("opinion", "expected"),
    [
        ("Det er vores opfattelse, at årsregnskabet giver et retvisende billede.", Tone.GOOD),
        ("Konklusion med forbehold: Vi har ikke kunnet kontrollere lageret.", Tone.BAD),
        ("Afkræftende konklusion. Årsregnskabet giver ikke et retvisende billede.", Tone.BAD),
        ("Qualified opinion: except for the inventories …", Tone.BAD),
        ("", Tone.OPEN),
    ],
)
def test_it_reads_a_modified_opinion_from_its_words(opinion: str, expected: Tone):
    assert check("Revisors konklusion", with_latest(opinion=opinion)).tone is expected


def test_it_notes_a_gap_between_years():
    years = makers.five_years()

    found = check("Sammenhængende regnskabsår", makers.material(accounts=(years[0], years[2])))
    assert found.tone is Tone.NOTE
    assert "01-01-2025" in found.reason
