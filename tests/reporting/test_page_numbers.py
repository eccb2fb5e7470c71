"""The page numbers of a table of contents: foretold by the fast engine, and right all the same where it is wrong."""

from __future__ import annotations

import weasyprint

from reporting.contents.composing import compose
from reporting.document import STYLESHEET, render_pdf
from reporting.document.fast import pages_of_places
from reporting.document.page_numbers import are_right
from reporting.document.standard import press
from reporting.models import ReportType
from tests.reporting import makers
from tests.reporting.pdf_text import reader

# A heading at a page's foot and below it what finds no room there: only the standard engine takes both to the next one.
DISAGREED = """<!doctype html><html lang="da"><head><title>Prøve</title></head><body>
<div class="contents-list"><ul><li><a class="page" href="#afsnit-1"></a><a href="#afsnit-1">Afsnit</a></li></ul></div>
<div style="height: 220mm"></div><h2 id="afsnit-1">Afsnit</h2><div class="kept" style="height: 30mm"></div>
</body></html>"""


def test_it_tells_the_page_that_a_section_is_on_even_where_the_engines_break_pages_differently():
    assert pages_of_places(DISAGREED) == {"afsnit-1": 1}

    pages = reader(render_pdf(DISAGREED)).pages

    assert [page.extract_text().split() for page in pages] == [["2Afsnit"], ["Afsnit"]]


def test_it_knows_whether_the_places_are_on_the_pages_that_were_foretold():
    anchors = [["a"], ["b", "c"], ["b"]]

    assert are_right({"a": 1, "b": 2}, anchors)
    assert not are_right({"a": 1, "b": 3}, anchors)
    assert not are_right({"d": 1}, anchors)


def test_it_prints_the_bytes_that_weasyprints_own_parser_of_html_would_print():
    html = compose(makers.material(ReportType.REELLE_EJERE)).html

    parsed = weasyprint.HTML(string=html, base_url=STYLESHEET.as_uri(), url_fetcher=press().fetcher)

    assert render_pdf(html) == parsed.write_pdf(**press().options)
