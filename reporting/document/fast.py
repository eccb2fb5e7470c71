"""The fast engine, PlutoPrint: the same pages from the same HTML and stylesheet many times faster, without tags.

What it does not write itself (language, bookmarks, moment of creation) is appended to its PDF (`appending`).
"""

from __future__ import annotations

import io
import re
from functools import cache

from reporting.document.addresses import STYLESHEET, ForeignAddressError, own_file
from reporting.document.appending import append
from reporting.document.head import read_head
from reporting.document.headings import marked
from reporting.document.reading import Written
from reporting.fonts import use_report_fonts

# Read by fontconfig when the first font is looked up.
use_report_fonts()

import plutoprint  # noqa: E402 - after what it reads

# An empty link to a place, where the number of its page belongs.
PAGE_NUMBER = re.compile(r'(<a class="page" href="#([^"]+)">)(</a>)')
SUPERSEDED_MOMENT = "1970-01-01T00:00:00Z"


class OwnFilesFetcher(plutoprint.ResourceFetcher):
    """Reads our own files and nothing else; keeps the first refusal, because the engine goes on without the file."""

    def __init__(self) -> None:
        super().__init__()
        self.refusal: ForeignAddressError | None = None

    def fetch_url(self, url: str) -> plutoprint.ResourceData:
        """One of our own files; nothing for any other address, which is kept as the refusal to raise."""
        try:
            return plutoprint.ResourceData(own_file(url).read_bytes())
        except ForeignAddressError as refusal:
            # What is raised in here the engine prints, and goes on.
            self.refusal = self.refusal or refusal
            return plutoprint.ResourceData(b"")


def print_fast(html: str) -> bytes:
    """The document as a PDF.

    Raises:
        ForeignAddressError: it refers to anything but our own files.
    """
    # The engine reads these addresses itself. In a text of ours the quotation mark is escaped.
    if '="data:' in html:
        raise ForeignAddressError("A report asked for a data: address; only files of ours may be read while rendering.")
    html, bookmarks = marked(html)
    if PAGE_NUMBER.search(html):
        html = _with_page_numbers(html)
    return append(_print(html), head=read_head(html), bookmarks=bookmarks)


def _with_page_numbers(html: str) -> str:
    """The document with the numbers of pages in its table of contents, known from printing it without them.

    The engine has no `target-counter`. A number takes no room from anything else there, so it moves nothing.
    """
    pages = _print(html).pages_of_places()
    return PAGE_NUMBER.sub(lambda link: f"{link[1]}{pages.get(link[2], '')}{link[3]}", html)


def _print(html: str) -> Written:
    book = plutoprint.Book(plutoprint.PAGE_SIZE_A4, plutoprint.PAGE_MARGINS_NONE)
    fetcher = OwnFilesFetcher()
    book.custom_resource_fetcher = fetcher
    book.load_html(html, user_style=_stylesheet(), base_url=STYLESHEET.as_uri())
    # The one that counts is appended; without this one the engine would write the present moment.
    book.set_metadata(plutoprint.PDF_METADATA_CREATION_DATE, SUPERSEDED_MOMENT)
    pages = io.BytesIO()
    book.write_to_pdf_stream(pages)
    if fetcher.refusal:
        raise fetcher.refusal
    return Written(pages.getvalue())


@cache
def _stylesheet() -> str:
    return STYLESHEET.read_text(encoding="utf-8")
