"""Days as inline XBRL prints them."""

from __future__ import annotations

import pytest

from companies.sources.accounts.formats import FormatError, value_of


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("31. december 2024", "datedaymonthyeardk"),
        ("31. dec. 2024", "datedaymonthyeardk"),
        ("31 DECEMBER 2024", "date-day-monthname-year-da"),
        ("31 December 2024", "datedaymonthyearen"),
        ("31 Dec 2024", "dateshortuk"),
        ("31 December 2024", "datelonguk"),
        ("December 31, 2024", "datelongus"),
        ("Dec 31, 2024", "date-monthname-day-year-en"),
        ("31.12.2024", "date-day-month-year"),
        ("31/12/24", "dateslasheu"),
        ("31.12.24", "datedoteu"),
        ("12/31/2024", "dateslashus"),
        ("12/31/2024", "date-month-day-year"),
        ("2024-12-31", "date-year-month-day"),
        ("2024-12-31", ""),
    ],
)
def test_it_reads_a_day(shown: str, name: str):
    assert value_of(shown, name) == "2024-12-31"


@pytest.mark.parametrize(
    ("shown", "name", "expected"),
    [("ja", "fixed-true", "true"), ("x", "booleanfalse", "false"), ("–", "fixed-empty", ""), ("–", "nocontent", "")],
)
def test_it_reads_what_is_fixed(shown: str, name: str, expected: str):
    assert value_of(shown, name) == expected


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("30. februar 2024", "datedaymonthyeardk"),
        ("31. desember 24x", "datedaymonthyeardk"),
        ("31. foo 2024", "datedaymonthyeardk"),
        ("31.13.2024", "datedaymonthyear"),
        ("2024", "datedaymonthyear"),
        ("31.12.2024", "date-calendar-of-mars"),
    ],
)
def test_it_refuses_what_is_no_day(shown: str, name: str):
    with pytest.raises(FormatError):
        value_of(shown, name)
