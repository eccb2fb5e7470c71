"""Each rule on staff, auditor, and what the figures do not say gives exactly one sentence, or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from reporting.contents import story_scope
from tests.reporting import makers
from tests.reporting.story_makers import Values, story, told, year


@pytest.mark.parametrize(
    ("values", "before", "expected"),
    [
        ({"employees": 41}, {"employees": 38}, "Det gennemsnitlige antal ansatte var 41 mod 38 året før."),
        ({"employees": 41}, {"employees": 41}, "Det gennemsnitlige antal ansatte var 41 som året før."),
        ({"employees": 41}, {}, "Det gennemsnitlige antal ansatte var 41."),
        ({}, {"employees": 41}, ""),
        (
            {"employees": 565_000, "staffCost": 240_000_000},
            {"employees": 565},
            "Det oplyste antal ansatte, 565.000, passer ikke med personaleomkostningerne og er ikke brugt.",
        ),
        (
            {"employees": 565},
            {"employees": 565_000, "staffCost": 240_000_000},
            "Det gennemsnitlige antal ansatte var 565.",
        ),
    ],
)
def test_it_tells_staff(values: Values, before: Values, expected: str):
    assert told(story_scope.staff, story(year(2025, values), year(2024, before))) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "Årsregnskabet er revideret, og konklusionen nævner ingen forbehold."),
        ({"opinion": ""}, "Årsregnskabet er revideret; konklusionen kan ikke læses maskinelt."),
        (
            {"assistance": "Erklæring om udvidet gennemgang"},
            "Årsregnskabet har fået udvidet gennemgang, og konklusionen nævner ingen forbehold.",
        ),
        (
            {"assistance": "Den uafhængige revisors erklæringer (review)"},
            "Årsregnskabet er gennemgået af en revisor (review), men ikke revideret.",
        ),
        (
            {"assistance": "Andre erklæringer med sikkerhed"},
            "En revisor har afgivet en anden erklæring med sikkerhed end revision.",
        ),
        (
            {"assistance": "Andre erklæringer uden sikkerhed"},
            "En revisor har medvirket uden at afgive en erklæring med sikkerhed.",
        ),
        ({"assistance": "Ingen bistand"}, "Årsregnskabet er aflagt uden bistand fra en revisor."),
        ({"assistance": "Noget helt andet"}, ""),
        ({"modified_opinion": "Konklusion med forbehold"}, "Revisors konklusion er afgivet med forbehold."),
        ({"opinion": "Bortset fra lageret er alt godt."}, "Revisors konklusion er afgivet med forbehold."),
        (
            {"modified_opinion": "Afkræftende konklusion"},
            "Revisor konkluderer, at årsregnskabet ikke er retvisende.",
        ),
        (
            {"modified_opinion": "Manglende konklusion"},
            "Revisor har ikke kunnet afgive en konklusion om årsregnskabet.",
        ),
    ],
)
def test_it_tells_how_far_an_auditor_vouches(changes: dict[str, Any], expected: str):
    assert told(story_scope.auditor, story(year(2025, **changes))) == expected


def test_it_tells_doubt_about_going_concern():
    assert told(story_scope.going_concern, story(year(2025, going_concern="Uden kapital lukker vi."))) == (
        "Revisor oplyser om væsentlig usikkerhed om selskabets fortsatte drift."
    )
    assert told(story_scope.going_concern, story(year())) == ""


def test_it_tells_of_another_audit_firm():
    other = year(2024, audit_firm="Gamle Tal P/S", audit_firm_cvr=makers.cvr(9))
    assert told(story_scope.changed_auditor, story(year(), other)) == (
        "Revisionsfirmaet er skiftet fra Gamle Tal P/S til Tallinje Statsautoriseret Revisionspartnerselskab siden den "
        "foregående årsrapport."
    )
    assert told(story_scope.changed_auditor, story(year(), year(2024))) == ""
    assert told(story_scope.changed_auditor, story(year(), replace(other, audit_firm_cvr=""))) == ""
    assert told(story_scope.changed_auditor, story(year())) == ""


@pytest.mark.parametrize(
    ("start", "length"),
    [(date(2025, 7, 1), "6 måneder"), (date(2024, 9, 1), "16 måneder"), (date(2025, 12, 1), "1 måned"),
     (date(2025, 3, 17), "290 dage"), (date(2025, 12, 31), "1 dag")],
)  # fmt: skip
def test_it_tells_a_period_that_is_not_twelve_months(start: date, length: str):
    assert told(story_scope.period, story(year(2025, start_date=start))) == (
        f"Det seneste regnskabsår dækker {length}; beløbene er ikke omregnet til et helt år og sammenlignes ikke."
    )
    assert told(story_scope.period, story(year())) == ""


def test_it_tells_that_the_period_before_is_not_twelve_months():
    moved = year(2024, start_date=date(2024, 7, 1))
    assert told(story_scope.period, story(year(), moved)) == (
        "Det foregående regnskabsår dækkede 6 måneder, så årets indtjening er ikke sammenlignet med det."
    )
    assert told(story_scope.period, story(year(), year(2024))) == ""
    assert told(story_scope.period, story(year(), year(2023, start_date=date(2023, 7, 1)))) == ""


def test_it_tells_of_a_single_filing():
    young = story(year(), founded_date=date(2025, 1, 1))
    assert told(story_scope.only_year, young) == (
        "Det er selskabets første regnskabsår, så der er ingen tidligere tal."
    )
    assert told(story_scope.only_year, story(year())) == (
        "Der er kun én årsrapport, så udviklingen kan ikke beskrives."
    )
    assert told(story_scope.only_year, story(year(), year(2024))) == ""


def test_it_tells_of_years_that_do_not_follow_on_each_other():
    assert told(story_scope.gap, story(year(), year(2023))) == (
        "Årsrapporterne hænger ikke sammen mellem 31. december 2023 og 1. januar 2025; tal på hver sin side "
        "sammenlignes ikke."
    )
    assert told(story_scope.gap, story(year(), year(2024), year(2023))) == ""


def test_it_tells_the_currency():
    assert told(story_scope.currency, story(year(2025, currency="EUR"))) == (
        "Beløbene er i EUR og er ikke omregnet til danske kroner."
    )
    assert told(story_scope.currency, story(year(), year(2024, currency="EUR"))) == (
        "Regnskabet er skiftet fra EUR til DKK; tal i to valutaer sammenlignes ikke."
    )
    assert told(story_scope.currency, story(year(), year(2024))) == ""


def test_it_tells_figures_of_the_group_alone():
    assert told(story_scope.group_only, story(year(2025, is_group=True))) == (
        "Tallene er koncernens, ikke selskabets egne."
    )
    assert told(story_scope.group_only, story(year())) == ""


def test_it_tells_contradictions():
    contradictory = year(2025, {"result": (588_224, -588_223), "equity": (1, 2), "assets": 5})
    assert told(story_scope.contradictions, story(contradictory)) == (
        "Årsrapporten giver flere værdier for årets resultat og egenkapital; ingen af dem er brugt."
    )
    assert told(story_scope.contradictions, story(year())) == ""


@pytest.mark.parametrize(
    ("accounting_class", "expected"),
    [
        (
            "Regnskabsklasse B",
            "Nettoomsætningen er ikke oplyst; i regnskabsklasse B må den udelades (årsregnskabsloven § 32).",
        ),
        ("Regnskabsklasse C", "Nettoomsætningen er ikke oplyst, så overskudsgraden kan ikke beregnes."),
        ("", "Nettoomsætningen er ikke oplyst, så overskudsgraden kan ikke beregnes."),
    ],
)
def test_it_tells_that_revenue_is_missing(accounting_class: str, expected: str):
    assert told(story_scope.missing_revenue, story(year(2025, accounting_class=accounting_class))) == expected
    assert told(story_scope.missing_revenue, story(year(2025, {"revenue": (1, 2)}))) == ""


def test_it_tells_what_else_is_missing():
    assert told(story_scope.missing_figures, story(year(2025, {"equity": 1, "assets": 2, "result": 3}))) == (
        "Årsrapporten mangler omsætningsaktiver, kortfristede gældsforpligtelser og likvide beholdninger; om det siger "
        "rapporten intet."
    )
    assert told(story_scope.missing_figures, story(makers.accounts(2025))) == ""
