"""Bars and lines of a few years: what is drawn, where, and what is said of it."""

from __future__ import annotations

import re
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from lasso.language import Language, speaking
from reporting.charts.bars import draw_bars
from reporting.charts.figures import Line, bar_chart, line_chart
from reporting.charts.lines import MOST_LINES, PENS, draw_lines
from reporting.charts.scales import HEIGHT, WIDTH, scale_for
from tests.reporting.chart_geometry import SVG

Values = list[Decimal | None]


def amounts(*values: int | None) -> Values:
    return [None if value is None else Decimal(value) for value in values]


def paths(svg: str, **attributes: str) -> list[str]:
    return [
        path.get("d", "")
        for path in ET.fromstring(svg).iter(f"{SVG}path")
        if all(path.get(name.replace("_", "-")) == value for name, value in attributes.items())
    ]


def bars(*values: int | None, threshold: Decimal | None = None) -> list[tuple[float, float, float, float, str]]:
    """(left, top, width, height, fill) of each bar, from left to right."""
    svg = draw_bars(amounts(*values), description="Søjler", threshold=threshold)
    found = [
        (*map(float, bar), path.get("fill", ""))
        for path in ET.fromstring(svg).iter(f"{SVG}path")
        for bar in re.findall(r"M([\d.-]+) ([\d.-]+)h([\d.]+)v([\d.]+)h-[\d.]+z", path.get("d", ""))
    ]
    return sorted(found)  # type: ignore[arg-type]


def test_it_draws_heights_in_proportion():
    low, high = bars(50, 100)

    assert high[3] == pytest.approx(2 * low[3], abs=0.2)
    assert high[1] + high[3] == pytest.approx(low[1] + low[3], abs=0.2)


def test_it_hangs_a_loss_below_the_line_and_leaves_it_hollow():
    profit, loss = bars(100, -50)

    assert loss[1] == pytest.approx(profit[1] + profit[3], abs=0.2)
    assert loss[4] == "#ffffff"
    assert profit[4] != "#ffffff"


def test_it_makes_the_newest_year_darker():
    first, second, last = bars(1, 2, 3)

    assert first[4] == second[4]
    assert last[4] != first[4]


def test_it_leaves_a_gap_for_a_year_without_a_figure():
    first, _, last = bars(10, 20, 30)
    assert [bar[0] for bar in bars(10, None, 30)] == [first[0], last[0]]


@pytest.mark.parametrize(
    "values", [(), (None,), (0, 0), (-1, -2), (10**15, 1), (None, 5), (-3, 7), (1, 1, 1, 1, 1, 1, 1)]
)
def test_it_stays_on_its_paper(values: tuple[int | None, ...]):
    for left, top, width, height, _ in bars(*values):
        assert left >= 0
        assert left + width <= WIDTH
        assert top >= 0
        assert top + height <= HEIGHT


def test_it_shows_nought_as_a_bar_that_can_be_seen():
    assert bars(0, 10)[0][3] > 0


def test_it_merges_bars_of_a_kind_into_one_path():
    svg = draw_bars(amounts(1, 2, 3, -1, -2), description="Søjler")

    assert len([path for path in paths(svg) if "z" in path]) == 2  # earlier years; losses


def test_it_draws_the_zero_line_and_a_dashed_threshold():
    svg = draw_bars([Decimal(10), Decimal(20)], description="Søjler", threshold=Decimal(30))
    (limit,) = paths(svg, stroke_dasharray="5 3")
    (zero,) = paths(svg, stroke="#4a5a68")

    assert 0 <= float(limit.split("H")[0].split()[1]) < float(zero.split("H")[0].split()[1]) <= HEIGHT


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ((1, 2, 3), (0, 1, 2, 3)),
        ((8,), (0, 2, 4, 6, 8)),
        ((-5, 5), (-5, -2.5, 0, 2.5, 5)),
        ((-7,), (-8, -6, -4, -2, 0)),
        ((0,), (0, 0.25)),
        ((0.28, 0.4), (0, 0.1, 0.2, 0.3, 0.4)),
    ],
)
def test_it_puts_lines_at_round_values_with_nought_among_them(values: tuple[float, ...], ticks: tuple[float, ...]):
    scale = scale_for(values)

    assert scale.ticks == pytest.approx(ticks)
    assert scale.lowest <= min(*values, 0)
    assert scale.highest >= max(*values, 0)


def test_it_writes_the_axis_in_the_spoken_language():
    with speaking(Language.ENGLISH):
        english = draw_bars([Decimal(2000)], description="Bars")

    assert ">2.000<" in draw_bars([Decimal(2000)], description="Søjler")
    assert ">2,000<" in english


def test_it_breaks_a_line_where_a_year_lacks_a_figure():
    svg = draw_lines([amounts(1, 2, None, 4, 5)], description="Kurve")
    (line,) = paths(svg, stroke_width="1.6")

    assert line.count("M") == 2
    assert line.count("L") == 2


def test_it_marks_a_year_that_stands_alone():
    svg = draw_lines([amounts(None, 2, None)], description="Kurve")

    assert [path for path in paths(svg) if path.endswith("z")]


def test_it_tells_lines_apart_without_colour():
    assert len({pen.dashes for pen in PENS}) == len(PENS)
    assert len({pen.marker for pen in PENS}) == len(PENS)

    svg = draw_lines([amounts(1, 2)] * 4, description="Kurver")

    assert {
        path.get("stroke-dasharray")
        for path in ET.fromstring(svg).iter(f"{SVG}path")
        if path.get("stroke-width") == "1.6"
    } == {
        None,
        "6 3",
        "2 2.5",
        "9 2.5 2 2.5",
    }


def test_it_refuses_more_lines_than_it_can_tell_apart():
    with pytest.raises(ValueError, match="at most 4 lines; 5 were given"):
        draw_lines([amounts(1)] * (MOST_LINES + 1), description="Kurver")


def test_it_says_its_figures_for_those_who_do_not_see_it():
    chart = bar_chart(title="Egenkapital, mio. DKK", labels=("2024", "2025"), values=amounts(-4, None), decimals=1)

    assert chart.description == "Søjlediagram. Egenkapital, mio. DKK. 2024: −4,0, 2025: –."
    assert ET.fromstring(chart.svg)[0].text == chart.description
    assert chart.values == ("−4,0", "–")


def test_it_says_the_figures_of_every_line():
    lines = (Line("Brutto", tuple(amounts(1, 2))), Line("EBIT", tuple(amounts(None, 3))))

    chart = line_chart(title="Marginer, %", labels=("2024", "2025"), lines=lines)

    assert chart.description == "Kurvediagram. Marginer, %. Brutto: 2024: 1, 2025: 2. EBIT: 2024: –, 2025: 3."
    assert [series.values for series in chart.series] == [("1", "2"), ("–", "3")]


def test_it_escapes_its_description():
    svg = draw_bars([Decimal(1)], description="Resultat & <omsætning>")

    assert ET.fromstring(svg)[0].text == "Resultat & <omsætning>"
