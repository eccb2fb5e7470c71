"""The fast engine prints a document once, and its table of contents has the numbers of the pages all the same."""

from __future__ import annotations

import logging
import re
import subprocess

import pytest

from lasso.language import Language
from reporting.contents.composing import compose
from reporting.document import fast
from reporting.document.fast import pages_of_places, print_fast
from reporting.document.headings import marked
from reporting.document.page_numbers import places_in_contents, with_page_numbers
from reporting.document.reading import Written
from reporting.models import ReportType
from tests.reporting import makers

WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)</word>')
BREAK = '<div style="break-before: page">–</div>'
# All figures, so that the font has them.
FIGURES = "<p>0123456789</p>"


def contents(*places: str) -> str:
    rows = (f'<li><a class="page" href="#{place}"></a><a href="#{place}">Afsnit {place}</a></li>' for place in places)
    return f'<div class="contents-list"><ul>{"".join(rows)}</ul></div>'


def document(*parts: str) -> str:
    return f'<!doctype html><html lang="da"><head><title>Prøve</title></head><body>{"".join(parts)}</body></html>'


def section(place: str, *, pages_before: int) -> str:
    return BREAK * pages_before + f'<h2 id="{place}">Afsnit</h2>'


LONG = document(
    "<table><tr><td>00</td></tr></table>",
    contents("a", "b", "c", "d"),
    FIGURES,
    '<p><a href="https://example.org/">00</a></p>',
    '<h2 id="a">Afsnit</h2>',
    section("b", pages_before=1),
    section("c", pages_before=9),
    section("d", pages_before=90),
)


@pytest.fixture
def printings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The documents that the engine is given."""
    given: list[str] = []
    really = fast._print

    def noted(html: str) -> Written:
        given.append(html)
        return really(html)

    monkeypatch.setattr(fast, "_print", noted)
    return given


def words(pdf: bytes) -> list[tuple[str, ...]]:
    """Each word and where it stands, in hundredths of a point."""
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True)
    found = WORD.findall(done.stdout.decode())
    return [(*(f"{float(side):.2f}" for side in sides), text) for *sides, text in found]


def with_numbers_in_the_document(html: str) -> bytes:
    """The same, printed with the numbers in the HTML."""
    return print_fast(with_page_numbers(html, pages_of_places(html)))


def test_it_puts_numbers_of_one_to_three_figures_where_the_engine_would(printings):
    pdf = print_fast(LONG)

    assert len(printings) == 1
    assert {place: page for place, page in pages_of_places(LONG).items() if place in "abcd"} == {
        "a": 1,
        "b": 2,
        "c": 11,
        "d": 101,
    }
    assert words(pdf) == words(with_numbers_in_the_document(LONG))
    # The numbers of the table, and what only looks like a stand-in.
    first_page = [text for *_sides, text in words(pdf)][:16]
    assert [text for text in first_page if text.isdigit()] == ["00", "1", "2", "11", "101", "0123456789", "00"]


@pytest.mark.parametrize("report_type", list(ReportType))
@pytest.mark.parametrize("language", list(Language))
def test_it_prints_every_report_once(report_type, language, printings):
    html = compose(makers.material(report_type, language=language)).html

    pdf = print_fast(html)

    assert len(printings) == 1
    assert words(pdf) == words(with_numbers_in_the_document(marked(html)[0]))


@pytest.mark.parametrize(
    ("html", "says"),
    [
        (
            document(contents("a"), section("a", pages_before=3)),
            "A figure of the numbers of pages is not in their font",
        ),
        (document(BREAK * 5, FIGURES, contents("a"), section("a", pages_before=1)), "None of 1 numbers"),
        (document(contents("a", "nowhere"), FIGURES, section("a", pages_before=1)), "1 of 2 numbers"),
        (
            document(contents("a"), FIGURES, '<p><a href="#a">00</a></p>', section("a", pages_before=1)),
            "2 of 1 numbers",
        ),
    ],
    ids=["no such figure", "late", "a place that is not there", "more than there are"],
)
def test_it_prints_twice_when_it_cannot_fill_them_in(html, says, printings, caplog):
    with caplog.at_level(logging.WARNING):
        pdf = print_fast(html)

    assert len(printings) == 2
    assert says in caplog.text
    assert words(pdf) == words(with_numbers_in_the_document(html))
    assert places_in_contents(html)
