"""The credit policy with its margins, and the loss of capital."""

from __future__ import annotations

import pytest

from companies.profile import Form
from reporting.contents.blocks import Check, Tone
from reporting.contents.credit import credit_checks, credit_section
from reporting.models import ReportType
from tests.reporting import makers
from tests.reporting.pdf_text import plain
from tests.reporting.story_makers import Values, year
from tests.reporting.tables import lines, table_of


def check(subject: str, values: Values, **profile: object) -> Check:
    material = makers.material(ReportType.FINANS, accounts=(year(2025, values),), profile=makers.profile(**profile))
    (found,) = (one for one in credit_checks(material) if one.subject == subject)
    return found


@pytest.mark.parametrize(
    ("equity", "tone", "reason"),
    [
        (440, Tone.GOOD, "Opfylder kreditpolitikken med 6,7 procentpoint. Et tab på 114 DKK fører ned til grænsen."),
        (
            360,
            Tone.BAD,
            (
                "Opfylder ikke kreditpolitikken: grænsen er 0,0 procentpoint højere. Ny egenkapital på 0 DKK fører "
                "op til grænsen."
            ),
        ),
        (
            -240,
            Tone.BAD,
            (
                "Opfylder ikke kreditpolitikken: grænsen er 50,0 procentpoint højere. Ny egenkapital på 857 DKK "
                "fører op til grænsen."
            ),
        ),
    ],
)
def test_it_judges_solvency_with_its_margin(equity: int, tone: Tone, reason: str):
    found = check("Soliditetsgrad", {"equity": equity, "assets": 1200})
    assert (found.tone, plain(found.reason)) == (tone, reason)


def test_its_margin_of_solvency_leads_to_the_limit():
    # 857 more of both: (857 − 240) / (857 + 1200) is 30 %; 114 less: (440 − 114) / (1200 − 114) is 30 %.
    assert round((857 - 240) / (857 + 1200), 3) == round((440 - 114) / (1200 - 114), 3) == 0.3


@pytest.mark.parametrize(
    ("current", "tone", "reason"),
    [
        (
            500,
            Tone.GOOD,
            "Opfylder kreditpolitikken med 25,0 procentpoint. Omsætningsaktiverne er 100 DKK over kravet.",
        ),
        (
            332,
            Tone.BAD,
            (
                "Opfylder ikke kreditpolitikken: grænsen er 17,0 procentpoint højere. Omsætningsaktiverne er 68 DKK "
                "under kravet."
            ),
        ),
    ],
)
def test_it_judges_liquidity_with_its_margin(current: int, tone: Tone, reason: str):
    found = check("Likviditetsgrad", {"currentAssets": current, "shortTermLiabilities": 400})
    assert (found.tone, plain(found.reason)) == (tone, reason)


def test_it_judges_nothing_that_cannot_be_computed():
    for subject in ("Soliditetsgrad", "Likviditetsgrad"):
        found = check(subject, {"equity": (1, 2), "assets": 1200, "currentAssets": 5, "shortTermLiabilities": 0})
        assert (found.tone, found.reason) == (
            Tone.OPEN,
            "Kan ikke beregnes: et tal mangler, er selvmodsigende, eller nævneren er ikke positiv.",
        )


@pytest.mark.parametrize(
    ("values", "tone", "reason"),
    [
        ({}, Tone.OPEN, "Egenkapitalen er ikke entydigt oplyst."),
        ({"equity": -1}, Tone.BAD, "Egenkapitalen er negativ."),
        ({"equity": 1}, Tone.OPEN, "Selskabskapitalen er ikke entydigt oplyst."),
        (
            {"equity": 249, "contributedCapital": 500},
            Tone.BAD,
            "Egenkapitalen er under halvdelen af selskabskapitalen.",
        ),
        (
            {"equity": 250, "contributedCapital": 500},
            Tone.GOOD,
            "Egenkapitalen er mindst halvdelen af selskabskapitalen.",
        ),
    ],
)
def test_it_judges_the_loss_of_capital(values: Values, tone: Tone, reason: str):
    found = check("Kapitaltab", values)
    assert (found.tone, found.reason, found.rule) == (tone, reason, "selskabsloven § 119")


def test_it_names_the_companies_act_only_where_it_applies():
    assert check("Kapitaltab", {"equity": -1}, form=Form("30", "I/S", "Interessentskab")).rule == ""


def test_it_holds_the_policy_against_each_year():
    years = (
        year(2025, {"equity": 300, "assets": 1000, "currentAssets": 5, "shortTermLiabilities": 4}),
        year(2024, {"equity": 301, "assets": 1000}),
    )
    material = makers.material(ReportType.FINANS, accounts=years)
    assert lines(table_of(credit_section(material, ()), "Kreditpolitikken år for år")) == {
        "Soliditetsgrad over 30 %": ["30,0 % ×", "30,1 % ✓"],
        "Likviditetsgrad over 100 %": ["125,0 % ✓", "–"],
    }


def test_it_judges_nothing_without_accounts():
    assert credit_checks(makers.material(ReportType.FINANS, accounts=())) == ()
