"""The sentences of the code and the catalogue of their translations, held together.

`bin/messages` finds every sentence that the code and the templates give to `lasso.language`, and writes the catalogue
anew: what is translated stays, what is new has an empty translation, what is gone goes. `bin/messages --check` only
says what is missing, left over or wrong, and fails if anything is. Catalogues are sorted and hold no line numbers, so
that a change of one sentence is a change of one entry.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from lasso.language import CATALOGUES, Language

ROOT = Path(__file__).resolve().parents[2]
# Where sentences for people are written. Tests and measurements are none.
FOLDERS = ("accounts", "companies", "delivery", "integrations", "lanes", "lasso", "portal", "reporting")
TEMPLATES = "templates"
JINJA = ".jinja"
# Which arguments of which call are sentences; the numbers are those of the one and the many.
KEYWORDS = {
    "_": None,
    "translate": None,
    "mark": None,
    "_n": (1, 2),
    "translate_count": (1, 2),
    "count": (2, 3),  # reporting.contents.formats
}
# In templates of Django's language; those of Jinja's, which call `say("…")`, are parsed.
SAID = re.compile(r"""\{%\s*say\s+(?:"([^"]*)"|'([^']*)')""")
HEADER = """\
# The English of the reports and mails, by their Danish. bin/messages keeps it; docs/glossary.md has the terms.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
DANISH_LETTERS = re.compile("[æøåÆØÅ]")
ENDINGS = (".", ":", "?", "!", "…")
ABBREVIATION = re.compile(r"\b(?:m\.m|dir|nr|pr|kr|mio|mia|min)\.$")

Sentence = str | tuple[str, str]  # the Danish; of an amount, the one and the many


def find_sentences(root: Path = ROOT) -> Catalog:
    """Every sentence that is said anywhere below the root, with the files that say it."""
    found = Catalog()
    for path in _sources(root):
        for sentence in _sentences_of(path):
            found.add(sentence, locations=[(path.relative_to(root).as_posix(), 0)])
    return found


def read_catalogue(language: Language) -> Catalog:
    """The language's catalogue as it is stored."""
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language.value)


def updated(catalogue: Catalog, found: Catalog) -> str:
    """The text of a catalogue that has every sentence found, with the translations that are known."""
    written = Catalog(locale=catalogue.locale)
    for message in found:
        if message.id:
            known = catalogue.get(message.id)
            # A sentence that became one of an amount, or no longer is one, is translated anew.
            is_usable = known is not None and isinstance(known.id, str) == isinstance(message.id, str)
            written.add(message.id, known.string if known and is_usable else None, locations=_files(message))
    text = BytesIO()
    write_po(text, written, width=120, omit_header=True, sort_output=True, include_lineno=False)
    return HEADER + text.getvalue().decode()


def faults(catalogue: Catalog, found: Catalog) -> Iterator[str]:
    """What keeps the catalogue from being complete and right, a sentence each."""
    for message in found:
        known = catalogue.get(message.id)
        if message.id and (known is None or not all(_texts(known.string))):
            yield f"{_shown(message.id)} ({', '.join(path for path, _ in _files(message))}) has no translation."
    for message in catalogue:
        if not message.id:
            continue
        if message.id not in found:
            yield f"{_shown(message.id)} is translated, but said nowhere."
        if message.fuzzy:
            yield f"{_shown(message.id)} is marked as fuzzy."
        yield from _faults_of(message)


def unreadable(root: Path = ROOT) -> Iterator[str]:
    """Calls whose sentence no catalogue can have: it is filled in before it is translated, or hidden in an f-string."""
    for path in _sources(root):
        where = path.relative_to(root).as_posix()
        if path.suffix == JINJA:
            for line, sentence in _said_in_jinja(path.read_text(encoding="utf-8")):
                if not sentence:
                    yield f"{where}, line {line}: say() takes a sentence that is written there."
        elif path.suffix == ".py" and _is_translated(path.read_bytes()):
            yield from _unreadable_calls(ast.parse(path.read_bytes()), where)


def _unreadable_calls(module: ast.Module, where: str) -> Iterator[str]:
    for node in ast.walk(module):
        line = f"{where}, line {getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Call) and _is_filled_in(node):
            yield f"{line}: an f-string cannot be translated; give a sentence with named placeholders."
        if isinstance(node, ast.JoinedStr) and any(map(_is_saying, ast.walk(node))):
            yield f"{line}: a sentence inside an f-string is not found; give it a line of its own."


