"""The catalogue has every sentence that is said, and the tool that keeps it says what is wrong."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from lasso.language import CATALOGUES, Language, messages

GLOSSARY = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"
SAYING = """\
from lasso.language import mark, translate as _, translate_count as _n
from reporting.contents.formats import count

WORDS = (mark("Konkurs"), "Ikke mærket")
first = _("Siden {day}"
          " er alt i orden.")
second = _n("{n} ejer", "{n} ejere", 2)
third = count(2, "kontrol", "kontroller")
fourth = _(WORDS[0])
fifth = "abc".count("a")
"""
# Of Jinja's language; the other one's tag means nothing in it.
JINJA_SAYING = """{% if day %}<p>{{ say('Af "{name}"', name=name) }}</p>{% endif %}{# {% say "Intet" %} #}"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small code base that says seven sentences."""
    (tmp_path / "reporting").mkdir()
    (tmp_path / "templates" / "emails").mkdir(parents=True)
    (tmp_path / "templates" / "reports").mkdir()
    (tmp_path / "reporting" / "said.py").write_text(SAYING, encoding="utf-8")
    (tmp_path / "reporting" / "silent.py").write_text('_("Dette er ikke til mennesker.")\n', encoding="utf-8")
    (tmp_path / "templates" / "page.html").write_text('<p>{% say "Side {n}" n=1 %}</p>', encoding="utf-8")
    (tmp_path / "templates" / "emails" / "mail.txt").write_text("{% say 'Hilsen' %}", encoding="utf-8")
    (tmp_path / "templates" / "reports" / "report.html.jinja").write_text(JINJA_SAYING, encoding="utf-8")
    return tmp_path


def catalogue_of(*entries: tuple[str, str]) -> Catalog:
    """A catalogue of Danish sentences with their English."""
    catalogue = Catalog(locale="en")
    for danish, english in entries:
        catalogue.add(danish, english)
    return catalogue


def test_every_sentence_of_the_code_is_translated_and_none_besides():
    found = messages.find_sentences()
    assert len(found) > 200

    assert list(messages.faults(messages.read_catalogue(Language.ENGLISH), found)) == []
    assert list(messages.unreadable()) == []


def test_the_catalogue_is_stored_as_the_tool_writes_it():
    stored = (CATALOGUES / "en.po").read_text(encoding="utf-8")

    assert messages.updated(messages.read_catalogue(Language.ENGLISH), messages.find_sentences()) == stored


def test_it_finds_what_code_and_templates_say(tree: Path):
    assert {message.id for message in messages.find_sentences(tree) if message.id} == {
        "Konkurs",
        "Siden {day} er alt i orden.",
        ("{n} ejer", "{n} ejere"),
        ("kontrol", "kontroller"),
        "Side {n}",
        "Hilsen",
        'Af "{name}"',
    }


def test_an_update_keeps_what_is_known_adds_what_is_new_and_drops_what_is_gone(tree: Path):
    known = catalogue_of(("Konkurs", "Bankruptcy"), ("Forsvundet", "Gone"))
    known.add(("{n} ejer", "{n} ejere"), ("{n} owner", "{n} owners"))

    text = messages.updated(known, messages.find_sentences(tree))

    again = read_po(BytesIO(text.encode()), locale="en")
    assert {message.id: message.string for message in again if message.id} == {
        'Af "{name}"': "",
        "Hilsen": "",
        "Konkurs": "Bankruptcy",
        "Side {n}": "",
        "Siden {day} er alt i orden.": "",
        ("kontrol", "kontroller"): ("", ""),
        ("{n} ejer", "{n} ejere"): ("{n} owner", "{n} owners"),
    }
    assert messages.updated(again, messages.find_sentences(tree)) == text
    assert "said.py:" not in text, "line numbers make a change of one sentence a change of many entries"


def test_an_update_has_a_sentence_translated_anew_that_became_one_of_an_amount(tree: Path):
    known = catalogue_of(("{n} ejer", "{n} owner"))
    known.add(("Konkurs", "Konkurser"), ("Bankruptcy", "Bankruptcies"))

    again = read_po(BytesIO(messages.updated(known, messages.find_sentences(tree)).encode()), locale="en")

    strings = {message.id: message.string for message in again}
    assert strings[("{n} ejer", "{n} ejere")] == ("", "")
    assert strings["Konkurs"] == ""


@pytest.mark.parametrize(
    ("danish", "english", "fault"),
    [
        ("Fra {day}", "From", '"Fra {day}" and "From" have different placeholders.'),
        ("Fra {day}", "From {date}", '"Fra {day}" and "From {date}" have different placeholders.'),
        ("Det er sket.", "It happened", '"Det er sket." and "It happened" end differently.'),
        (" fra", "from", '" fra" and "from" have different blanks around them.'),
        ("Ejer", "Ejer (på dansk)", '"Ejer (på dansk)" holds Danish letters.'),
        ("Ejer", "", '"Ejer" () has no translation.'),
    ],
)
def test_it_says_what_is_wrong_with_a_translation(danish: str, english: str, fault: str):
    found = Catalog()
    found.add(danish)

    assert list(messages.faults(catalogue_of((danish, english)), found)) == [fault]


def test_it_says_what_is_missing_left_over_or_fuzzy(tree: Path):
    catalogue = catalogue_of(("Forsvundet", "Gone"), ("Hilsen", "Regards"), ("Side {n}", "Page {n}"))
    catalogue.add('Af "{name}"', 'By "{name}"')
    catalogue.add("Konkurs", "Bankruptcy", flags=["fuzzy"])

    assert list(messages.faults(catalogue, messages.find_sentences(tree))) == [
        '"Siden {day} er alt i orden." (reporting/said.py) has no translation.',
        '"{n} ejer / {n} ejere" (reporting/said.py) has no translation.',
        '"kontrol / kontroller" (reporting/said.py) has no translation.',
        '"Forsvundet" is translated, but said nowhere.',
        '"Konkurs" is marked as fuzzy.',
    ]


def test_it_says_which_sentence_is_filled_in_too_early(tree: Path):
    source = 'from lasso.language import translate as _\n\n_("fin")\n_(f"Fra {day}")\nf"{_(\'Til\')} {_(word)}"\n'
    (tree / "reporting" / "early.py").write_text(source, encoding="utf-8")
    drawn = "{{ say('Til {n}', n=1) }}\n{{ say(title) }}{{ say() }}\n{{ say('Fra ' ~ day, day=day) }}"
    (tree / "templates" / "reports" / "early.html.jinja").write_text(drawn, encoding="utf-8")

    assert list(messages.unreadable(tree)) == [
        "reporting/early.py, line 4: an f-string cannot be translated; give a sentence with named placeholders.",
        "reporting/early.py, line 5: a sentence inside an f-string is not found; give it a line of its own.",
        "templates/reports/early.html.jinja, line 2: say() takes a sentence that is written there.",
        "templates/reports/early.html.jinja, line 2: say() takes a sentence that is written there.",
        "templates/reports/early.html.jinja, line 3: say() takes a sentence that is written there.",
    ]


def test_it_takes_no_other_arguments(capsys: pytest.CaptureFixture[str]):
    assert messages.main(["--chek"]) == 2
    assert capsys.readouterr().err == "usage: bin/messages [--check]\n"


def test_the_catalogue_uses_the_glossarys_terms():
    rows = re.findall(r"(?m)^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", GLOSSARY.read_text(encoding="utf-8"))
    catalogue = {message.id: message.string for message in messages.read_catalogue(Language.ENGLISH)}
    terms = {danish: english for danish, english in rows if danish in catalogue}
    assert len(terms) > 50

    assert {danish: catalogue[danish] for danish in terms} == terms
