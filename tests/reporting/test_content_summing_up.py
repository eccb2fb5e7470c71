"""The short text as a whole: the weightiest sentences, by topic, the same each time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from companies.figures import Accounts
from reporting.contents.blocks import Facts
from reporting.contents.story import Story
from reporting.contents.summing_up import MOST_SENTENCES, RULES, lead_text, sentences, summing_up_section
from reporting.models import ReportType
from tests.reporting import makers
from tests.reporting.pdf_text import plain


def of(*years: Accounts) -> list[tuple[str, str]]:
    return [(topic, plain(words)) for topic, words in sentences(Story(makers.profile(), years))]


def test_it_sums_up_five_good_years():
    assert of(*makers.five_years()) == [
        ("Indtjening", "Nettoomsætningen steg med 7,5 % fra 78,4 mio. DKK til 84,3 mio. DKK."),
        (
            "Indtjening",
            "Årets resultat efter skat blev et overskud på 4,9 mio. DKK mod et overskud på 4,6 mio. DKK året før.",
        ),
        (
            "Kapital og gæld",
            "Egenkapitalen er 18,4 mio. DKK mod 17,1 mio. DKK året før; soliditetsgraden er 46,4 % mod 46,4 %.",
        ),
        (
            "Kapital og gæld",
            "Gæld og hensatte forpligtelser udgør 21,2 mio. DKK, 53,6 % af aktiverne; 15,8 mio. DKK er kortfristet.",
        ),
        (
            "Likviditet",
            (
                "Omsætningsaktiverne på 27,2 mio. DKK dækker de kortfristede gældsforpligtelser på 15,8 mio. DKK: "
                "likviditetsgraden er 171,9 %."
            ),
        ),
        (
            "Likviditet",
            (
                "De likvide beholdninger er 4,1 mio. DKK mod 3,8 mio. DKK året før; de svarer til 26,0 % af den "
                "kortfristede gæld."
            ),
        ),
        ("Ansatte og revisor", "Det gennemsnitlige antal ansatte var 41 mod 38 året før."),
        ("Ansatte og revisor", "Årsregnskabet er revideret, og konklusionen nævner ingen forbehold."),
    ]


def worst() -> tuple[Accounts, ...]:
    """Losses, a negative equity, a foreign currency, a group alone, a short year, contradictions, a doubtful future."""
    newest = makers.accounts(
        2025,
        scale="-1",
        start_date=date(2025, 7, 1),
        currency="EUR",
        is_group=True,
        going_concern="Uden kapital lukker vi.",
        modified_opinion="Konklusion med forbehold",
        audit_firm_cvr=makers.cvr(9),
    )
    newest = makers.with_figure(newest, "cash", 1, 2)
    return newest, replace(makers.accounts(2023, scale="-1"), currency="DKK"), makers.accounts(2022, scale="-1")


def test_it_never_says_more_than_nine_sentences_and_leaves_out_the_lightest():
    assert sum(bool(rule.sentence(Story(makers.profile(), worst()))) for rule in RULES) > MOST_SENTENCES
    said = [words for _topic, words in of(*worst())]

    assert len(said) == MOST_SENTENCES == 9
    for must in (
        "Kapitalen er tabt: ",
        "Revisor oplyser om væsentlig usikkerhed om selskabets fortsatte drift.",
        "Årsrapporten giver flere værdier for likvide beholdninger; ingen af dem er brugt.",
        "Tallene er koncernens, ikke selskabets egne.",
        "Det seneste regnskabsår dækker 6 måneder; ",
        "Regnskabet er skiftet fra DKK til EUR; ",
    ):
        assert any(words.startswith(must) for words in said)


def test_it_has_something_to_say_of_an_empty_filing():
    empty = makers.accounts(2025, figures={}, accounting_class="Regnskabsklasse B", assistance="", opinion="")
    assert of(empty) == [
        ("Forbehold", "Der er kun én årsrapport, så udviklingen kan ikke beskrives."),
        (
            "Forbehold",
            (
                "Årsrapporten mangler årets resultat, egenkapital, aktiver i alt, omsætningsaktiver, kortfristede "
                "gældsforpligtelser og likvide beholdninger; om det siger rapporten intet."
            ),
        ),
        (
            "Forbehold",
            "Nettoomsætningen er ikke oplyst; i regnskabsklasse B må den udelades (årsregnskabsloven § 32).",
        ),
    ]


def test_it_groups_the_sentences_by_topic():
    section = summing_up_section(makers.material(ReportType.FINANS))
    facts = section.blocks[0]
    assert isinstance(facts, Facts)
    assert [fact.label for fact in facts.facts] == ["Indtjening", "Kapital og gæld", "Likviditet", "Ansatte og revisor"]
    assert sum(len(fact.lines) for fact in facts.facts) == 8
    assert section.source == (
        "Erhvervsstyrelsen, 5 årsrapporter: 31-12-2021 til 31-12-2025, den seneste offentliggjort 28-05-2026"
    )


def test_it_opens_the_summary_with_the_weightiest():
    lead = plain(lead_text(makers.material(ReportType.FINANS)))
    assert lead == (
        "Nettoomsætningen steg med 7,5 % fra 78,4 mio. DKK til 84,3 mio. DKK. "
        "Årets resultat efter skat blev et overskud på 4,9 mio. DKK mod et overskud på 4,6 mio. DKK året før. "
        "Egenkapitalen er 18,4 mio. DKK mod 17,1 mio. DKK året før; soliditetsgraden er 46,4 % mod 46,4 %. "
        "Omsætningsaktiverne på 27,2 mio. DKK dækker de kortfristede gældsforpligtelser på 15,8 mio. DKK: "
        "likviditetsgraden er 171,9 %."
    )
    assert lead_text(makers.material(ReportType.FINANS, accounts=())) == ""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.sentence.__name__)
def test_each_rule_gives_the_same_words_each_time_and_ends_them(rule):
    story = Story(makers.profile(), worst())
    words = rule.sentence(story)
    assert words == rule.sentence(story)
    assert not words or words.endswith(".")
    assert "{" not in words
