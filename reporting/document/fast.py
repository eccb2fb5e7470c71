"""The fast engine, PlutoPrint: the same pages from the same HTML and stylesheet many times faster, without tags.

What it does not write itself (language, bookmarks, moment of creation) is appended to its PDF (`appending`).
"""

from __future__ import annotations

import io
import logging
from functools import cache

from reporting.document.addresses import STYLESHEET, ForeignAddressError, own_file
from reporting.document.appending import append
from reporting.document.head import read_head
from reporting.document.headings import marked
from reporting.document.numbering import STAND_IN, numbered
from reporting.document.page_numbers import places_in_contents, with_page_numbers
from reporting.document.reading import PDFShapeError, Written
from reporting.fonts import use_report_fonts

# Read by fontconfig when the first font is looked up.
use_report_fonts()

import plutoprint  # noqa: E402 - after what it reads

logger = logging.getLogger(__name__)

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
    html, bookmarks = marked(html)
    written, instead = _print_with_contents(html)
    return append(written, head=read_head(html), bookmarks=bookmarks, instead=instead)


def pages_of_places(html: str) -> dict[str, int]:
    """The number of the page, from 1, that each place of the document is on when this engine prints it.

    Only places that links lead to are known.

    Raises:
        ForeignAddressError: it refers to anything but our own files.
        PDFShapeError: the engine cannot say.
    """
    try:
        return _print(html).pages_of_places()
    except plutoprint.Error as error:
        raise PDFShapeError(f"The fast engine did not print the document: {error}") from error


def _print_with_contents(html: str) -> tuple[Written, dict[int, bytes]]:
    """The document as printed, and what changes in it so that its table of contents has the numbers of its pages."""
    places = places_in_contents(html)
    if not places:
        return _print(html), {}
    written = _print(with_page_numbers(html, dict.fromkeys(places, STAND_IN)))
    pages = written.pages_of_places()
    try:
        return written, numbered(written, count=len(places), pages=pages)
    except PDFShapeError as error:
        # Right all the same, in twice the time: the numbers stand in the document.
        logger.warning("A report is printed twice, for the numbers of its pages: %s", error)
        return _print(with_page_numbers(html, pages)), {}


def _print(html: str) -> Written:
    # The engine reads these addresses itself. In a text of ours the quotation mark is escaped.
    if '="data:' in html:
        raise ForeignAddressError("A report asked for a data: address; only files of ours may be read while rendering.")
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
