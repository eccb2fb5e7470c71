"""Lists of companies as people have them: pasted text, and how a list is kept between two steps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from reporting.order_form import MOST_ITEMS

CVR_DIGITS = 8
# Between two entries for certain. Spaces and dots may also stand inside a number.
LINES = re.compile(r"[\r\n\v\f\t,;|/\\\"'()\[\]{}<>«»„“”\u2028\u2029]+")
PREFIX = re.compile(r"(?:cvr-1-|(?:cvr(?:-?nr|-?nummer)?[.:]*|dk)[-:]?)(?=\d|$)", re.IGNORECASE)
INSIDE = re.compile(r"[.\-\u2010-\u2015]")
LONGEST_ENTRY = 60


@dataclass(frozen=True, slots=True)
class ListedCompany:
    """One entry of a list: `place` is its row in the file, or its number among what was pasted.

    `cvr` is the number in plain digits, or as it stands there where it cannot be one.
    """

    place: int
    cvr: str
    format: str = ""
    customer_id: int | None = None

    @property
    def is_number(self) -> bool:
        """Whether the API would take it for a CVR number, right or wrong."""
        return self.cvr.isascii() and self.cvr.isdecimal() and len(self.cvr) <= CVR_DIGITS


class ListTooLong(Exception):  # noqa: N818 - a list that is refused is not an error of ours
    """The list has more than MOST_ITEMS entries."""


def read_pasted(text: str) -> list[ListedCompany]:
    """The CVR numbers in a text, in their order: any separators, spaces and dots inside, "DK" in front.

    What has digits and cannot be a number is an entry too, so that it is shown and not lost; words without digits, such
    as the companies' names, are passed over.

    Raises:
        ListTooLong: more than MOST_ITEMS.
    """
    entries: list[ListedCompany] = []
    for line in LINES.split(text):
        for entry in _entries_of(line):
            if len(entries) == MOST_ITEMS:
                raise ListTooLong
            entries.append(ListedCompany(len(entries) + 1, entry))
    return entries


def plain_number(text: str) -> str:
    """One cell's CVR number in plain digits; what is none stays as it is, cut when it is long."""
    joined = PREFIX.sub("", "".join(text.split()), count=1)
    digits = INSIDE.sub("", joined)
    return digits if digits.isascii() and digits.isdecimal() else text.strip()[:LONGEST_ENTRY]


def stored(companies: Sequence[ListedCompany]) -> list[list[Any]]:
    """The list as JSON."""
    return [[one.place, one.cvr, one.format, one.customer_id] for one in companies]


def restored(rows: Sequence[Sequence[Any]]) -> list[ListedCompany]:
    """What `stored` was given."""
    return [ListedCompany(*row) for row in rows]


def _entries_of(line: str) -> Iterator[str]:
    """Words become entries: eight digits by themselves, or several words that have eight together ("99 00 00 07")."""
    waiting = ""
    for word in line.split():
        if not any(character.isdigit() for character in word):
            continue
        digits = plain_number(word)
        if not (digits.isascii() and digits.isdecimal()):
            yield from _closed(waiting)
            yield digits
            waiting = ""
        elif len(waiting) + len(digits) <= CVR_DIGITS:
            waiting += digits
            if len(waiting) == CVR_DIGITS:
                yield waiting
                waiting = ""
        else:
            yield from _closed(waiting)
            if len(digits) < CVR_DIGITS:
                waiting = digits
            else:
                yield digits[:LONGEST_ENTRY]
                waiting = ""
    yield from _closed(waiting)


def _closed(waiting: str) -> Iterator[str]:
    if waiting:
        yield waiting
