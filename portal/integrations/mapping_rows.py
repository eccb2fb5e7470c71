"""The mapping editor: each field of the catalogue and each constant as a row of a form, in the order of the message.

A row's inputs carry its key: `row` (once a row, `key:field`, in the order in which they stand), `export-key`,
`update-key`, `name-key` and, for a constant, `constant-key`. So a form that is sent back holds all that was typed, and
the rows can be moved by the server alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict

from companies.catalogue import FIELDS, Json
from integrations.mapping import MOST_ENTRIES, Entry, FieldMapping, exportable_fields
from lasso.errors import FieldError, MalformedBody
from lasso.parsing import read_json
from portal.integrations.wording import in_readers_language
from portal.refusals import in_words

# What a new integration begins with: enough to know a company by.
USUAL_FIELDS = ("cvr", "name")
MOST_ROWS = MOST_ENTRIES + 500


@dataclass(frozen=True, slots=True)
class Row:
    """A field of the catalogue, or a constant where `field` is blank, as the form shows it."""

    key: str
    field: str = ""
    is_exported: bool = False
    is_update: bool = False
    name: str = ""  # blank: the field's own
    constant: str = ""  # as it was typed
    errors: Sequence[str] = ()

    @property
    def label(self) -> str:
        """What people call it."""
        found = FIELDS.get(self.field)
        return in_readers_language(found.label_da, found.label_en) if found else ""

    @property
    def title(self) -> str:
        """What people call it, and its name in the catalogue: "Telefon (telephone)"."""
        return f"{self.label} ({self.field})" if self.label else self.field

    @property
    def other_language(self) -> str:
        """Its label in the language that the page is not in: found by the search, too."""
        found = FIELDS.get(self.field)
        return in_readers_language(found.label_en, found.label_da) if found else ""


def rows_of(mapping: FieldMapping | None) -> list[Row]:
    """What is mapped, in the message's order, then all other fields; a new mapping has the usual ones."""
    if mapping is None:
        mapping = FieldMapping(tuple(Entry(field=name, is_update=True) for name in USUAL_FIELDS))
    rows = [
        Row(
            key=str(number),
            field=entry.field,
            is_exported=True,
            is_update=entry.is_update,
            name="" if entry.name == entry.field else entry.name,
            constant="" if entry.field else constant_text(entry.constant),
        )
        for number, entry in enumerate(mapping.entries)
    ]
    mapped = {entry.field for entry in mapping.entries}
    others = [one.name for one in exportable_fields() if one.name not in mapped]
    return rows + [Row(key=str(len(rows) + number), field=name) for number, name in enumerate(others)]


def posted_rows(data: QueryDict) -> list[Row]:
    """The rows of a form that was sent: those that are exported first, all in their order."""
    rows = {}
    for text in data.getlist("row")[:MOST_ROWS]:
        key, _colon, name = text.partition(":")
        rows[key] = Row(
            key=key,
            field=name[:100],
            is_exported=f"export-{key}" in data,
            is_update=f"update-{key}" in data,
            name=data.get(f"name-{key}", "").strip(),
            constant=data.get(f"constant-{key}", "").strip(),
        )
    # A constant that is not sent is gone; a field goes back among the others, in the catalogue's order.
    left = [row for row in rows.values() if row.field and not row.is_exported]
    places = {name: number for number, name in enumerate(FIELDS)}
    left.sort(key=lambda row: places.get(row.field, len(places)))
    return [row for row in rows.values() if row.is_exported] + left


def moved(rows: Sequence[Row], *, key: str, step: int) -> list[Row]:
    """The rows with one of the exported ones a step up (-1) or down (1)."""
    exported = [row for row in rows if row.is_exported]
    place = next((number for number, row in enumerate(exported) if row.key == key), None)
    if place is not None and 0 <= place + step < len(exported):
        exported[place], exported[place + step] = exported[place + step], exported[place]
    return exported + [row for row in rows if not row.is_exported]


def with_constant(rows: Sequence[Row]) -> list[Row]:
    """The rows with an empty constant behind the exported ones."""
    taken = {row.key for row in rows}
    key = next(str(number) for number in range(len(rows) + 1) if str(number) not in taken)
    exported = [row for row in rows if row.is_exported]
    return [*exported, Row(key=key, is_exported=True), *rows[len(exported) :]]


def mapping_in(rows: Sequence[Row]) -> tuple[FieldMapping, list[str]]:
    """The mapping that the rows stand for, and for each of its entries the row's key.

    A constant of which nothing was typed is left out.
    """
    chosen = [row for row in rows if row.is_exported and (row.field or row.name or row.constant)]
    entries = tuple(
        Entry(
            field=row.field,
            name=row.name,
            constant=None if row.field else constant_value(row.constant),
            is_update=row.is_update,
        )
        for row in chosen
    )
    return FieldMapping(entries), [row.key for row in chosen]


def with_errors(rows: Sequence[Row], errors: Sequence[FieldError], keys: Sequence[str]) -> tuple[list[Row], list[str]]:
    """The rows with the errors of their entries, and the errors that are of none."""
    by_key: dict[str, list[str]] = {}
    others = []
    for error in errors:
        number = error.path.removeprefix("mapping[").partition("]")[0]
        if number.isdecimal() and int(number) < len(keys):
            by_key.setdefault(keys[int(number)], []).append(in_words(error.message))
        else:
            others.append(in_words(error.message))
    return [replace(row, errors=tuple(by_key[row.key])) if row.key in by_key else row for row in rows], others


def constant_value(text: str) -> Json:
    """What a constant's text stands for: JSON where it is some, else the text itself."""
    try:
        value: Json = read_json(text.encode("utf-8", "replace"))
    except MalformedBody:
        return text
    return value


def constant_text(value: Json) -> str:
    """How a constant is shown in its field, so that `constant_value` reads it as it is."""
    if isinstance(value, str) and value == value.strip() and constant_value(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)
