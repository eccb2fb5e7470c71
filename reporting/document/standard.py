"""The standard engine, WeasyPrint: tagged PDFs with bookmarks, archival ones on request.

One font configuration and one parsed stylesheet serve the whole process. That is quicker, and it keeps memory flat:
WeasyPrint 70.0 leaks a quarter of a megabyte with every `FontConfiguration`. Title, author and moment of creation come
from the document's `<title>` and `<meta>` elements.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from lasso.stack_room import with_stack_room
from reporting.document.addresses import STYLESHEET, ForeignAddressError, own_file
from reporting.document.head import read_head
from reporting.document.page_numbers import are_right, places_in_contents, with_page_numbers
from reporting.document.reading import PDFShapeError
from reporting.fonts import use_report_fonts

# Read by fontconfig when the first font is looked up, so before WeasyPrint is imported.
use_report_fonts()

# It tells of every page that it begins: too much for a log of a hundred thousand reports.
logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)

import weasyprint  # noqa: E402 - after what it reads at its import
from weasyprint.text.fonts import FontConfiguration  # noqa: E402
from weasyprint.urls import FatalURLFetchingError, URLFetcher  # noqa: E402

from reporting.document.parsing import open_html  # noqa: E402

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcherResponse

logger = logging.getLogger(__name__)

# With language, title and structure, so that screen readers can read it.
TAGGED = "pdf/ua-1"
# The same structure in a form that archives keep, which may hold files of any kind.
ARCHIVAL = "pdf/a-3a"
ATTACHMENT_NAME = "report.json"


class _RefusalError(FatalURLFetchingError):  # type: ignore[misc]
    """Gets a refusal out through WeasyPrint, which goes on after every ordinary error of a fetcher."""


class OwnFilesFetcher(URLFetcher):  # type: ignore[misc]
    """Reads our own files and nothing else; keeps the first refusal, because pictures are left out without a word."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"file"}, allow_redirects=False, fail_on_errors=True)
        self.refusal: ForeignAddressError | None = None

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Open one of our own files.

        Raises:
            _RefusalError: for everything else.
        """
        try:
            own_file(url)
        except ForeignAddressError as error:
            self.refusal = self.refusal or error
            raise _RefusalError(str(error)) from error
        return super().fetch(url, headers)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Raise the refusal that was met inside the block, however far the engine got."""
        self.refusal = None
        try:
            yield
        except _RefusalError as refusal:
            raise ForeignAddressError(str(refusal)) from refusal
        if self.refusal:
            raise self.refusal


class Press:
    """What a process keeps between reports: fonts, the parsed stylesheet, decoded images."""

    def __init__(self) -> None:
        self.fetcher = OwnFilesFetcher()
        fonts = FontConfiguration()
        stylesheet = weasyprint.CSS(
            string=STYLESHEET.read_text(encoding="utf-8"),
            base_url=STYLESHEET.as_uri(),
            url_fetcher=self.fetcher,
            font_config=fonts,
        )
        images: dict[str, Any] = {}
        self.options = {"font_config": fonts, "stylesheets": [stylesheet], "cache": images, "pdf_variant": TAGGED}

    @with_stack_room
    def lay_out(self, html: str, **options: Any) -> weasyprint.Document:
        """The document's pages, not yet written.

        Raises:
            ForeignAddressError: it refers to anything but our own files.
        """
        with self.fetcher.watched():
            if pages := _foretold(html):
                document = self._render(with_page_numbers(html, pages), **options)
                if are_right(pages, (page.anchors for page in document.pages)):
                    return document
                logger.info("The engines break pages at other places; the table of contents is made by the slow way.")
            return self._render(html, **options)

    @with_stack_room
    def write(self, document: weasyprint.Document, **options: Any) -> bytes:
        """The pages as a PDF."""
        pdf: bytes = document.write_pdf(**{"pdf_variant": TAGGED, **options})
        return pdf

    def print(self, html: str, *, data: bytes | None = None) -> bytes:
        """The document as a PDF: tagged, and archival where there is data to attach."""
        if data is None:
            document, archival = self.lay_out(html), {}
        else:
            document, archival = self.lay_out(html, pdf_variant=ARCHIVAL), _archival(html, data)
        with self.fetcher.watched():
            return self.write(document, **archival)

    def _render(self, html: str, **options: Any) -> weasyprint.Document:
        document = open_html(html, base_url=STYLESHEET.as_uri(), url_fetcher=self.fetcher)
        return document.render(**{**self.options, **options})


def _foretold(html: str) -> dict[str, int]:
    """The pages of the places in the table of contents, as the fast engine breaks pages; nothing when there is none.

    WeasyPrint's own `target-counter` lays the page of the table out three times, which takes five times as long.
    """
    places = places_in_contents(html)
    if not places:
        return {}
    # Loaded where it is first asked for: most processes need both engines sooner or later.
    from reporting.document.fast import pages_of_places

    try:
        known = pages_of_places(html)
    except PDFShapeError as error:
        logger.warning("The fast engine does not say where pages break: %s", error)
        return {}
    return {place: known[place] for place in places} if places <= known.keys() else {}


def _archival(html: str, data: bytes) -> dict[str, Any]:
    head = read_head(html)
    attachment = weasyprint.Attachment(
        string=data,
        name=ATTACHMENT_NAME,
        description=head.title,
        # Not the moment of writing: the same report is the same bytes.
        created=head.created,
        modified=head.created,
        relationship="Data",
    )
    return {"pdf_variant": ARCHIVAL, "attachments": [attachment], "finisher": _name_files_once}


def _name_files_once(_document: weasyprint.Document, pdf: Any) -> None:
    """WeasyPrint 70.0 names each attached file twice among the associated ones."""
    files = pdf.catalog["AF"]
    files[:] = dict.fromkeys(files)


@cache
def press() -> Press:
    """The one press of this process."""
    return Press()
