"""Amounts that are made of a filing's figures."""

from __future__ import annotations

import pytest

from companies.derived import DERIVED_AMOUNTS
from tests.companies.accounts_makers import Given, accounts

BY_NAME = {amount.name: amount for amount in DERIVED_AMOUNTS}
FIGURES: dict[str, Given] = {
    "ebit": 90,
    "depreciation": 30,
    "currentAssets": 500,
    "shortTermLiabilities": 650,
    "assets": 1200,
    "equity": -100,
}


@pytest.mark.parametrize(("name", "expected"), [("ebitda", 120), ("workingCapital", -150), ("totalDebt", 1300)])
def test_it_computes_as_defined(name: str, expected: int):
    assert BY_NAME[name].compute(accounts(values=FIGURES)) == expected


def test_it_takes_depreciation_of_either_sign():
    assert BY_NAME["ebitda"].compute(accounts(ebit=90, depreciation=-30)) == 120


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("ebitda", "ebit"),
        ("ebitda", "depreciation"),
        ("workingCapital", "currentAssets"),
        ("workingCapital", "shortTermLiabilities"),
        ("totalDebt", "assets"),
        ("totalDebt", "equity"),
    ],
)
def test_it_is_unknown_where_a_figure_is_missing_or_contradictory(name: str, figure: str):
    lacking = {key: value for key, value in FIGURES.items() if key != figure}
    assert BY_NAME[name].compute(accounts(values=lacking)) is None
    assert BY_NAME[name].compute(accounts(values=FIGURES | {figure: (1, 2)})) is None


def test_each_has_labels_and_definitions_in_both_languages():
    for part in ("name", "label", "label_english", "definition", "definition_english"):
        assert len({getattr(amount, part) for amount in DERIVED_AMOUNTS}) == len(DERIVED_AMOUNTS) == 3
