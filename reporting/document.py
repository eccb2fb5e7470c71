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
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

from reporting.fonts import FONTCONFIG_FILE, require_fonts

# Read by fontconfig when the first font is looked up, so before WeasyPrint is imported. An operator's own file wins.
os.environ.setdefault("FONTCONFIG_FILE", str(FONTCONFIG_FILE))

# It tells of every page that it begins: too much for a log of a hundred thousand reports.
logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)

import weasyprint  # noqa: E402 - after what it reads at its import
from weasyprint.text.fonts import FontConfiguration  # noqa: E402
from weasyprint.urls import FatalURLFetchingError, URLFetcher  # noqa: E402

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcherResponse

ASSETS = Path(settings.BASE_DIR) / "templates" / "reports"
STYLESHEET = ASSETS / "report.css"
# Tagged, with language and title, so that screen readers can read it.
PDF_VARIANT = "pdf/ua-1"


class ForeignAddressError(Exception):
    """A document asked for something that is not our own file; no report may do that."""


class _RefusalError(FatalURLFetchingError):  # type: ignore[misc]
    """Gets a refusal out through WeasyPrint, which goes on after every ordinary error of a fetcher."""


class OwnFilesFetcher(URLFetcher):  # type: ignore[misc]
    """Reads files below `ASSETS` and nothing else: no network, no other path, no data: address.

    Raises:
        _RefusalError: for everything else.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"file"}, allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Open one of our own files."""
        parts = urlsplit(url)
        path = Path(unquote(parts.path)).resolve()
        if parts.scheme != "file" or parts.netloc or not path.is_relative_to(ASSETS):
            raise _RefusalError(
                f"A report asked for {url[:200]!r}; only files below {ASSETS.name}/ may be read while rendering."
            )
        return super().fetch(url, headers)


class Press:
    """What a process keeps between reports: fonts, the parsed stylesheet, decoded images."""

    def __init__(self) -> None:
        require_fonts()
        self.fetcher = OwnFilesFetcher()
        fonts = FontConfiguration()
        stylesheet = weasyprint.CSS(
            string=STYLESHEET.read_text(encoding="utf-8"),
            base_url=STYLESHEET.as_uri(),
            url_fetcher=self.fetcher,
            font_config=fonts,
        )
        images: dict[str, Any] = {}
        self.options = {
            "font_config": fonts,
            "stylesheets": [stylesheet],
            "cache": images,
            "pdf_variant": PDF_VARIANT,
        }

    def lay_out(self, html: str) -> weasyprint.Document:
        """The document's pages, not yet written."""
        with _refusals():
            return self._open(html).render(**self.options)

    def print(self, html: str) -> bytes:
        """The document as a PDF."""
        with _refusals():
            pdf: bytes = self._open(html).write_pdf(**self.options)
        return pdf

    def _open(self, html: str) -> weasyprint.HTML:
        return weasyprint.HTML(string=html, base_url=STYLESHEET.as_uri(), url_fetcher=self.fetcher)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except _RefusalError as refusal:
        raise ForeignAddressError(str(refusal)) from refusal


@cache
def press() -> Press:
    """The one press of this process."""
    return Press()


def render_pdf(html: str) -> bytes:
    """The PDF of a composed report (`contents.Composition.html`): tagged, with bookmarks and metadata.

    The same HTML gives the same bytes. With the collector off (`freeze_collector`), the garbage of this one report is
    collected before it returns.

    Raises:
        ForeignAddressError: the document refers to anything but our own files.
        FontMissingError: the font of the reports is not installed.
    """
    pdf = press().print(html)
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
