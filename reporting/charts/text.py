"""How wide a text is drawn, near enough to decide where it breaks: SVG has no line layout of its own."""

from __future__ import annotations

import re

ELLIPSIS = "…"
# Hundredths of an em in the reports' font, rounded up to the next four: the wider of its two weights.
_SIGNS = {
    24: "'",
    28: "Iijl",
    32: " !,.:;\u00a0·",
    36: "|",
    40: "()/[\\]frt{}",
    44: '"',
    48: "-_",
    52: "^`–",
    56: "*?s",
    60: "FJLacekvxyzåéä§",
    64: "Ebdghnopquøüö",
    68: "#$&+0123456789<=>BKPRSTZ~ß−",
    72: "XY",
    76: "ACDGHNUVÅÄÜ",
    80: "OQØÖ",
    84: "w…",
    88: "%",
    92: "Mm",
    96: "æ",
    100: "@—",
    104: "WÆ",
}
_WIDTHS = {sign: hundredths / 100 for hundredths, signs in _SIGNS.items() for sign in signs}
# Of what the table lacks: beyond the alphabets (ideographs, emoji), capitals, and other letters.
_BEYOND, _CAPITAL, _OTHER = 1.4, 1.02, 0.94
FIRST_BEYOND = 0x2000


def text_width(text: str, size: float) -> float:
    """The width that a text set in `size` takes at most, in the same unit."""
    return sum(_em(sign) for sign in text) * size


def wrap(text: str, *, size: float, width: float, lines: int) -> list[str]:
    """The text broken into at most so many lines no wider than `width`; what does not fit ends with an ellipsis.

    Lines break at spaces, after hyphens and slashes where a word is too long, and anywhere where that does not help.
    """
    rows = [""]
    # A space that no line may break at is none here.
    for word in re.split(r"[ \t\n]+", text.strip()):
        for piece in _pieces(word, size, width):
            glue = "" if not rows[-1] or piece.is_glued else " "
            if rows[-1] and text_width(f"{rows[-1]}{glue}{piece}", size) > width:
                rows.append(str(piece))
            else:
                rows[-1] += glue + piece
        if len(rows) > lines:
            return [*rows[: lines - 1], _ended(rows[lines - 1], size, width)]
    return rows


class _Piece(str):
    """A word or a part of one; `is_glued` when it follows another part without a space."""

    is_glued = False


def _pieces(word: str, size: float, width: float) -> list[_Piece]:
    """The word as it is where it fits a line, else in parts that do."""
    if text_width(word[:400], size) <= width:
        return [_Piece(word)]
    parts: list[_Piece] = []
    start = 0
    while start < len(word) and len(parts) < 40:
        end = _fitting(word, start, size, width)
        hyphen = max(word.rfind("-", start + 1, end), word.rfind("/", start + 1, end))
        if end < len(word) and hyphen > start:
            end = hyphen + 1
        part = _Piece(word[start:end])
        part.is_glued = start > 0
        parts.append(part)
        start = end
    return parts


def _fitting(word: str, start: int, size: float, width: float) -> int:
    """Where the longest part ends that begins at `start` and fits, at least one sign."""
    end, taken = start, 0.0
    while end < len(word) and taken + _em(word[end]) * size <= width:
        taken += _em(word[end]) * size
        end += 1
    return max(end, start + 1)


def _ended(text: str, size: float, width: float) -> str:
    while text and text_width(text + ELLIPSIS, size) > width:
        text = text[:-1]
    return text.rstrip(" -,·") + ELLIPSIS


def _em(sign: str) -> float:
    known = _WIDTHS.get(sign)
    if known is not None:
        return known
    if ord(sign) >= FIRST_BEYOND:
        return _BEYOND
    return _CAPITAL if sign.isupper() else _OTHER
