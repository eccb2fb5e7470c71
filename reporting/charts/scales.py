"""The vertical axis of small charts: where its lines stand, and how high a value is."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

# In CSS pixels; a chart takes just under half of a page's width.
WIDTH, HEIGHT = 312.0, 98.0
MARGIN_TOP, MARGIN_BOTTOM = 5.0, 5.0
MOST_STEPS = 4
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """The values at the top and at the bottom of a chart, and those at which a line is drawn; 0 is among them."""

    lowest: float
    highest: float
    ticks: tuple[float, ...]

    def y(self, value: float) -> float:
        """How far from the top a value stands, in pixels."""
        span = self.highest - self.lowest
        return MARGIN_TOP + (self.highest - value) / span * (HEIGHT - MARGIN_TOP - MARGIN_BOTTOM)

    @property
    def decimals(self) -> int:
        """The decimals that the lines' values need to be told apart, at most four."""
        step = self.ticks[1] - self.ticks[0]
        return next((places for places in range(4) if math.isclose(step * 10**places, round(step * 10**places))), 4)


def scale_for(values: Iterable[float]) -> Scale:
    """A scale from a round value at or below the lowest (at most 0) to one at or above the highest (at least 0)."""
    marks = [0.0, *values]
    lowest, highest = min(marks), max(marks)
    step = _step((highest - lowest) or 1.0)
    # A value on a line needs no further one, whatever the division leaves behind its last digit.
    first, last = math.floor(lowest / step + 1e-9), math.ceil(highest / step - 1e-9)
    last = max(last, first + 1)
    return Scale(first * step, last * step, tuple(place * step for place in range(first, last + 1)))


def _step(span: float) -> float:
    """The smallest round distance of which `MOST_STEPS` reach over the span."""
    size = 10.0 ** math.floor(math.log10(span / MOST_STEPS))
    return next(size * step for step in STEPS if size * step * MOST_STEPS >= span * (1 - 1e-9))
