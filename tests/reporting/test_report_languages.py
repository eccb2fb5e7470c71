"""A report is in its language throughout: words, figures and days; only what was registered stays as it is."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from lxml.html import HtmlElement, document_fromstring

from accounts.models import Organisation
from companies.sources.sample import cast
from companies.sources.sample.loading import load_sample_register
from lasso.language import Language, messages
from reporting.collecting import collect
from reporting.contents.composing import compose
from reporting.material import Material
from reporting.models import ReportType
from tests.reporting import makers

MOMENT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
# One of each kind that the fictional register has.
KINDS = [
    kind[0]
    for name, kind in vars(cast).items()
    if name.isupper() and isinstance(kind, tuple) and name != "LACKING" and isinstance(kind[0], str)
]
# Between them they have most of what a report can say.
TELLING = [
    cast.LASSO_X,
    cast.CHANGED_EVERYTHING[0],
    cast.FOUR_LEVELS[0],
    cast.DISCREPANCY[0],
    cast.BANKRUPT[0],
    cast.GROUP_ACCOUNTS[0],
    cast.MODIFIED_OPINION[0],
]
DANISH_WORD = re.compile(
    r"[æøåÆØÅ]|\b(af|andel|andele|den|det|der|efter|ejer|ejere|eller|er|fra|ikke|ingen|kan|med|og|på|revisor|selskab"
    r"|siden|som|til|ved|virksomhed|virksomheden)\b",
    re.IGNORECASE,
)
DANISH_FIGURE = re.compile(
    r"\b\d{1,3}(\.\d{3})+\b|\d,\d+\s*%|\d\s%|\b\d{2}-\d{2}-\d{4}\b|\bkl\. |\d (?:DKK|EUR)\b|\b\d+\. [a-z]+ \d{4}\b"
)
ENGLISH_FIGURE = re.compile(
    r"\b(?:DKK|EUR) [−\d]|\b\d{1,3}(,\d{3})+\b|\d\.\d+\s*%|\d%|\b\d{1,2} [A-Z][a-z]{2} \d{4}\b|\b\d+ [A-Z]\w+ \d{4}\b"
)
ENGLISH_WORD = re.compile(r"\b(and|from|not|of|owner|owners|the|with)\b")


def strings_in(value: Any) -> Iterator[str]:
    """Every text in plain data: what was registered."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from strings_in(getattr(value, field.name))
    elif isinstance(value, dict):
        yield from strings_in([*value.keys(), *value.values()])
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from strings_in(one)


def texts_of(element: HtmlElement, language: str) -> Iterator[tuple[str, str]]:
    """Each text below an element, with the language that it says it is in."""
    own = element.get("lang", language)
    for text, its in ((element.text, own), (element.tail, language)):
        if text and text.strip() and isinstance(element.tag, str) and element.tag != "style":
            yield its, " ".join(text.split())
    for child in element:
        yield from texts_of(child, own)


def own_words(material: Material) -> list[str]:
    """What the report says in its language, without what was registered in others' words."""
    registered = sorted({text.strip() for text in strings_in(material) if len(text.strip()) > 3}, key=len, reverse=True)
    # What the catalogue translates may be registered too: the report must say it in its own language.
    names = [text for text in registered if text.casefold() not in known_words()]
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
    root = document_fromstring(compose(material).html)
    assert root.get("lang") == material.language
    return [
        pattern.sub("", text)
        for language, text in texts_of(root, material.language)
        # A picture breaks a name into lines.
        if language == material.language and not any(text.rstrip("… ") in name for name in names)
    ]


@cache
def catalogue() -> tuple[tuple[Any, Any], ...]:
    """The Danish and the English of every sentence."""
    return tuple((message.id, message.string) for message in messages.read_catalogue(Language.ENGLISH) if message.id)


@cache
def known_words() -> frozenset[str]:
    """What the catalogue translates, in small letters."""
    return frozenset(danish.casefold() for danish, _ in catalogue() if isinstance(danish, str))


def sentences(language: Language) -> Iterable[tuple[str, str]]:
    """The catalogue's sentences without placeholders that differ: in the language, and in the other one."""
    for danish, english in catalogue():
        if isinstance(danish, str) and isinstance(english, str) and "{" not in danish and danish.strip() != english:
            yield (danish, english) if language is Language.DANISH else (english, danish)


def materials(language: Language) -> Iterator[Material]:
    """In English the most telling companies in each type of report and the other kinds in one; in Danish fewer."""
    types = list(ReportType)
    wanted = [(cvr, types[place % len(types)]) for place, cvr in enumerate(TELLING)]
    if language is Language.ENGLISH:
        wanted = [(cvr, kind) for cvr in TELLING for kind in types]
        wanted += [(cvr, types[place % len(types)]) for place, cvr in enumerate(KINDS)]
    access, refused = (Organisation(name="Audit House", has_beneficial_owner_access=has) for has in (True, False))
    for cvr, kind in wanted:
        yield collect(cvr=cvr, report_type=kind, organisation=access, now=MOMENT, language=language)
    kind = ReportType.REELLE_EJERE
    yield collect(cvr=TELLING[1], report_type=kind, organisation=refused, now=MOMENT, language=language)


@pytest.mark.django_db
def test_every_type_is_in_its_language_throughout():
    load_sample_register(now=MOMENT)
    wrong: dict[str, tuple[str, str]] = {}

    for language, word, figure in (
        (Language.ENGLISH, DANISH_WORD, DANISH_FIGURE),
        (Language.DANISH, ENGLISH_WORD, ENGLISH_FIGURE),
    ):
        own = {mine for mine, _ in sentences(language)}
        others = {other for _, other in sentences(language)} - own
        for material in materials(language):
            for text in own_words(material):
                if word.search(text) or figure.search(text) or text in others:
                    wrong.setdefault(text, (str(material.report_type), material.profile.cvr))

    assert wrong == {}


def test_it_writes_the_same_figures_in_each_languages_way():
    danish, english = (
        " ".join(own_words(dataclasses.replace(makers.material(), language=language))) for language in Language
    )

    assert "22. november 2026 kl. 07.32" in danish
    assert "22 November 2026 at 07:32 (Danish time)" in english
