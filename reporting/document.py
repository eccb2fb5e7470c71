"""HTML to PDF: the one place that knows WeasyPrint.

One font configuration and one parsed stylesheet serve the whole process. That is quicker, and it keeps memory flat:
WeasyPrint 70.0 leaks a quarter of a megabyte with every `FontConfiguration`. Nothing is fetched while rendering except
our own files; metadata (title, author, creation time) come from the document's `<title>` and `<meta>` elements, so the
same HTML gives the same bytes.
"""

from __future__ import annotations

import gc
import logging
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

from reporting.fonts import FONTCONFIG_FILE, require_fonts

# Read by fontconfig when the first font is looked up, so before WeasyPrint is imported. An operator's own file wins.
os.environ.setdefault("FONTCONFIG_FILE", str(FONTCONFIG_FILE))

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcherResponse

ASSETS = Path(settings.BASE_DIR) / "templates" / "reports"
STYLESHEET = ASSETS / "report.css"
# It tells of every page that it begins: too much for a log of a hundred thousand reports.
logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)
# Tagged, with language and title, so that screen readers can read it.
PDF_VARIANT = "pdf/ua-1"


class ForeignAddressError(FatalURLFetchingError):
    """A document asked for something that is not our own file; no report may do that."""


class OwnFilesFetcher(URLFetcher):  # type: ignore[misc]
    """Reads files below `ASSETS` and nothing else: no network, no other path, no data: address.

    Raises:
        ForeignAddressError: for everything else; it stops the rendering.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"file"}, allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Open one of our own files."""
        parts = urlsplit(url)
        path = Path(unquote(parts.path)).resolve()
        if parts.scheme != "file" or parts.netloc or not path.is_relative_to(ASSETS):
            raise ForeignAddressError(
                f"A report asked for {url[:200]!r}; only files below {ASSETS.name}/ may be read while rendering."
            )
        return super().fetch(url, headers)


class _Press:
    """What a process keeps between reports: fonts, the parsed stylesheet, decoded images."""

    def __init__(self) -> None:
        require_fonts()
        self.fetcher = OwnFilesFetcher()
        self.fonts = FontConfiguration()
        self.stylesheet = weasyprint.CSS(
            string=STYLESHEET.read_text(encoding="utf-8"),
            base_url=STYLESHEET.as_uri(),
            url_fetcher=self.fetcher,
            font_config=self.fonts,
        )
        self.images: dict[str, Any] = {}

    def print(self, html: str) -> bytes:
        """The PDF of one document."""
        document = weasyprint.HTML(string=html, base_url=STYLESHEET.as_uri(), url_fetcher=self.fetcher)
        pdf: bytes = document.write_pdf(
            stylesheets=[self.stylesheet], font_config=self.fonts, cache=self.images, pdf_variant=PDF_VARIANT
        )
        return pdf


@cache
def _press() -> _Press:
    return _Press()


def render_pdf(html: str) -> bytes:
    """The PDF of a composed report (`contents.Composition.html`): tagged, with bookmarks and metadata.

    The same HTML gives the same bytes. With the collector off (`freeze_collector`), the garbage of this one report is
    collected before it returns.

    Raises:
        ForeignAddressError: the document refers to anything but our own files.
        FontMissingError: the font of the reports is not installed.
    """
    pdf = _press().print(html)
    if not gc.isenabled():
        gc.collect()
    return pdf


def warm_up() -> None:
    """Render a small document, so that processes forked from this one inherit the fonts and the parsed stylesheet."""
    render_pdf(
        '<!doctype html><html lang="da"><title>Opvarmning</title>'
        "<body><h2>Æ</h2><p>Ø <b>å</b></p><table><tr><td>1.234</td></tr></table></body></html>"
    )


def freeze_collector() -> None:
    """Take the collector out of the rendering: it costs a seventh of the time and `render_pdf` runs it once a report.

    For processes that render and do little else. What lives now is never looked at again.
    """
    gc.collect()
    gc.freeze()
    gc.disable()
