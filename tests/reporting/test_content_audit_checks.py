"""Whether a company that has waived audit may, and who its auditor was when."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from companies.figures import Accounts
from companies.profile import Form
from reporting.contents.audit_checks import waiver_checks
from reporting.contents.blocks import Tone
from reporting.contents.checks import accounts_checks
from tests.reporting import makers

B = {"accounting_class": "Regnskabsklasse B"}


def small(year: int, **figures: int | None) -> Accounts:
    """Accounts of class B: 3 million in assets, 5 in revenue, 4 employees, but for what is given (None: not told)."""
    accounts = makers.accounts(year, **B)
    for name, value in ({"assets": 3_000_000, "revenue": 5_000_000, "employees": 4} | figures).items():
        accounts = makers.with_figure(accounts, name, *(() if value is None else (value,)))
    return accounts


def verdict(*accounts: Accounts, **changes: Any) -> tuple[Tone, str]:
    [check] = waiver_checks(makers.profile(is_audit_waived=True, **changes), accounts)
    return check.tone, check.reason


def test_it_asks_nothing_of_a_company_that_has_not_waived_audit():
    for answer in (False, None):
        assert waiver_checks(makers.profile(is_audit_waived=answer), (small(2025), small(2024))) == ()


def test_it_lets_a_small_company_waive_audit():
    assert verdict(small(2025), small(2024)) == (
        Tone.GOOD,
        "Højst én af de tre størrelser er overskredet i mindst ét af de seneste to år.",
    )


@pytest.mark.parametrize(
    ("newest", "before", "tone"),
    [
        ({"assets": 4_000_001, "revenue": 8_000_001}, {"assets": 4_000_001, "employees": 13}, Tone.BAD),
        (
            {"assets": 4_000_000, "revenue": 8_000_000, "employees": 12},
            {"assets": 5_000_000, "revenue": 9_000_000},
            Tone.GOOD,
        ),
        ({"assets": 5_000_000, "revenue": 9_000_000}, {}, Tone.GOOD),
        ({"assets": 5_000_000, "revenue": None}, {"assets": 5_000_000, "revenue": None}, Tone.OPEN),
        ({"revenue": None}, {"revenue": None}, Tone.GOOD),
        ({"assets": 5_000_000, "employees": 13, "revenue": None}, {"assets": 5_000_000, "employees": 13}, Tone.BAD),
    ],
)
def test_it_counts_what_is_exceeded_in_both_years(newest: Any, before: Any, tone: Tone):
    assert verdict(small(2025, **newest), small(2024, **before))[0] is tone


def test_it_cannot_tell_from_one_year_or_another_currency():
    expected = (Tone.OPEN, "Der er ikke to årsrapporter i kroner at prøve størrelserne på.")

    assert verdict(small(2025)) == expected
    assert verdict(small(2025), replace(small(2024), currency="EUR")) == expected


def test_it_lets_no_larger_class_waive_audit():
    assert verdict(makers.accounts(2025), small(2024)) == (
        Tone.BAD,
        "Kun virksomheder i regnskabsklasse B kan fravælge revision.",
    )


def test_it_lets_no_foundation_waive_audit():
    profile = makers.profile(is_audit_waived=True, form=Form("100", "EFO", "Erhvervsdrivende fond"))
    [check] = waiver_checks(profile, (small(2025), small(2024)))

    assert (check.tone, check.rule) == (Tone.BAD, "årsregnskabsloven § 135, stk. 2")


def test_it_notes_an_auditor_who_left_between_the_years_end_and_publication():
    auditors = (
        makers.seat(makers.AUDITOR, "Revision", "REVISION", makers.since("2021-06-01", "2026-04-02")),
        makers.seat(makers.company(30, "Fjernregnskab ApS"), "Revision", "REVISION", makers.since("2026-04-03")),
    )
    found = {
        check.subject: check for check in accounts_checks(makers.material(profile=makers.profile(auditors=auditors)))
    }

    assert found["Revisor"].tone is Tone.NOTE
    assert found["Revisor"].reason == "Årsrapportens revisor var valgt i perioden, men fratrådte før offentliggørelsen."


def test_it_reports_an_auditor_who_had_left_before_the_year_began():
    auditors = (
        makers.seat(makers.AUDITOR, "Revision", "REVISION", makers.since("2021-06-01", "2024-12-31")),
        makers.seat(makers.company(30, "Fjernregnskab ApS"), "Revision", "REVISION", makers.since("2025-01-01")),
    )
    found = {
        check.subject: check for check in accounts_checks(makers.material(profile=makers.profile(auditors=auditors)))
    }

    assert found["Revisor"].tone is Tone.BAD


def test_every_check_names_its_rule():
    checks = accounts_checks(makers.material(profile=makers.profile(is_audit_waived=True)))

    assert len(checks) == 11
    assert [check.subject for check in checks if not check.rule] == []
