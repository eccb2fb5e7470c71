"""CVR numbers as people write and paste them."""

from __future__ import annotations

import re

BETWEEN = re.compile(r"[\n\r\t,;]+")
NUMBER = re.compile(r"(?:CVR-1-|DK-?|CVR:?)?([0-9]{8})", re.IGNORECASE)


def numbers_in(text: str) -> tuple[list[str], list[str]]:
    """The CVR numbers in the text, each once, and what is none."""
    found: dict[str, None] = {}
    wrong = []
    for piece in BETWEEN.split(text):
        # "34 58 08 20" is one number, "34580820 99000007" are two.
        joined = NUMBER.fullmatch("".join(piece.split()))
        for word in [piece] if joined else piece.split():
            match = joined or NUMBER.fullmatch(word)
            if match:
                found[match[1]] = None
            else:
                wrong.append(word)
    return list(found), wrong


def number_in(text: str) -> str:
    """The one CVR number that the text is; empty when it is none."""
    match = NUMBER.fullmatch("".join(text.split()))
    return match[1] if match else ""
