"""What a filing states: facts, each with its element, context, unit and precision. Both formats come down to these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from lxml import etree

from companies.errors import AccountsError
from companies.sources.accounts.contexts import Context, Scope, read_contexts, read_units
from companies.sources.accounts.elements import is_ifrs, is_known, is_wanted
from companies.sources.accounts.inline import read_inline
from companies.sources.accounts.markup import XHTML

INSTANCE = "http://www.xbrl.org/2003/instance"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


@dataclass(frozen=True, slots=True)
class Fact:
    """One value in the filing, as XBRL has it: a number in whole units, a day as YYYY-MM-DD, or text.

    `problem` says why there is no value; it matters only if the fact is wanted after all.
    """

    namespace: str
    name: str
    context: Context
    unit: str  # a currency, or empty
    decimals: str
    text: str
    line: int
    problem: str = ""

    @property
    def scope(self) -> Scope:
        """Whose fact it is: without a dimension the company's by the Danish taxonomy, and the group's by IFRS."""
        if self.context.scope is not Scope.BARE:
            return self.context.scope
        return Scope.GROUP if is_ifrs(self.namespace) else Scope.COMPANY


def read_facts(root: etree._Element) -> list[Fact]:
    """Every fact of a known taxonomy that something is made of, in the order of the document.

    Raises:
        AccountsError: the document is neither an XBRL instance nor inline XBRL, or a context is broken.
    """
    contexts, units = read_contexts(root), read_units(root)
    name = etree.QName(root)
    if name.namespace == XHTML:
        return [
            Fact(
                found.namespace,
                found.name,
                contexts[found.context],
                units.get(found.unit, ""),
                found.decimals,
                found.text,
                found.line,
                found.problem,
            )
            for found in read_inline(root)
            if found.context in contexts
        ]
    if (name.namespace, name.localname) != (INSTANCE, "xbrl"):
        raise AccountsError(
            f"The filing is no XBRL: its root is {name.localname[:40]!r}, neither xbrli:xbrl nor XHTML's html."
        )
    return list(_facts(root, contexts, units))


def _facts(root: etree._Element, contexts: dict[str, Context], units: dict[str, str]) -> Iterator[Fact]:
    for element in root.iterchildren(tag=etree.Element):
        name = etree.QName(element)
        context = contexts.get(element.get("contextRef", ""))
        if context is None or not is_wanted(name.localname) or not is_known(name.namespace or ""):
            continue
        if element.get(NIL) in {"true", "1"}:
            continue
        yield Fact(
            namespace=name.namespace or "",
            name=name.localname,
            context=context,
            unit=units.get(element.get("unitRef", ""), ""),
            decimals=element.get("decimals", ""),
            text="".join(str(part) for part in element.itertext()).strip(),
            line=cast("int | None", element.sourceline) or 0,
        )
