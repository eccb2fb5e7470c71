"""When a deadline ends: on its day, or on the next working day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from reporting.contents.deadlines import easter_sunday, last_day
from reporting.contents.filings import filing_of, missing_year_end, no_accounts_text
from reporting.contents.formats import long_date
from tests.reporting import makers


@pytest.mark.parametrize(
    ("year", "easter"), [(2019, "04-21"), (2023, "04-09"), (2024, "03-31"), (2025, "04-20"), (2026, "04-05")]
)
def test_it_knows_easter(year: int, easter: str):
    assert easter_sunday(year) == date.fromisoformat(f"{year}-{easter}")


@pytest.mark.parametrize(
    ("day", "end"),
    [
        ("2026-06-30", "2026-06-30"),  # a Tuesday
        ("2025-05-31", "2025-06-02"),  # a Saturday
        ("2024-03-31", "2024-04-02"),  # Easter Sunday and Monday
        ("2026-04-02", "2026-04-07"),  # Maundy Thursday to Easter Monday
        ("2023-05-05", "2023-05-08"),  # the last Great Prayer Day
        ("2024-04-26", "2024-04-26"),  # the same Friday a year later
        ("2026-05-14", "2026-05-15"),  # Ascension
        ("2026-05-25", "2026-05-26"),  # Whit Monday
        ("2026-06-05", "2026-06-08"),  # Constitution Day, a Friday
        ("2025-12-24", "2025-12-29"),  # Christmas and a weekend
        ("2026-12-31", "2027-01-04"),  # New Year and a weekend
        ("2024-12-31", "2025-01-02"),
    ],
)
def test_it_puts_a_day_off_to_the_next_working_day(day: str, end: str):
    assert last_day(date.fromisoformat(day)) == date.fromisoformat(end)


def test_it_gives_an_annual_report_the_same_days():
    year = replace(makers.accounts(), start_date=date(2025, 7, 1), end_date=date(2026, 6, 30))
    assert filing_of(makers.profile(), year).deadline == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("status", "is_missed"),
    [("NORMAL", True), ("UNDER TVANGSOPLØSNING", True), ("UNDER KONKURS", False), ("UNDER REKONSTRUKTION", False)],
)
def test_it_misses_no_annual_report_of_a_bankrupt_company(status: str, is_missed: bool):
    material = makers.material(accounts=(makers.accounts(2023),), profile=makers.profile(status=status))
    assert (missing_year_end(material) is not None) == is_missed


@pytest.mark.parametrize(
    ("founded", "year_end", "last"),
    [
        ("2026-02-01", "--12-31", "2027-06-30"),  # 31 December 2027 is more than 18 months away
        ("2026-07-02", "--12-31", "2028-06-30"),
        ("2026-02-01", "--02-29", "2027-08-31"),
        ("2026-02-01", "", "2028-02-01"),
    ],
)
def test_it_says_when_the_first_annual_report_must_be_there(founded: str, year_end: str, last: str):
    profile = makers.profile(founded_date=date.fromisoformat(founded), financial_year_end=year_end)
    words = no_accounts_text(makers.material(profile=profile, accounts=()))
    assert words.endswith(f"senest {long_date(date.fromisoformat(last))}.")
