"""Charts of figures as blocks: drawn, described, and with the table of values beneath them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lasso.language import translate as _
from reporting.charts.bars import draw_bars
from reporting.charts.lines import draw_lines, swatch
from reporting.contents.blocks import BarChart, LineChart, LineSeries
from reporting.contents.formats import number


@dataclass(frozen=True, slots=True)
class Line:
    """A line to draw: its name, and a value for each label or None; in the unit that the chart's title says."""

    name: str
    values: tuple[Decimal | None, ...]


def bar_chart(
    *,
    title: str,
    labels: Sequence[str],
    values: Sequence[Decimal | None],
    decimals: int = 0,
    threshold: Decimal | None = None,
) -> BarChart:
    """A bar for each label, oldest first. The values are in the unit that the title says ("Egenkapital, mio. DKK");
    None is a gap. `threshold` is drawn as a dashed line: say so in the title.
    """
    texts = tuple(number(value, decimals) for value in values)
    described = _("Søjlediagram. {title}. {values}.").format(title=title, values=_listed(labels, texts))
    svg = draw_bars(values, description=described, threshold=threshold)
    return BarChart(title, svg, described, texts, tuple(labels))


def line_chart(
    *, title: str, labels: Sequence[str], lines: Sequence[Line], decimals: int = 0, threshold: Decimal | None = None
) -> LineChart:
    """At most four lines over the labels, oldest first, all in the unit that the title says ("Marginer, %").

    None breaks a line: a year without a figure is not nought. `threshold` is drawn as a dashed line.
    """
    texts = [tuple(number(value, decimals) for value in line.values) for line in lines]
    said = " ".join(f"{line.name}: {_listed(labels, its)}." for line, its in zip(lines, texts, strict=True))
    described = _("Kurvediagram. {title}. {lines}").format(title=title, lines=said)
    svg = draw_lines([line.values for line in lines], description=described, threshold=threshold)
    series = tuple(
        LineSeries(swatch(place, line.name), line.name, its)
        for place, (line, its) in enumerate(zip(lines, texts, strict=True))
    )
    return LineChart(title, svg, described, tuple(labels), series)


def _listed(labels: Sequence[str], texts: Sequence[str]) -> str:
    return ", ".join(f"{label}: {text}" for label, text in zip(labels, texts, strict=True))
