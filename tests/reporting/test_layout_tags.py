"""The structure that screen readers walk: headings in order, tables with headers, pictures with their text."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from lasso.language import Language
from reporting.models import ReportType
from tests.reporting import makers
from tests.reporting.pdf_text import printed, reader

FIGURE, TABLE, HEADER, CELL = "/Figure", "/Table", "/TH", "/TD"


def elements(pdf: bytes) -> list[Any]:
    """Every structure element in reading order."""
    root = reader(pdf).trailer["/Root"]["/StructTreeRoot"]
    return list(_walk(root["/K"]))


def _walk(node: Any) -> Iterator[Any]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for child in node:
            yield from _walk(child)
    elif isinstance(node, dict) and "/S" in node:
        yield node
        yield from _walk(node.get("/K", []))


def below(element: Any, kind: str) -> list[Any]:
    """The elements of a kind within another."""
    return [one for one in _walk(element) if one["/S"] == kind]


@pytest.fixture(
    scope="module", params=[(ReportType.REVISION_UDVIDET, Language.DANISH), (ReportType.FINANS, Language.ENGLISH)]
)
def tags(request: pytest.FixtureRequest) -> list[Any]:
    report_type, language = request.param
    return elements(printed(makers.material(report_type, language=language)))


def test_it_has_one_title_and_skips_no_level_of_headings(tags: list[Any]):
    levels = [int(tag["/S"][2:]) for tag in tags if tag["/S"] in {"/H1", "/H2", "/H3", "/H4", "/H5", "/H6"}]

    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))


def test_it_tells_every_picture_in_words(tags: list[Any]):
    figures = [tag for tag in tags if tag["/S"] == FIGURE]

    assert len(figures) >= 4
    assert all(str(figure.get("/Alt", "")).strip() for figure in figures)
    said = " ".join(str(figure["/Alt"]) for figure in figures)
    assert "84,3" in said or "84.3" in said  # turnover in millions: a chart says its figures


def test_it_gives_every_table_headers_and_every_cell_its_own(tags: list[Any]):
    tables = [tag for tag in tags if tag["/S"] == TABLE]

    assert len(tables) >= 8
    for table in tables:
        names = {str(header["/ID"]) for header in below(table, HEADER) if "/ID" in header}
        assert names
        for cell in below(table, CELL):
            headers = {str(name) for name in cell["/A"].get("/Headers", [])}
            assert headers <= names
            assert headers or not below(cell, "/Span")


def test_it_reads_the_summary_before_the_sections(tags: list[Any]):
    order = [tag["/S"] for tag in tags]

    assert order.index("/H1") < order.index(TABLE) < order.index("/H3")