def main(arguments: list[str]) -> int:
    """Update the catalogue, or check it; the exit code."""
    if arguments not in ([], ["--check"]):
        print("usage: bin/messages [--check]", file=sys.stderr)
        return 2
    found, catalogue = find_sentences(), read_catalogue(Language.ENGLISH)
    if not arguments:
        text = updated(catalogue, found)
        (CATALOGUES / f"{Language.ENGLISH}.po").write_text(text, encoding="utf-8")
        catalogue = read_po(BytesIO(text.encode()), locale=Language.ENGLISH.value)
    wrong = [*faults(catalogue, found), *unreadable()]
    for sentence in wrong:
        print(sentence)
    print(f"{len(found)} sentences, {len(wrong)} faults.")
    return 1 if wrong else 0


def _sources(root: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted((root / folder).rglob("*.py"))
    for ending in (".html", ".txt", JINJA):
        yield from sorted((root / TEMPLATES).rglob(f"*{ending}"))


def _sentences_of(path: Path) -> Iterator[Sentence]:
    source = path.read_bytes()
    if path.suffix == JINJA:
        yield from (sentence for _line, sentence in _said_in_jinja(source.decode()) if sentence)
        return
    if path.suffix != ".py":
        for double, single in SAID.findall(source.decode()):
            yield double or single
        return
    if not _is_translated(source):
        return
    for _line, function, said, _comments in extract_python(BytesIO(source), KEYWORDS, [], {}):
        sentence = _said_by(str(function), said)
        if sentence:
            yield sentence


def _said_in_jinja(source: str) -> Iterator[tuple[int, str | None]]:
    """The line and the sentence of each `say("…")`; None where something else is said."""
    for line, _function, arguments in extract_from_ast(Environment().parse(source), ("say",)):  # noqa: S701 - only read
        # One string is given as it is, several arguments as a tuple with None for all that are no strings.
        yield line, next(iter(arguments), None) if isinstance(arguments, tuple) else arguments


def _is_translated(source: bytes) -> bool:
    """Whether a module translates at all; elsewhere `_` and `count` mean something else."""
    return b"lasso.language" in source or b"contents.formats" in source


def _is_saying(node: ast.AST) -> bool:
    """Whether a node translates a sentence that is written there."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in KEYWORDS
        and any(isinstance(argument, ast.Constant) and isinstance(argument.value, str) for argument in node.args)
    )


def _is_filled_in(call: ast.Call) -> bool:
    return (
        isinstance(call.func, ast.Name)
        and call.func.id in KEYWORDS
        and any(isinstance(argument, ast.JoinedStr) for argument in call.args)
    )


def _said_by(function: str, said: object) -> Sentence | None:
    """The sentence among a call's arguments; None where it is not written there."""
    places = KEYWORDS[function]
    arguments = said if isinstance(said, tuple) else (said,)
    if places is None:
        return arguments[0] if isinstance(arguments[0], str) else None
    chosen = [arguments[place - 1] for place in places if place <= len(arguments)]
    if len(chosen) == 2 and isinstance(chosen[0], str) and isinstance(chosen[1], str):
        return chosen[0], chosen[1]
    return None


def _faults_of(message: Message) -> Iterator[str]:
    for danish, english in zip(_texts(message.id), _texts(message.string), strict=True):
        if not english:
            continue
        if _placeholders(danish) != _placeholders(english):
            yield f"{_shown(danish)} and {_shown(english)} have different placeholders."
        if DANISH_LETTERS.search(english):
            yield f"{_shown(english)} holds Danish letters."
        if _ending(danish) != _ending(english):
            yield f"{_shown(danish)} and {_shown(english)} end differently."
        if danish.strip() != danish and (danish[:1] != english[:1] or danish[-1:] != english[-1:]):
            yield f"{_shown(danish)} and {_shown(english)} have different blanks around them."


def _ending(sentence: str) -> str:
    return sentence[-1:] if sentence.endswith(ENDINGS) and not ABBREVIATION.search(sentence) else ""


def _placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def _texts(sentence: Iterable[str] | str | None) -> tuple[str, ...]:
    if sentence is None:
        return ("",)
    return (sentence,) if isinstance(sentence, str) else tuple(sentence)


def _files(message: Message) -> list[tuple[str, int]]:
    return sorted(set(message.locations))


def _shown(sentence: Sentence | object) -> str:
    text = " / ".join(_texts(sentence)) if isinstance(sentence, str | tuple | list) else str(sentence)
    return f'"{text}"'


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
