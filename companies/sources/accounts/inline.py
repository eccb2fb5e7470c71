"""Inline XBRL (2008 and 2013): facts marked up in the pages that people read.

A number is what is printed, put through its format, times ten to its scale, with its sign; a text goes on through its
chain of continuations and leaves out what is excluded. See the specification "Inline XBRL 1.1".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from lxml import etree

from companies.errors import AccountsError
from companies.sources.accounts.elements import is_known, is_wanted
from companies.sources.accounts.formats import FormatError, number_of, value_of

NAMESPACES = ("http://www.xbrl.org/2013/inlineXBRL", "http://www.xbrl.org/2008/inlineXBRL")
NUMBERS = frozenset(f"{{{namespace}}}nonFraction" for namespace in NAMESPACES)
TEXTS = frozenset(f"{{{namespace}}}nonNumeric" for namespace in NAMESPACES)
CONTINUATIONS = frozenset(f"{{{namespace}}}continuation" for namespace in NAMESPACES)
EXCLUDED = frozenset(f"{{{namespace}}}exclude" for namespace in NAMESPACES)
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
# XHTML in which the words on either side do not belong together.
BLOCKS = frozenset(
    f"{{http://www.w3.org/1999/xhtml}}{name}"
    for name in ("br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "table", "td", "th", "tr", "ul")
)
# Elements and characters of all facts together: facts may lie within one another and share continuations, which
# multiplies.
MOST_WORK = 20_000_000


@dataclass(frozen=True, slots=True)
class InlineFact:
    """A fact as the document has it: context and unit by id, the value converted, or why it is not."""

    namespace: str
    name: str
    context: str
    unit: str
    decimals: str
    text: str
    line: int
    target: str
    problem: str = ""


def read_inline(root: etree._Element) -> list[InlineFact]:
    """The facts of the document's main report that something is made of.

    One document may hold several reports; facts that name no target are the main one. Where all name one, the first
    counts.

    Raises:
        AccountsError: the document has no inline XBRL, or is a maze of continuations.
    """
    facts = list(_Reader(root).read())
    if not facts and not any(True for _ in root.iter(*NUMBERS, *TEXTS)):
        raise AccountsError("The filing is a web page (XHTML) without inline XBRL; its figures cannot be read.")
    targets = [fact.target for fact in facts]
    main = "" if "" in targets or not targets else targets[0]
    return [fact for fact in facts if fact.target == main]


class _Reader:
    """Reads one document; keeps count of the work."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._work = 0
        self._continuations = {element.get("id", ""): element for element in root.iter(*CONTINUATIONS)}

    def read(self) -> Iterator[InlineFact]:
        for element in self._root.iter(*NUMBERS, *TEXTS):
            prefix, _, name = element.get("name", "").strip().rpartition(":")
            if not prefix or not is_wanted(name) or element.get(NIL) in {"true", "1"}:
                continue
            namespace = element.nsmap.get(prefix, "")
            if not is_known(namespace):
                continue
            text, problem = self._value(element)
            yield InlineFact(
                namespace=namespace,
                name=name,
                context=element.get("contextRef", ""),
                unit=element.get("unitRef", ""),
                decimals=element.get("decimals", ""),
                text=text,
                line=cast("int | None", element.sourceline) or 0,
                target=element.get("target", ""),
                problem=problem,
            )

    def _value(self, element: etree._Element) -> tuple[str, str]:
        """The value, and what is wrong with it."""
        is_number = element.tag in NUMBERS
        shown = self._text(element) if is_number else self._continued_text(element)
        name = _format_name(element)
        try:
            if is_number:
                return number_of(shown, name, scale=element.get("scale", "0"), sign=element.get("sign", "")), ""
            return value_of(shown, name), ""
        except FormatError as error:
            return "", str(error)

    def _continued_text(self, element: etree._Element) -> str:
        """The text of the element and of its continuations, which end where they come back to one."""
        parts = [self._text(element)]
        seen: set[str] = set()
        following = element.get("continuedAt", "")
        while following and following not in seen:
            seen.add(following)
            found = self._continuations.get(following)
            if found is None:
                break
            parts.append(self._text(found))
            following = found.get("continuedAt", "")
        return "".join(parts)

    def _text(self, element: etree._Element) -> str:
        """All text within, but for what is excluded; blocks are set apart by a blank."""
        parts: list[str] = []
        if not len(element):
            self._add(parts, element.text)
            return "".join(parts)
        walk = etree.iterwalk(element, events=("start", "end"))
        for event, inner in walk:
            if event == "start":
                is_excluded = inner.tag in EXCLUDED
                if is_excluded:
                    walk.skip_subtree()
                else:
                    self._add(parts, f" {inner.text or ''}" if inner.tag in BLOCKS else inner.text)
            elif inner is not element:
                self._add(parts, f" {inner.tail or ''}" if inner.tag in BLOCKS else inner.tail)
        return "".join(parts)

    def _add(self, parts: list[str], text: str | None) -> None:
        self._work += 1 + len(text or "")
        if self._work > MOST_WORK:
            raise AccountsError("The filing's inline facts lie within one another or go on in each other without end.")
        if text:
            parts.append(text)


def _format_name(element: etree._Element) -> str:
    """The format's name without its prefix: every registry of formats uses a name for one thing only."""
    return element.get("format", "").strip().rpartition(":")[2]
