"""The field catalogue: the vocabulary in which companies are exported and changes are told.

One entry a field, named as in the API. The change log names fields by it, and integrations map from it. Whoever adds a
fact to `Profile` or `Accounts` adds its field here, or no change of it is noticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from companies.catalogue import business, identity, key_figures, people, places
from companies.catalogue.field import Field, FieldType, Json, Part
from companies.catalogue.subject import EXAMPLES, Subject

__all__ = ["EXAMPLES", "FIELDS", "Field", "FieldType", "Json", "Part", "Subject", "catalogue", "field_values"]

FIELDS: Mapping[str, Field] = MappingProxyType(
    {field.name: field for module in (identity, places, business, people, key_figures) for field in module.FIELDS}
)


def catalogue(*parts: Part) -> tuple[Field, ...]:
    """The fields of the parts in their order; of all parts when none is named."""
    return tuple(field for field in FIELDS.values() if not parts or field.part in parts)


def field_values(subject: Subject, names: Iterable[str]) -> dict[str, Json]:
    """`{name: value}` of the fields, as JSON, in the order of the names. Beneficial owners are always null.

    Raises:
        KeyError: the catalogue has no field of that name.
    """
    return {name: FIELDS[name].value(subject) for name in names}
