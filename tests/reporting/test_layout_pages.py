"""Pages: nothing leaves them, nothing stands alone, nothing lies on anything else, however much there is to say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lasso.language import Language
from reporting.contents.composing import compose
from reporting.material import Material
from reporting.models import ReportType
from tests.reporting import makers, worst_cases
from tests.reporting.page_layout import (
    FOOT,
    TOP,
    Layout,
    headings_left_alone,
    lay_out,
    outside,
    overlapping,
    rows_left_alone,
    split_rows,
)

Maker = Callable[[ReportType], Material]


def in_english(report_type: ReportType) -> Material:
    return makers.material(report_type, language=Language.ENGLISH)


CASES: tuple[tuple[Maker, ReportType], ...] = (
    (makers.material, ReportType.REVISION),
    (makers.material, ReportType.REVISION_UDVIDET),
    (in_english, ReportType.REELLE_EJERE),
    (in_english, ReportType.FINANS),
    (makers.unknown_material, ReportType.REVISION),
    (worst_cases.crowded, ReportType.REVISION_UDVIDET),
    (worst_cases.hostile, ReportType.REVISION_UDVIDET),
    (worst_cases.hostile, ReportType.FINANS),
    (worst_cases.circular, ReportType.REELLE_EJERE),
    (worst_cases.doubtful, ReportType.FINANS),
)


@pytest.mark.parametrize(("make", "report_type"), CASES, ids=[f"{make.__name__}-{kind}" for make, kind in CASES])
def test_it_sets_every_page_well(make: Maker, report_type: ReportType):
    # One layout serves every check: it takes seconds.
    layout = lay_out(compose(make(report_type)).html)

    assert outside(layout) == []
    assert headings_left_alone(layout) == []
    assert split_rows(layout) == []
    assert rows_left_alone(layout) == 0
    assert overlapping(layout) == []
    assert lowest_of(layout, page=0) > TOP + (FOOT - TOP) * 0.55
    assert len({round(leaf.top) for leaf in layout.pages[-1]}) >= 3


def lowest_of(layout: Layout, *, page: int) -> float:
    """How far down a page is filled."""
    return max(leaf.bottom for leaf in layout.pages[page])


def test_it_would_notice_what_leaves_its_margins():
    wide = lay_out(
        f'<html lang="da"><title>x</title><body><p style="white-space: nowrap">{"M" * 300}</p></body></html>'
    )
    thin = '<html lang="da"><title>x</title><style>@page {{ margin: 0 }}</style><body><p>{}</p></body></html>'

    assert len(outside(wide)) == 1
    assert outside(lay_out(thin.format("Oppe i hjørnet"))) == ["page 1: Oppe i hjørnet"]


def test_it_would_notice_a_heading_left_alone():
    filler = '<div style="height: 235mm">x</div>'
    alone = '<h2 style="break-after: auto">Alene</h2><p style="break-before: page">Næste</p>'

    assert headings_left_alone(lay_out(f'<html lang="da"><title>x</title><body>{filler}{alone}</body></html>')) == [
        "Alene"
    ]


def test_it_would_notice_a_split_row():
    lines = "<br>".join(f"Linje {n}" for n in range(30))
    filler = '<div style="height: 200mm">x</div>'
    row = f'<tr style="break-inside: auto"><td>{lines}</td></tr>'
    html = f'<html lang="da"><title>x</title><body>{filler}<table><tbody>{row}</tbody></table></body></html>'

    assert len(split_rows(lay_out(html))) == 1


def test_it_would_notice_texts_on_one_another():
    html = '<html lang="da"><title>x</title><body><p>Den ene</p><p style="margin-top: -8mm">Den anden</p></body></html>'

    assert [set(pair) for pair in overlapping(lay_out(html))] == [{"Den ene", "Den anden"}]
