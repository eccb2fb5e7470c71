"""The register's words in each language, and what people wrote in theirs."""

from __future__ import annotations

import pytest

from companies.auditing import Assistance, ModifiedOpinion
from companies.profile import Form, Industry
from companies.sources.distribution.access import LABELS
from companies.sources.participants import FULLY_LIABLE_TITLE, TITLES
from companies.sources.sample.vocabulary import FORMS
from lasso.language import Language, speaking, translate
from reporting.contents.blocks import Paragraph
from reporting.contents.fact_texts import form_words, industry_text
from reporting.contents.register_words import country_name, is_register_word, register_word, short_class
from reporting.contents.templating import draw
from reporting.contents.written import Written

PURPOSE = "Selskabets formål er at drive handel og dermed beslægtet virksomhed."
ENGLISH_PURPOSE = "The objects of the company are trade and what the board finds to be connected with it."


@pytest.mark.parametrize(
    ("danish", "english"),
    [
        ("Anpartsselskab", "Private limited company"),
        ("UNDER KONKURS", "In bankruptcy"),
        ("Under tvangsopløsning", "In compulsory dissolution"),
        ("FORMAND", "Chair"),
        ("generalforsamling", "General meeting"),
        ("Har indirekte besiddelser", "Has indirect holdings"),
        ("Erklæring om udvidet gennemgang", "Extended review"),
        ("Regnskabsklasse C, stor virksomhed", "Reporting class C, large enterprise"),
        ("Noget, som ingen tabel har", "Noget, som ingen tabel har"),
        ("", ""),
    ],
)
def test_a_word_of_a_code_table_is_said_in_the_reports_language(danish: str, english: str):
    assert register_word(danish) == danish
    with speaking(Language.ENGLISH):
        assert register_word(danish) == english


def test_every_word_that_our_own_readers_give_is_in_a_table():
    words = [
        *Assistance,
        *ModifiedOpinion,
        *TITLES.values(),
        FULLY_LIABLE_TITLE,
        *(long for _, _, long in FORMS.values()),
    ]

    assert [word for word in words if not is_register_word(word)] == []


def test_every_source_has_a_name_in_english():
    with speaking(Language.ENGLISH):
        assert [label for label in LABELS.values() if translate(label) == label] == []


@pytest.mark.parametrize(
    ("code", "danish", "english"),
    [("NO", "Norge", "Norway"), ("GL", "Grønland", "Greenland"), ("de", "Tyskland", "Germany"), ("??", "??", "??")],
)
def test_a_country_has_its_name_in_the_reports_language(code: str, danish: str, english: str):
    assert country_name(code) == danish
    with speaking(Language.ENGLISH):
        assert country_name(code) == english


def test_a_form_and_a_class_are_put_together_in_the_reports_language():
    form = Form("80", "ApS", "Anpartsselskab")

    assert (form_words(form), short_class("Regnskabsklasse B")) == ("Anpartsselskab (ApS)", "B")
    with speaking(Language.ENGLISH):
        assert (form_words(form), short_class("Regnskabsklasse B")) == ("Private limited company (ApS)", "B")
        assert short_class("Regnskabsklasse C, stor virksomhed") == "C, large enterprise"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (PURPOSE, Language.DANISH),
        (ENGLISH_PURPOSE, Language.ENGLISH),
        ("Holding", Language.DANISH),
        ("", Language.DANISH),
        ("At drive et by- og egnsteater", Language.DANISH),
    ],
)
def test_it_knows_the_language_that_something_was_written_in(text: str, language: Language):
    assert (Written(text), Written(text).language) == (text, language)


@pytest.mark.parametrize(
    ("text", "spoken", "shown"),
    [
        (Written(PURPOSE), Language.DANISH, PURPOSE),
        (
            Written(PURPOSE),
            Language.ENGLISH,
            f'<span lang="da">{PURPOSE}</span> <span class="detail">(as registered, in Danish)</span>',
        ),
        (
            Written(ENGLISH_PURPOSE),
            Language.DANISH,
            f'<span lang="en">{ENGLISH_PURPOSE}</span> <span class="detail">(som registreret, på engelsk)</span>',
        ),
        (Written(ENGLISH_PURPOSE), Language.ENGLISH, ENGLISH_PURPOSE),
        ("<b>ikke skrevet af nogen</b>", Language.ENGLISH, "&lt;b&gt;ikke skrevet af nogen&lt;/b&gt;"),
        (
            Written("<b>og</b>"),
            Language.ENGLISH,
            '<span lang="da">&lt;b&gt;og&lt;/b&gt;</span> <span class="detail">(as registered, in Danish)</span>',
        ),
    ],
)
def test_what_was_written_says_its_language_where_that_is_not_the_reports(text: str, spoken: Language, shown: str):
    with speaking(spoken):
        assert draw(Paragraph.template, block=Paragraph(text)) == f"<p>{shown}</p>"


def test_an_industry_is_named_as_it_is_registered():
    with speaking(Language.ENGLISH):
        text = industry_text(Industry("412000", "Opførelse af bygninger"))

    assert (text, Written(text).language) == ("412000 Opførelse af bygninger", Language.DANISH)
    assert isinstance(text, Written)
