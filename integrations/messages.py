"""Messages: a company and a mapping give exactly the mapped members, in the mapping's order, with their types."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from companies.catalogue import FIELDS, Json, Subject
from integrations.mapping import Entry, FieldMapping


def export_message(*, subject: Subject, mapping: FieldMapping) -> str:
    """The message of an export: every member of the mapping, as compact JSON. What is absent is null."""
    return _written(subject, mapping.entries)


def update_message(*, subject: Subject, mapping: FieldMapping) -> str:
    """The message of an update: the members marked Update."""
    return _written(subject, mapping.update_entries)


def digest(message: str) -> str:
    """By which an update message is known again: its SHA-256, in 64 characters."""
    return hashlib.sha256(message.encode()).hexdigest()


def _written(subject: Subject, entries: Iterable[Entry]) -> str:
    values: dict[str, Json] = {
        entry.key: FIELDS[entry.field].value(subject) if entry.field else entry.constant for entry in entries
    }
    # With ensure_ascii half a surrogate pair, which a constant may hold, would be text; without it, no UTF-8.
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
