"""What a field of the catalogue is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from companies.catalogue.subject import EXAMPLES, Subject
from companies.figures import Accounts
from companies.profile import Profile

# What json.dumps takes. Absent is None (null), never an empty text.
Json: TypeAlias = str | int | float | bool | list[Any] | dict[str, Any] | None
Source = TypeVar("Source")


class FieldType(StrEnum):
    """What kind of JSON value a field has. Any of them may be null, but a list is empty instead."""

    TEXT = "text"
    NUMBER = "number"  # a JSON number; whole where it is whole
    MONEY = "money"  # a JSON number in whole units of the currency that a field beside it names
    PERCENTAGE = "percentage"  # a JSON number: 42.5 is 42.5 %
    BOOLEAN = "boolean"
    DATE = "date"  # "2026-06-01"
    MONTH = "month"  # "2026-06"
    MONTH_DAY = "monthDay"  # "--12-31", as XML Schema and the register write it
    LIST = "list"  # of texts
    OBJECTS = "objects"  # a list of objects


LISTS = frozenset({FieldType.LIST, FieldType.OBJECTS})


class Part(StrEnum):
    """What of a company a field is read from; the parts are imported apart and so change apart."""

    COMPANY = "company"  # the company's document
    ACCOUNTS = "accounts"  # its newest annual accounts
    BENEFICIAL = "beneficial"  # its beneficial owners: named here, never given a value (CVR-loven § 18 a)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the vocabulary: its name in JSON, what people call it, and how it is read."""

    name: str  # in camelCase
    label_da: str
    label_en: str
    type: FieldType
    part: Part
    value: Callable[[Subject], Json]

    @property
    def example(self) -> Json:
        """What the field says of a fictional company: the first of two of which it says anything."""
        values = (self.value(subject) for subject in EXAMPLES)
        return next((value for value in values if value not in (None, [])), None)


def of_company(name: str, label_da: str, label_en: str, kind: FieldType, read: Callable[[Profile], Json]) -> Field:
    """A field that is read from the company's profile. Empty text counts as absent."""
    return Field(name, label_da, label_en, kind, Part.COMPANY, _reading(lambda subject: subject.profile, read, kind))


def of_accounts(name: str, label_da: str, label_en: str, kind: FieldType, read: Callable[[Accounts], Json]) -> Field:
    """A field that is read from the newest accounts; absent where none are filed."""
    return Field(name, label_da, label_en, kind, Part.ACCOUNTS, _reading(lambda subject: subject.accounts, read, kind))


def _reading(
    part_of: Callable[[Subject], Source | None], read: Callable[[Source], Json], kind: FieldType
) -> Callable[[Subject], Json]:
    def value(subject: Subject) -> Json:
        part = part_of(subject)
        found = read(part) if part is not None else None
        # An absent list is an empty one, and an empty text an absent one.
        return (found or []) if kind in LISTS else (None if found == "" else found)

    return value
