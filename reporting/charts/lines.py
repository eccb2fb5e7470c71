"""Lines over a few years, told apart by their dashes and their markers; the values stand in a table beneath."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from reporting.charts.plots import DARK, MIDDLE, PAPER, Plot, shape
from reporting.charts.scales import scale_for

# The part of the width that names of lines take in the table beneath, and the axis above it.
AXIS_SHARE = 0.30
SIZE = 3.0
SWATCH_WIDTH, SWATCH_HEIGHT = 20, 9


def _circle(x: float, y: float) -> str:
    return f"M{x - SIZE:.1f} {y:.1f}a{SIZE} {SIZE} 0 1 0 {2 * SIZE} 0a{SIZE} {SIZE} 0 1 0 {-2 * SIZE} 0z"


def _square(x: float, y: float) -> str:
    return f"M{x - SIZE:.1f} {y - SIZE:.1f}h{2 * SIZE}v{2 * SIZE}h{-2 * SIZE}z"


def _triangle(x: float, y: float) -> str:
    return f"M{x:.1f} {y - SIZE - 0.6:.1f}l{SIZE + 0.6} {2 * SIZE + 0.6}h{-2 * SIZE - 1.2}z"


def _diamond(x: float, y: float) -> str:
    reach = SIZE + 0.8
    return f"M{x:.1f} {y - reach:.1f}l{reach} {reach}l{-reach} {reach}l{-reach} {-reach}z"


@dataclass(frozen=True, slots=True)
class Pen:
    """How one line is drawn."""

    dashes: str
    colour: str
    marker: Callable[[float, float], str]
    is_hollow: bool


PENS = (
    Pen("", DARK, _circle, is_hollow=False),
    Pen("6 3", MIDDLE, _square, is_hollow=True),
    Pen("2 2.5", DARK, _triangle, is_hollow=False),
    Pen("9 2.5 2 2.5", MIDDLE, _diamond, is_hollow=True),
)
MOST_LINES = len(PENS)


def draw_lines(
    lines: Sequence[Sequence[Decimal | None]], *, description: str, threshold: Decimal | None = None
) -> SafeString:
    """Lines from left to right, at most `MOST_LINES`. None breaks a line; a value that stands alone has its marker.

    The values are in the unit that the axis shows. `description` is the text alternative.

    Raises:
        ValueError: more lines than there are pens.
    """
    if len(lines) > MOST_LINES:
        raise ValueError(f"A chart shows at most {MOST_LINES} lines; {len(lines)} were given. Make two charts.")
    known = [float(value) for line in lines for value in line if value is not None]
    scale = scale_for([*known, *([float(threshold)] if threshold is not None else [])])
    plot = Plot(scale, places=max(map(len, lines), default=0), axis_share=AXIS_SHARE)
    shapes: list[str] = []
    for pen, line in zip(PENS, lines, strict=False):
        points = [
            None if value is None else (plot.middle(place), scale.y(float(value))) for place, value in enumerate(line)
        ]
        shapes += _line(points, pen)
    return plot.svg("lines", description, shapes, threshold=None if threshold is None else float(threshold))


def swatch(place: int, name: str) -> SafeString:
    """The small drawing of a line that stands before its name in the table."""
    middle = SWATCH_HEIGHT / 2
    pen = PENS[place]
    drawn = shape(f"M0 {middle}H{SWATCH_WIDTH}", stroke=pen.colour, width=1.6, dashes=pen.dashes)
    marker = shape(pen.marker(SWATCH_WIDTH / 2, middle), fill=PAPER if pen.is_hollow else pen.colour, stroke=pen.colour)
    return mark_safe(  # noqa: S308 - our own numbers, and an escaped name
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SWATCH_WIDTH}" height="{SWATCH_HEIGHT}"'
        f' viewBox="0 0 {SWATCH_WIDTH} {SWATCH_HEIGHT}"><title>{escape(name)}</title>{drawn}{marker}</svg>'
    )


def _line(points: Sequence[tuple[float, float] | None], pen: Pen) -> tuple[str, str]:
    """One path for the line with its gaps, one for all of its markers."""
    path, is_open = "", False
    for point in points:
        if point is not None:
            path += f"{'L' if is_open else 'M'}{point[0]:.1f} {point[1]:.1f}"
        is_open = point is not None
    markers = "".join(pen.marker(*point) for point in points if point is not None)
    return (
        shape(path, stroke=pen.colour, width=1.6, dashes=pen.dashes),
        shape(markers, fill=PAPER if pen.is_hollow else pen.colour, stroke=pen.colour),
    )
