"""Bars of a few years. Only shapes and the axis are drawn: the values and years stand in a table beneath, each under
its bar, where they are text that can be read aloud, searched and copied."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.safestring import SafeString

from reporting.charts.plots import DARK, LIGHT, PAPER, Plot, shape
from reporting.charts.scales import Scale, scale_for

# The part of the width that the axis takes; the table beneath has a column as wide.
AXIS_SHARE = 0.13
WIDEST_BAR, BAR_SHARE = 34.0, 0.55
LEAST_HEIGHT = 0.7


def draw_bars(values: Sequence[Decimal | None], *, description: str, threshold: Decimal | None = None) -> SafeString:
    """Bars from left to right, the last one darker; a negative value hangs below the zero line and is hollow.

    None leaves a gap. `threshold` is drawn as a dashed line. The values are in the unit that the axis shows.
    `description` is the text alternative.
    """
    known = [float(value) for value in values if value is not None]
    scale = scale_for([*known, *([float(threshold)] if threshold is not None else [])])
    plot = Plot(scale, places=len(values), axis_share=AXIS_SHARE)
    earlier, last, losses = "", "", ""
    for place, value in enumerate(values):
        if value is None:
            continue
        bar = _bar(plot.middle(place), min(WIDEST_BAR, plot.slot * BAR_SHARE), float(value), scale)
        if value < 0:
            losses += bar
        elif place == len(values) - 1:
            last += bar
        else:
            earlier += bar
    return plot.svg(
        "bars",
        description,
        (
            shape(earlier, fill=LIGHT),
            shape(last, fill=DARK),
            shape(losses, fill=PAPER, stroke=DARK),
        ),
        threshold=None if threshold is None else float(threshold),
    )


def _bar(middle: float, width: float, value: float, scale: Scale) -> str:
    top, bottom = sorted((scale.y(value), scale.y(0.0)))
    height = max(bottom - top, LEAST_HEIGHT)
    return f"M{middle - width / 2:.1f} {top:.1f}h{width:.1f}v{height:.1f}h{-width:.1f}z"
