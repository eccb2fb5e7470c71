"""CVR numbers and ids."""

from __future__ import annotations

import pytest

from companies.cvr import is_valid_cvr, lasso_id, parse_lasso_id


@pytest.mark.parametrize("text", ["34580820", "99000007"])
def test_it_accepts_a_right_check_digit(text):
    assert is_valid_cvr(text)


@pytest.mark.parametrize(
    "text", ["34580821", "3458082", "345808200", "", "3458082x", "００００００００", "00000000", "04580820"]
)
def test_it_refuses_everything_else(text):
    assert not is_valid_cvr(text)


def test_it_makes_an_id():
    assert lasso_id("34580820") == "CVR-1-34580820"


@pytest.mark.parametrize("text", ["CVR-1-34580820", "cvr-1-34580820", " Cvr-1-34580820 "])
def test_it_parses_an_id_in_any_letter_case(text):
    assert parse_lasso_id(text) == "34580820"


def test_it_gives_back_leading_zeros():
    assert parse_lasso_id("cvr-1-3580820") == "03580820"


@pytest.mark.parametrize("text", ["CVR-3-4000000001", "34580820", "CVR-1-", "CVR-1-345808201", "CVR-1-3458 0820"])
def test_it_says_how_an_id_is_written(text):
    with pytest.raises(ValueError, match="write it as CVR-1-34580820"):
        parse_lasso_id(text)
