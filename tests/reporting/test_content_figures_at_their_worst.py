"""Reports on accounts that nobody drew the page for: fifteen digits, nothing but losses, gaps, one year, no figure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from companies.figures import Accounts, Figure
from reporting.contents.composing import compose
from reporting.models import ReportType
from tests.reporting import makers
from tests.reporting.pdf_text import overflowing, said

HUGE = Decimal(-123_456_789_012_345)


def with_all(accounts: Accounts, *values: Decimal) -> Accounts:
    """The accounts with these values in each figure; several contradict each other, none leaves all of them out."""
    figure = Figure(values[0]) if len(values) == 1 else Figure(None, values)
    return replace(accounts, figures=dict.fromkeys(accounts.figures, figure) if values else {})


def huge() -> tuple[Accounts, ...]:
    """Five years of fifteen digits, every figure contradictory in the newest."""
    years = tuple(with_all(makers.accounts(2025 - place), HUGE + place) for place in range(5))
    group = with_all(makers.accounts(2024), HUGE).figures
    return (with_all(years[0], HUGE, -HUGE), replace(years[1], group_figures=group), *years[2:])


def gaps() -> tuple[Accounts, ...]:
    """Short periods, another currency, a group alone, and two years that are not there."""
    return (
        makers.accounts(2025, start_date=date(2025, 7, 1), scale="-1"),
        makers.accounts(2023, currency="EUR"),
        makers.accounts(2022, is_group=True),
        makers.accounts(2020),
    )


CASES = {
    "huge": huge(),
    "gaps": gaps(),
    "negative": tuple(makers.accounts(2025 - place, scale="-1") for place in range(5)),
    "one": (makers.accounts(2025),),
    "empty": (with_all(makers.accounts(2025)), with_all(makers.accounts(2024))),
    "thirty digits": tuple(with_all(makers.accounts(2025 - place), Decimal("9" * 30)) for place in range(3)),
    "nought": tuple(with_all(makers.accounts(2025 - place), Decimal(0)) for place in range(5)),
}


@pytest.mark.parametrize("report_type", [ReportType.FINANS, ReportType.REVISION_UDVIDET])
@pytest.mark.parametrize("case", CASES)
def test_it_says_something_of_every_case(case: str, report_type: ReportType):
    text = said(makers.material(report_type, accounts=CASES[case]))
    assert "None" not in text
    assert "E+" not in text
    assert "NaN" not in text
    assert "{" not in text


def test_it_keeps_fifteen_digits_on_the_page():
    composition = compose(makers.material(ReportType.FINANS, accounts=huge()))
    assert "Beløb i mio. DKK" in composition.html
    assert overflowing(composition.html) == []


def test_it_draws_the_same_page_each_time():
    material = makers.material(ReportType.FINANS, accounts=gaps())
    assert compose(material).html == compose(material).html


def test_it_shows_no_development_over_gaps():
    text = said(makers.material(ReportType.FINANS, accounts=gaps()))
    assert "Der er ingen to år efter hinanden, som kan sammenlignes." in text
    assert "Indeks (" not in text


def test_it_keeps_the_two_checks_of_the_filing_in_finans():
    text = said(makers.material(ReportType.FINANS))
    assert "Årsrapporter indsendt" in text
    assert "Balancen stemmer" in text
