"""What bars and lines have in common: the paper, the axis with its lines, the limit. Paths are merged: a path costs a
renderer about the same whether it holds one bar or a hundred."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from reporting.charts.scales import HEIGHT, WIDTH, Scale
from reporting.charts.text import text_width
from reporting.contents.formats import number
from reporting.fonts import FAMILY

DARK, MIDDLE, LIGHT, PAPER = "#17364d", "#4d7089", "#9db4c4", "#ffffff"
GRID, ZERO, LIMIT, FAINT = "#dbe2e7", "#4a5a68", "#a3341a", "#55636f"
TICK_SIZE = 7.6


@dataclass(frozen=True, slots=True)
class Plot:
    """The area that a chart is drawn in: `places` columns to the right of the axis, which takes `axis_share` of it."""

    scale: Scale
    places: int
    axis_share: float

    @property
    def left(self) -> float:
        """Where the columns begin."""
        return WIDTH * self.axis_share

    @property
    def slot(self) -> float:
        """The width of a column."""
        return (WIDTH - self.left) / max(self.places, 1)

    def middle(self, place: int) -> float:
        """The middle of a column."""
        return self.left + (place + 0.5) * self.slot

    def svg(self, css_class: str, description: str, shapes: Iterable[str], *, threshold: float | None) -> SafeString:
        """The drawing: lines of the axis, the shapes, the zero line over them, the limit."""
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="plot {css_class}" width="{WIDTH:.0f}" ',
            f'height="{HEIGHT:.0f}" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}">',
            f"<title>{escape(description)}</title>",
            shape(self._rules(tick for tick in self.scale.ticks if tick), stroke=GRID),
            *shapes,
            shape(self._rules([0.0]), stroke=ZERO),
        ]
        if threshold is not None:
            parts.append(shape(self._rules([threshold]), stroke=LIMIT, width=1.2, dashes="5 3"))
        parts += [f'<g font-family="{FAMILY}" font-size="{TICK_SIZE}" fill="{FAINT}">', *self._labels(), "</g></svg>"]
        return mark_safe("".join(parts))  # noqa: S308 - numbers of our own and an escaped description

    def _rules(self, values: Iterable[float]) -> str:
        return "".join(f"M{self.left:.1f} {self.scale.y(value):.1f}H{WIDTH:.0f}" for value in values)

    def _labels(self) -> Iterable[str]:
        """The values of the axis: the lowest, nought and the highest, flush right against it."""
        shown = sorted({self.scale.ticks[0], 0.0, self.scale.ticks[-1]})
        for value in shown:
            text = number(Decimal(repr(value)), self.scale.decimals)
            x = self.left - 4 - text_width(text, TICK_SIZE)
            yield f'<text x="{x:.1f}" y="{self.scale.y(value) + 2.7:.1f}">{text}</text>'


def shape(path: str, *, fill: str = "none", stroke: str = "", width: float = 1.0, dashes: str = "") -> str:
    """A path as an element; nothing for an empty one."""
    if not path:
        return ""
    outline = f' stroke="{stroke}" stroke-width="{width}"' if stroke else ""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="{path}" fill="{fill}"{outline}{dashed}/>'
