"""File names of reports."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.naming import FormatError, check_format, report_name, safe_name

VARIABLES = {
    "name": "LASSO X A/S",
    "balanceday": "2025-12-31",
    "cvr": "34580820",
    "type": "Revision",
    "rundate": "2026-11-22",
}


def test_it_fills_in_every_variable() -> None:
    name = report_name("{cvr} {name} {type} {balanceday} {rundate}", variables=VARIABLES)

    assert name == "34580820 LASSO X A-S Revision 2025-12-31 2026-11-22"


def test_it_takes_variables_in_any_letter_case() -> None:
    assert report_name("{CVR}-{BalanceDay}", variables=VARIABLES) == "34580820-2025-12-31"


def test_it_puts_the_customers_own_id_in_front_and_the_error_behind() -> None:
    name = report_name("1234-{cvr}", variables=VARIABLES, internal_customer_id=1234, error_append="#error")

    assert name == "1234-1234-34580820#error"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{cvr}-{nam}", "has the unknown variable {nam}; use {name}, {balanceday}, {cvr}, {type}, {rundate}."),
        ("{cvr", "has a brace that does not close in '{cvr'; variables are written as "),
        ("cvr}", "has a brace that does not close in 'cvr}'; variables are written as "),
        ("{{cvr}}", "has a brace that does not close in '{{cvr}}'; variables are written as "),
        ("{}", "has the unknown variable {}; use "),
    ],
)
def test_it_refuses_a_format_that_cannot_be_filled_in(text: str, sentence: str) -> None:
    with pytest.raises(FormatError) as caught:
        check_format(text)

    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('a/b\\c:d*e?f"g<h>i|j', "a-b-c-d-e-f-g-h-i-j"),
        ("ender. . ", "ender"),
        ("..", "rapport"),
        ("", "rapport"),
        ("CON", "_CON"),
        ("lpt1.txt", "_lpt1.txt"),
        ("tab\tog\nlinje", "tab og linje"),
        ("om\u202evendt", "omvendt"),
        ("Café", "Café"),
        ("Ærø Ål ÅØ", "Ærø Ål ÅØ"),
    ],
)
def test_it_is_safe_on_every_file_system(text: str, name: str) -> None:
    assert safe_name(text) == name


def test_it_cuts_a_long_name_between_the_id_and_the_error() -> None:
    name = report_name(
        "{name}", variables={**VARIABLES, "name": "Å" * 300}, internal_customer_id=77, error_append="#error"
    )

    assert name.startswith("77-Å")
    assert name.endswith("Å#error")
    assert len(name.encode()) == 179, "the last Å would not have fitted into 180 bytes"


def test_it_cuts_an_error_that_is_too_long_itself() -> None:
    assert safe_name("navn", back="Å" * 100) == "navn" + "Å" * 30


@given(st.text(max_size=400), st.text(max_size=100))
def test_any_text_makes_a_name_that_fits(text: str, back: str) -> None:
    name = safe_name(text, back=back)

    assert 0 < len(name.encode()) <= 200 - len(" (12345).pdf")
    assert not set(name) & set('<>:"/\\|?*\0')
    assert name == name.strip(" .")
