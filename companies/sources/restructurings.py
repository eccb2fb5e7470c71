"""Mergers and splits in register documents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from companies.profile import DatedText, Restructuring, RestructuringKind
from companies.sources.document import Node
from companies.sources.histories import current_or_last

LISTS = (("fusioner", RestructuringKind.MERGER), ("spaltninger", RestructuringKind.SPLIT))


def read_restructurings(company: Node, day: date) -> tuple[Restructuring, ...]:
    """Those that had begun on the day, newest first; one without any date counts as the oldest."""
    found = [
        restructuring
        for key, kind in LISTS
        for node in company.items(key)
        if (restructuring := _restructuring(node, kind, day))
    ]
    return tuple(sorted(found, key=lambda one: one.effective_date or date.min, reverse=True))


def _restructuring(node: Node, kind: RestructuringKind, day: date) -> Restructuring | None:
    incoming, outgoing = tuple(_side(node, "indgaaende")), tuple(_side(node, "udgaaende"))
    begun = [one for one in (*incoming, *outgoing) if (one.period.start_date or date.min) <= day]
    if not begun and (incoming or outgoing):
        return None
    name = current_or_last(node.items("organisationsNavn"), day)
    return Restructuring(
        kind=kind,
        unit_number=node.integer("enhedsNummerOrganisation"),
        name=name.text("navn") if name else "",
        incoming=tuple(one for one in incoming if one in begun),
        outgoing=tuple(one for one in outgoing if one in begun),
    )


def _side(node: Node, key: str) -> Iterator[DatedText]:
    for attribute in node.items(key):
        kind = attribute.text("type")
        for value in attribute.items("vaerdier"):
            yield DatedText(kind, value.text("vaerdi"), value.period())
