"""Bars of a few years. Only shapes are drawn: the values and years stand in a table row beneath each bar, where they
are text that can be read aloud, searched and copied."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

SLOT, BAR, HEIGHT, PADDING = 60.0, 30.0, 92.0, 4.0
FILL, LAST_FILL, NEGATIVE_FILL, AXIS, LINE = "#8fa9ba", "#1f3a4d", "#ffffff", "#5b6b7b", "#b4471f"


def draw_bars(values: Sequence[Decimal | None], *, description: str, threshold: Decimal | None = None) -> SafeString:
    """Bars from left to right, the last one darker; a loss hangs below the line and is hollow. None leaves a gap.

    `threshold` is drawn as a dashed line. `description` is the text alternative.
    """
    known = [float(value) for value in values if value is not None]
    marks = [*known, 0.0] if threshold is None else [*known, 0.0, float(threshold)]
    highest, lowest = max(marks), min(marks)
    scale = (HEIGHT - 2 * PADDING) / ((highest - lowest) or 1.0)
    zero = PADDING + highest * scale
    width = SLOT * max(len(values), 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bars" viewBox="0 0 {width:.0f} {HEIGHT:.0f}">',
        f"<title>{escape(description)}</title>",
    ]
    for place, value in enumerate(values):
        if value is not None:
            parts.append(_bar(place, float(value) * scale, zero, is_last=place == len(values) - 1))
    parts.append(f'<path d="M0 {zero:.1f}H{width:.0f}" stroke="{AXIS}" stroke-width="1"/>')
    if threshold is not None:
        y = zero - float(threshold) * scale
        parts.append(f'<path d="M0 {y:.1f}H{width:.0f}" stroke="{LINE}" stroke-width="1.2" stroke-dasharray="5 3"/>')
    parts.append("</svg>")
    return mark_safe("".join(parts))  # noqa: S308 - numbers of our own and an escaped description


def _bar(place: int, height: float, zero: float, *, is_last: bool) -> str:
    left = place * SLOT + (SLOT - BAR) / 2
    top = zero - max(height, 0)
    fill = NEGATIVE_FILL if height < 0 else LAST_FILL if is_last else FILL
    stroke = f' stroke="{LAST_FILL}" stroke-width="1"' if height < 0 else ""
    size = f'width="{BAR:.0f}" height="{max(abs(height), 0.6):.1f}"'
    return f'<rect x="{left:.1f}" y="{top:.1f}" {size} fill="{fill}"{stroke}/>'
