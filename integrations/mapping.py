"""What an integration's messages say: the mapping from the field catalogue to the JSON, and its check."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from companies.catalogue import FIELDS, Field, Json, Part
from integrations.models import Integration, MappedField
from lasso.errors import FieldError

MOST_ENTRIES = 500
LONGEST_NAME = 100  # characters
LONGEST_CONSTANT = 1000  # characters of its JSON
# By which a receiver knows the company that a message is about.
IDENTIFYING_FIELDS = frozenset({"cvr", "lassoId"})
IDENTIFYING_PLACEHOLDERS = ("{cvr}", "{lassoId}")

NEVER_EXPORTED = "beneficial owners are never exported: only those with access of their own may see them."
NOT_IDENTIFIED = (
    "No identifying field is marked Update, so the receiver cannot tell which company an update is about. "
    "Mark cvr or lassoId as Update, or write {cvr} or {lassoId} in the URL of the update endpoint."
)
NOTHING_UPDATED = "No field is marked Update, so no update will ever be sent."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One member of the messages: a field of the catalogue, or, with `field` blank, a constant.

    `name` is its key in the JSON; blank: the field's own name.
    """

    field: str = ""
    name: str = ""
    constant: Json = None
    is_update: bool = False

    @property
    def key(self) -> str:
        """Its key in the JSON."""
        return self.name or self.field


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """All members of the messages, in their order."""

    entries: tuple[Entry, ...]

    @property
    def update_entries(self) -> tuple[Entry, ...]:
        """The members of update messages."""
        return tuple(entry for entry in self.entries if entry.is_update)

    @property
    def needs_accounts(self) -> bool:
        """Whether any member is read from a company's annual accounts."""
        return any(entry.field and FIELDS[entry.field].part is Part.ACCOUNTS for entry in self.entries)


@dataclass(frozen=True, slots=True)
class MappingCheck:
    """What is wrong with a mapping, which refuses it, and what is odd about it, which does not."""

    errors: tuple[FieldError, ...]
    warnings: tuple[str, ...]


def exportable_fields() -> tuple[Field, ...]:
    """The fields of the catalogue that may be mapped, in its order."""
    return tuple(field for field in FIELDS.values() if field.part is not Part.BENEFICIAL)


def mapping_of(integration: Integration) -> FieldMapping:
    """The integration's mapping as stored; fields that the catalogue no longer has are left out."""
    rows = sorted(integration.mapped_fields.all(), key=lambda row: row.position)
    return FieldMapping(
        tuple(
            Entry(field=row.field, name=row.name, constant=row.constant, is_update=row.is_update)
            for row in rows
            if not row.field or row.field in FIELDS
        )
    )


def rows_of(mapping: FieldMapping, *, integration: Integration) -> list[MappedField]:
    """The rows, not yet saved, of a checked mapping."""
    return [
        MappedField(
            integration=integration,
            position=position,
            field=entry.field,
            name=entry.key,
            constant=entry.constant,
            is_update=entry.is_update,
        )
        for position, entry in enumerate(mapping.entries)
    ]


def check_mapping(*, mapping: FieldMapping, update_url: str | None, path: str = "mapping") -> MappingCheck:
    """Check a mapping before it is saved. `update_url` is the update endpoint's, None for none.

    Errors have paths such as `mapping[3].field`.
    """
    errors = tuple(_errors(mapping.entries, path))
    return MappingCheck(errors, () if errors else tuple(_warnings(mapping, update_url)))


def _errors(entries: Sequence[Entry], path: str) -> Iterator[FieldError]:
    if not entries:
        yield FieldError(path, "is empty; map at least one field, such as cvr.")
    if len(entries) > MOST_ENTRIES:
        yield FieldError(path, f"has {len(entries)} fields; at most {MOST_ENTRIES} can be mapped.")
        return
    first_with: dict[str, int] = {}
    for number, entry in enumerate(entries):
        place = f"{path}[{number}]"
        yield from _entry_errors(entry, place)
        if not entry.key:
            continue
        first = first_with.setdefault(entry.key, number)
        if first != number:
            yield FieldError(f"{place}.name", f"{entry.key!r} is the name of {path}[{first}] already; give it another.")


def _entry_errors(entry: Entry, place: str) -> Iterator[FieldError]:
    if entry.field:
        yield from _field_errors(entry, f"{place}.field")
    elif not entry.name:
        yield FieldError(f"{place}.field", "is missing; name a field of the catalogue, or give a constant with a name.")
    if len(entry.name) > LONGEST_NAME:
        yield FieldError(f"{place}.name", f"has {len(entry.name)} characters; at most {LONGEST_NAME} are possible.")
    if "\0" in entry.name:
        yield FieldError(f"{place}.name", "has a NUL character, which cannot be stored.")
    yield from _constant_errors(entry, f"{place}.constant")


def _constant_errors(entry: Entry, place: str) -> Iterator[FieldError]:
    if entry.constant is None:
        return
    if entry.field:
        yield FieldError(place, "cannot stand beside a field; leave one of the two out.")
        return
    text = json.dumps(entry.constant, ensure_ascii=False)
    if len(text) > LONGEST_CONSTANT:
        yield FieldError(place, f"has {len(text)} characters as JSON; at most {LONGEST_CONSTANT} are possible.")
    if "\\u0000" in text:
        yield FieldError(place, "has a NUL character, which cannot be stored.")


def _field_errors(entry: Entry, place: str) -> Iterator[FieldError]:
    field = FIELDS.get(entry.field)
    if field is None:
        nearest = nearest_field(entry.field)
        hint = f"did you mean {nearest!r}?" if nearest else "the list of fields has all that can be mapped."
        yield FieldError(place, f"{entry.field[:60]!r} is not a field of the catalogue; {hint}")
    elif field.part is Part.BENEFICIAL:
        yield FieldError(place, NEVER_EXPORTED)


def nearest_field(name: str) -> str:
    """The field that is spelled most like the name, in any letter case; empty when none is."""
    by_folded = {field.name.casefold(): field.name for field in exportable_fields()}
    found = get_close_matches(name[:100].casefold(), by_folded, n=1)
    return by_folded[found[0]] if found else ""


def _warnings(mapping: FieldMapping, update_url: str | None) -> Iterator[str]:
    updates = mapping.update_entries
    if not any(entry.field for entry in updates):
        # Constants do not change.
        if update_url is not None:
            yield NOTHING_UPDATED
    elif not any(entry.field in IDENTIFYING_FIELDS for entry in updates) and not any(
        placeholder in (update_url or "") for placeholder in IDENTIFYING_PLACEHOLDERS
    ):
        yield NOT_IDENTIFIED
