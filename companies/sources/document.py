"""Typed looks into a register document; what breaks the format is refused with its path.

Only what is looked at is checked: unknown fields are ignored, and null means absent everywhere in these documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from companies.errors import DocumentError
from companies.profile import Period

BIGGEST_NUMBER = 2**63 - 1  # what a bigint column takes
BIGGEST_UNIT_NUMBER = 10**14 - 1  # what a Lasso id has room for
# Of a decimal, before and behind the point: 1E+999999999 is a number too, and takes a gigabyte to write out.
MOST_DIGITS = 30
# How a company can be reached. Whether that is hidden stands beside the value, if the value stands where it should.
CONTACTS = (
    "telefonNummer",
    "sekundaertTelefonNummer",
    "telefaxNummer",
    "elektroniskPost",
    "obligatoriskEmail",
    "hjemmeside",
)
# Below these a value may be about a person: an error, which ends in logs and reports, does not quote it.
PRIVATE_PARTS = frozenset({"deltagerRelation", *CONTACTS})
QUOTED_TYPES = (str, bool, int, float, type(None))
TYPE_NAMES = {str: "text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}


class Node:
    """An object in the document. Its path is put together only when something is wrong."""

    __slots__ = ("_key", "_parent", "values")

    def __init__(self, values: Mapping[str, Any], parent: Node | None = None, key: str = "Vrvirksomhed") -> None:
        self.values = values
        self._parent = parent
        self._key = key

    @property
    def path(self) -> str:
        """As in `Vrvirksomhed.navne[2].periode`."""
        return f"{self._parent.path}.{self._key}" if self._parent else self._key

    def error(self, key: str, expected: str) -> DocumentError:
        """What to raise when the value under the key is not what was expected."""
        return _not_as_expected(f"{self.path}.{key}", expected, self.values.get(key))

    def text(self, key: str) -> str:
        """Text without blanks around it; a whole number counts as text, as postal codes and form codes come so."""
        value = self.values.get(key)
        if isinstance(value, str):
            return value.strip()
        if value is None:
            return ""
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        raise self.error(key, "text")

    def integer(self, key: str) -> int | None:
        """A whole number that a bigint can hold."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > BIGGEST_NUMBER:
            raise self.error(key, "a whole number")
        return value

    def decimal(self, key: str) -> Decimal | None:
        """A number, also when written as text."""
        value = self.values.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise self.error(key, "a number")
        number = _decimal(value)
        if number is None:
            raise self.error(key, f"a number of at most {MOST_DIGITS} digits")
        return number

    def boolean(self, key: str) -> bool | None:
        """True or false; attribute values write them as text."""
        value = self.values.get(key)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str) and value.strip().lower() in {"true", "false"}:
            return value.strip().lower() == "true"
        raise self.error(key, "true or false")

    def date(self, key: str) -> date | None:
        """A day, `2024-12-31`; a moment counts as its day."""
        value = self.values.get(key)
        if value is None or value == "":
            return None
        try:
            return date.fromisoformat(value[:10] if isinstance(value, str) else "")
        except ValueError:
            raise self.error(key, "a day such as 2024-12-31") from None

    def moment(self, key: str) -> datetime | None:
        """A moment, `2024-02-01T12:00:00.000+01:00`; without an offset it is UTC."""
        value = self.values.get(key)
        if value is None or value == "":
            return None
        try:
            moment = datetime.fromisoformat(value)
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (TypeError, ValueError, OverflowError):
            raise self.error(key, "a moment such as 2024-02-01T12:00:00+01:00") from None

    def child(self, key: str) -> Node | None:
        """The object under the key."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.error(key, "an object")
        return Node(value, self, key)

    def items(self, key: str) -> Iterator[Node]:
        """The objects in the list under the key; nulls in it are passed over."""
        value = self.values.get(key)
        if value is None:
            return
        if not isinstance(value, list):
            raise self.error(key, "a list")
        for index, item in enumerate(value):
            if item is None:
                continue
            if not isinstance(item, dict):
                raise _not_as_expected(f"{self.path}.{key}[{index}]", "an object", item)
            yield Node(item, self, f"{key}[{index}]")

    def period(self) -> Period:
        """The object's `periode`; a missing one, or missing ends, are open."""
        period = self.values.get("periode")
        if period is None:
            return OPEN
        if isinstance(period, dict):
            start, end = period.get("gyldigFra"), period.get("gyldigTil")
            if (start is None or isinstance(start, str)) and (end is None or isinstance(end, str)):
                try:
                    return _period(start, end)
                except ValueError:
                    pass  # told with its path below
        child = self.child("periode")
        return Period(child.date("gyldigFra"), child.date("gyldigTil")) if child else OPEN


OPEN = Period()


def _not_as_expected(path: str, expected: str, value: Any) -> DocumentError:
    parts = {part.partition("[")[0] for part in path.split(".")}
    if isinstance(value, QUOTED_TYPES) and (value is None or PRIVATE_PARTS.isdisjoint(parts)):
        found = repr(value)
        found = found if len(found) <= 60 else f"{found[:57]}…"
    else:
        found = TYPE_NAMES.get(type(value), "something else")
    return DocumentError(path, f"expected {expected}, found {found}")


def read_unit_number(unit: Node) -> int:
    """The number (enhedsNummer) that the register gives to companies, persons and all others; ten digits so far."""
    number = unit.integer("enhedsNummer")
    if number is None or not 0 < number <= BIGGEST_UNIT_NUMBER:
        raise unit.error("enhedsNummer", "a whole number of at most fourteen digits")
    return number


def is_cvr_of_any_length(text: str) -> bool:
    """Whether the text can be a CVR number; numbers come without their leading zeros."""
    return text.isascii() and text.isdecimal() and 1 <= len(text) <= 8 and int(text) > 0


def _decimal(value: float | str) -> Decimal | None:
    try:
        number = Decimal(str(value).strip())
    except (InvalidOperation, ValueError):  # the latter: a whole number of thousands of digits
        return None
    is_short = number.is_finite() and len(number.as_tuple().digits) <= MOST_DIGITS
    return number if is_short and abs(number.adjusted()) < MOST_DIGITS else None


@lru_cache(maxsize=4096)
def _period(start: str | None, end: str | None) -> Period:
    """Periods repeat within a document more than anything else, and each is asked for several times."""
    return Period(
        date.fromisoformat(start[:10]) if start else None,
        date.fromisoformat(end[:10]) if end else None,
    )
