"""Each rule on the balance gives exactly one sentence, or none."""

from __future__ import annotations

import pytest

from companies.profile import Form
from reporting.contents import story_balance
from reporting.contents.story import Story
from tests.reporting.story_makers import Values, story, told, two, year


def test_it_tells_equity_and_solvency():
    def of(now: int, before: int) -> Story:
        return story(year(2025, {"equity": now, "assets": 1000}), year(2024, {"equity": before, "assets": 500}))

    assert told(story_balance.equity, of(400, 100)) == (
        "Egenkapitalen er 400 DKK mod 100 DKK året før; soliditetsgraden er 40,0 % mod 20,0 %."
    )
    assert told(story_balance.equity, of(-400, 100)) == "Egenkapitalen er negativ: −400 DKK, soliditetsgrad −40,0 %."
    assert told(story_balance.equity, story(year(2025, {"equity": 400, "assets": 1000}))) == (
        "Egenkapitalen er 400 DKK og soliditetsgraden 40,0 %."
    )
    assert told(story_balance.equity, story(year(2025, {"equity": (400, 500)}))) == ""


LOST = (
    "Kapitalen er tabt: ledelsen skal sørge for, at der holdes generalforsamling inden seks måneder efter, at tabet er "
    "konstateret, og redegøre for den økonomiske stilling (selskabsloven § 119)."
)
HALF_LOST = (
    "Egenkapitalen er under halvdelen af selskabskapitalen på 500 DKK: ledelsen skal sørge for, at der holdes "
    "generalforsamling inden seks måneder efter, at tabet er konstateret, og redegøre for den økonomiske stilling "
    "(selskabsloven § 119)."
)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"equity": 249, "contributedCapital": 500}, HALF_LOST),
        ({"equity": 250, "contributedCapital": 500}, ""),
        ({"equity": -1, "contributedCapital": 500}, LOST),
        ({"equity": -1}, LOST),
        ({"equity": 1}, ""),
        ({"contributedCapital": 500}, ""),
    ],
)
def test_it_tells_a_loss_of_capital_by_the_companies_act(values: Values, expected: str):
    assert told(story_balance.capital_loss, story(year(2025, values))) == expected


def test_it_tells_no_loss_of_capital_of_a_form_that_the_act_is_not_about():
    partnership = Form("30", "I/S", "Interessentskab")
    assert told(story_balance.capital_loss, story(year(2025, {"equity": -1}), form=partnership)) == ""
    assert told(story_balance.capital_loss, story(year(2025, {"equity": -1}), form=None)) == ""


@pytest.mark.parametrize(
    ("current", "owed", "expected"),
    [
        (
            150,
            100,
            (
                "Omsætningsaktiverne på 150 DKK dækker de kortfristede gældsforpligtelser på 100 DKK: "
                "likviditetsgraden er 150,0 %."
            ),
        ),
        (
            83,
            100,
            (
                "Omsætningsaktiverne på 83 DKK dækker ikke de kortfristede gældsforpligtelser på 100 DKK: "
                "likviditetsgraden er 83,0 %."
            ),
        ),
        (83, 0, ""),
    ],
)
def test_it_tells_liquidity(current: int, owed: int, expected: str):
    given = story(year(2025, {"currentAssets": current, "shortTermLiabilities": owed}))
    assert told(story_balance.liquidity, given) == expected


def test_it_tells_cash():
    assert told(story_balance.cash, two("cash", 30, 20)) == "De likvide beholdninger er 30 DKK mod 20 DKK året før."
    assert told(story_balance.cash, story(year(2025, {"cash": 30}))) == "De likvide beholdninger er 30 DKK."
    owing = year(2025, {"cash": 30, "shortTermLiabilities": 120})
    assert (
        told(story_balance.cash, story(owing)) == "De likvide beholdninger er 30 DKK, 25,0 % af den kortfristede gæld."
    )
    assert told(story_balance.cash, story(owing, year(2024, {"cash": 20}))) == (
        "De likvide beholdninger er 30 DKK mod 20 DKK året før; de svarer til 25,0 % af den kortfristede gæld."
    )


def test_it_tells_debt():
    values: Values = {"assets": 1000, "equity": 400}
    assert told(story_balance.debt, story(year(2025, values))) == (
        "Gæld og hensatte forpligtelser udgør 600 DKK, 60,0 % af aktiverne."
    )
    assert told(story_balance.debt, story(year(2025, values | {"shortTermLiabilities": 350}))) == (
        "Gæld og hensatte forpligtelser udgør 600 DKK, 60,0 % af aktiverne; 350 DKK er kortfristet."
    )
    assert told(story_balance.debt, story(year(2025, {"assets": 0, "equity": 0}))) == ""


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (300, 200, "Størst udsving i balancen: Varebeholdninger steg med 50,0 % fra 200 DKK til 300 DKK."),
        (100, 300, "Størst udsving i balancen: Varebeholdninger faldt med 66,7 % fra 300 DKK til 100 DKK."),
        # Less than half of itself; less than a tenth of the assets; from nothing.
        (299, 200, ""),
        (180, 81, ""),
        (300, 0, ""),
    ],
)
def test_it_tells_what_stands_out(now: int, before: int, expected: str):
    given = story(year(2025, {"inventories": now, "assets": 1000}), year(2024, {"inventories": before}))
    assert told(story_balance.standing_out, given) == expected
