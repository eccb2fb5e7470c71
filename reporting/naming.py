"""File names of reports: the `format` of an order, filled in and made safe for every file system."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

# Reporting page: "Can include variables: {name}, {balanceday}, {cvr}, {type}, {rundate}".
VARIABLES = ("name", "balanceday", "cvr", "type", "rundate")

# Bytes of UTF-8, without the ending: with " (12345).pdf" behind it a name keeps within the 200 that are promised, and
# far below the 255 that common file systems take.
MOST_BYTES = 180
MOST_BACK_BYTES = 60

BRACES = re.compile(r"\{([^{}]*)\}|([{}])")
# Refused by Windows in names, and the separators of the other systems.
UNSAFE = re.compile(r'[<>:"/\\|?*]')
SPACES = re.compile(r"\s+")
WINDOWS_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


class FormatError(ValueError):
    """The format cannot be filled in; the message says why and what may stand in it."""


def check_format(text: str) -> None:
    """Refuse a format with an unknown variable or a brace that does not close.

    Raises:
        FormatError: with a sentence for the person who wrote the format.
    """
    known = ", ".join(f"{{{name}}}" for name in VARIABLES)
    for match in BRACES.finditer(text):
        if match[2]:
            raise FormatError(f"has a brace that does not close in {text!r}; variables are written as {known}.")
        if match[1].lower() not in VARIABLES:
            raise FormatError(f"has the unknown variable {{{match[1]}}}; use {known}.")


def report_name(
    text: str, *, variables: Mapping[str, str], internal_customer_id: int | None = None, error_append: str = ""
) -> str:
    """The name of one report, without an ending.

    `text` is a checked format, `variables` has a value for each of VARIABLES. The customer's own id goes in front, and
    `error_append` (given for failed reports only) behind; a name that is too long is cut between the two.
    """
    filled = BRACES.sub(lambda match: variables[match[1].lower()], text)
    return safe_name(
        filled, front="" if internal_customer_id is None else f"{internal_customer_id}-", back=error_append
    )


def safe_name(text: str, *, front: str = "", back: str = "") -> str:
    """A text as a file name without an ending; too long, it is cut between `front` and `back`, which stay whole."""
    back = _cut(_clean(back), MOST_BACK_BYTES)
    room = MOST_BYTES - len(front.encode()) - len(back.encode())
    name = front + _cut(_clean(text), max(room, 0)).rstrip(" .") + back
    name = name.strip(" .") or "rapport"
    return f"_{name}" if WINDOWS_DEVICES.fullmatch(name) else name


def _clean(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    spaced = SPACES.sub(" ", composed)
    # Category C: control, format (among them the marks that turn the direction of text), surrogates, unassigned.
    visible = "".join(character for character in spaced if not unicodedata.category(character).startswith("C"))
    return UNSAFE.sub("-", visible).strip(" ")


def _cut(text: str, most_bytes: int) -> str:
    return text.encode()[:most_bytes].decode(errors="ignore")
