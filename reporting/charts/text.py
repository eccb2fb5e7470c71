"""How wide a text is drawn, near enough to decide where it breaks: SVG has no line layout of its own."""

from __future__ import annotations

# Widths in ems of the reports' font, rounded up. Measured in regular weight; bold is some six percent wider.
NARROW = frozenset("iljtfrI.,:;'|!()[]/- ·")
WIDE = frozenset("mwMWÆæ@%&—–")
NARROW_EM, MIDDLE_EM, UPPER_EM, WIDE_EM = 0.34, 0.58, 0.72, 0.92
ELLIPSIS = "…"


def text_width(text: str, size: float) -> float:
    """The width of a text set in `size`, in the same unit."""
    return sum(_em(sign) for sign in text) * size


def wrap(text: str, *, size: float, width: float, lines: int) -> list[str]:
    """The text broken into at most so many lines no wider than `width`; what does not fit ends with an ellipsis."""
    rows: list[str] = [""]
    for word in text.split():
        candidate = f"{rows[-1]} {word}".strip()
        if rows[-1] and text_width(candidate, size) > width:
            rows.append(word)
        else:
            rows[-1] = candidate
    shown = rows[:lines]
    if len(rows) > lines:
        shown[-1] = f"{shown[-1]} {ELLIPSIS}"
    return [_clip(row, size, width) for row in shown]


def _clip(text: str, size: float, width: float) -> str:
    if text_width(text, size) <= width:
        return text
    text = text.rstrip(f" {ELLIPSIS}")
    while text and text_width(text + ELLIPSIS, size) > width:
        text = text[: len(text) * 9 // 10] if len(text) > 200 else text[:-1]
    return text.rstrip() + ELLIPSIS


def _em(sign: str) -> float:
    if sign in NARROW:
        return NARROW_EM
    if sign in WIDE or ord(sign) > 0x2E7F:  # beyond the alphabets: ideographs, emoji
        return WIDE_EM
    return UPPER_EM if sign.isupper() else MIDDLE_EM
