"""The signs and words that reports mark things with, so that colour is never needed: verdicts, and what is new."""

from __future__ import annotations

from enum import StrEnum

from lasso.language import mark
from lasso.language import translate as _


class Tone(StrEnum):
    """How a verdict is meant; each has a sign and a word of its own, so that colour is never needed."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"
    OPEN = "open"


SIGNS = {Tone.GOOD: "✓", Tone.NOTE: "!", Tone.BAD: "×", Tone.OPEN: "?"}
WORDS = {
    Tone.GOOD: mark("I orden"),
    Tone.NOTE: mark("Bemærk"),
    Tone.BAD: mark("Afvigelse"),
    Tone.OPEN: mark("Kan ikke afgøres"),
}


class Change(StrEnum):
    """What happened since last year to what a row, a cell or a fact says: a badge behind it, and a bar before a row."""

    NONE = ""
    NEW = "new"
    CHANGED = "changed"
    ENDED = "ended"

    @property
    def word(self) -> str:
        """The badge's word, translated; empty for `NONE`."""
        return _(CHANGE_WORDS[self])


CHANGE_WORDS = {
    Change.NONE: "",
    Change.NEW: mark("Ny"),
    Change.CHANGED: mark("Ændret"),
    Change.ENDED: mark("Ophørt"),
}
