"""The language that people are written to: Danish as it stands in the code, others by a catalogue of its sentences.

The sentences of reports are Danish in the code, because most readers are Danes and the words are those of Danish law.
`translate` gives the sentence in the language that is spoken at the moment (`speaking`); templates say
`{% load saying %}{% say "Indhold" %}`. The catalogues are gettext's (`lasso/language/catalogue/en.po`), read by Babel,
so that nothing need be compiled. This is apart from Django's own translation, whose source language is English.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

CATALOGUES = Path(__file__).parent / "catalogue"


class Language(StrEnum):
    """The languages that people are written to; the values are ISO 639-1 codes."""

    DANISH = "da"
    ENGLISH = "en"


_spoken: ContextVar[Language] = ContextVar("spoken", default=Language.DANISH)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Write in this language inside the block."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> Language:
    """The language that is spoken at the moment; Danish unless `speaking` says otherwise."""
    return _spoken.get()


def translate(sentence: str) -> str:
    """The Danish sentence in the spoken language; as it stands where the catalogue lacks it.

    Placeholders are named and filled in afterwards: `translate("{name} ejer {share}.").format(name=…, share=…)`.
    Imported as `_`.
    """
    # In gettext the empty sentence stands for the catalogue's head.
    return _catalogue(spoken()).gettext(sentence) if sentence else ""


def translate_count(one: str, many: str, amount: int) -> str:
    """The Danish sentence for this amount in the spoken language: `translate_count("{n} ejer", "{n} ejere", 3)`.

    Imported as `_n`.
    """
    return _catalogue(spoken()).ngettext(one, many, amount)


def mark(sentence: str) -> str:
    """The sentence as it stands; says that it is one to translate where it is used (a constant, a table of words)."""
    return sentence


@cache
def _catalogue(language: Language) -> NullTranslations:
    path = CATALOGUES / f"{language}.po"
    # Danish needs none: gettext gives back what it does not know, and chooses "one" for 1 alone, as Danes do.
    if not path.exists():
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        catalogue = read_po(file, locale=language.value)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
