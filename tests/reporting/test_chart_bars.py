"""The bar charts."""

from __future__ import annotations

from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from reporting.charts.bars import HEIGHT, draw_bars

SVG = "{http://www.w3.org/2000/svg}"


def bars(*values: int | None, threshold: Decimal | None = None) -> list[dict[str, str]]:
    amounts = [None if value is None else Decimal(value) for value in values]
    svg = ET.fromstring(draw_bars(amounts, description="Søjler", threshold=threshold))
    return [dict(element.attrib) for element in svg.iter(f"{SVG}rect")]


def test_it_draws_heights_in_proportion():
    low, high = bars(50, 100)

    assert float(high["height"]) == pytest.approx(2 * float(low["height"]), abs=0.2)
    assert float(high["y"]) + float(high["height"]) == pytest.approx(float(low["y"]) + float(low["height"]), abs=0.2)


def test_it_hangs_a_loss_below_the_line_and_leaves_it_hollow():
    profit, loss = bars(100, -50)

    assert float(loss["y"]) == pytest.approx(float(profit["y"]) + float(profit["height"]), abs=0.2)
    assert loss["fill"] == "#ffffff"
    assert loss["stroke"]


def test_it_leaves_a_gap_for_a_year_without_a_figure():
    first, last = bars(10, None, 10)

    assert float(last["x"]) - float(first["x"]) == 120


@pytest.mark.parametrize("values", [(), (None,), (0, 0), (-1, -2), (10**15, 1), (None, 5)])
def test_it_stays_on_its_paper(values: tuple[int | None, ...]):
    for bar in bars(*values):
        assert float(bar["y"]) >= 0
        assert float(bar["y"]) + float(bar["height"]) <= HEIGHT


def test_it_draws_a_dashed_threshold_within_the_paper():
    svg = ET.fromstring(draw_bars([Decimal("0.1"), Decimal("0.2")], description="Søjler", threshold=Decimal("0.3")))
    (line,) = [path for path in svg.iter(f"{SVG}path") if path.get("stroke-dasharray")]

    assert 0 <= float(line.get("d", "").split("H")[0].split()[1]) <= HEIGHT


def test_it_carries_its_description():
    svg = ET.fromstring(draw_bars([Decimal(1)], description="Resultat & <omsætning>"))

    assert svg[0].text == "Resultat & <omsætning>"
