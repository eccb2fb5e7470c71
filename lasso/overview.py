"""What the admin's first page says of the work: an app adds a section with `register`.

Whoever opens the page looks whether all is well, so each section reads with a few small queries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import DatabaseError, transaction


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is known: its name, what is found, and whether somebody should look at it."""

    name: str
    found: str
    is_alarming: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under one title."""

    title: str
    lines: Sequence[Line]


_sections: dict[str, Callable[[], Sequence[Line]]] = {}


def register(title: str, read: Callable[[], Sequence[Line]]) -> None:
    """Adds a section to the admin's first page; called from an app's `ready`."""
    _sections[title] = read


def sections() -> list[Section]:
    """Every section as it is now; one that cannot be read says so, and the page is there all the same."""
    return [Section(title, _lines(read)) for title, read in _sections.items()]


def _lines(read: Callable[[], Sequence[Line]]) -> Sequence[Line]:
    try:
        with transaction.atomic():
            return read()
    except DatabaseError as error:
        return [Line("cannot be read", type(error).__name__, is_alarming=True)]


def ago(seconds: float) -> str:
    """How long ago, for people."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
