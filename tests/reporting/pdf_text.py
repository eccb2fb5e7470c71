"""What a PDF says and where, for the tests."""

from __future__ import annotations

import io
from functools import cache, lru_cache
from typing import Any

from pypdf import PdfReader
from weasyprint.formatting_structure import boxes

from reporting.contents.composing import compose
from reporting.document import render_pdf
from reporting.document.standard import press
from reporting.material import Material


def reader(pdf: bytes) -> Any:
    """The PDF, opened."""
    return PdfReader(io.BytesIO(pdf))


def page_texts(pdf: bytes) -> list[str]:
    """Each page's text, all white space made single spaces."""
    return list(_page_texts(pdf))


@lru_cache(maxsize=20)
def _page_texts(pdf: bytes) -> tuple[str, ...]:
    return tuple(plain(page.extract_text()) for page in reader(pdf).pages)


def plain(text: str) -> str:
    """Text with single ordinary spaces."""
    return " ".join(text.replace("\u00a0", " ").split())


def printed(material: Material) -> bytes:
    """The report's PDF, which several tests may look at."""
    return _printed(compose(material).html)


@lru_cache(maxsize=20)
def _printed(html: str) -> bytes:
    return render_pdf(html)


def said(material: Material) -> str:
    """All that the report's HTML says, as plain text."""
    return plain(" ".join(_texts(compose(material).html)))


@cache
def _texts(html: str) -> tuple[str, ...]:
    from lxml.html import document_fromstring

    return tuple(str(text) for body in document_fromstring(html).iter("body") for text in body.itertext())


def overflowing(html: str) -> list[str]:
    """The texts that reach over an edge of their page."""
    pages = press().lay_out(html).pages
    return [
        box.text
        for page in pages
        for box in page._page_box.descendants()
        if isinstance(box, boxes.TextBox) and not _is_inside(box, page)
    ]


def _is_inside(box: Any, page: Any) -> bool:
    starts_inside = box.position_x >= -0.5 and box.position_y >= -0.5
    ends_inside = box.position_x + box.width <= page.width + 0.5 and box.position_y + box.height <= page.height + 0.5
    return bool(starts_inside and ends_inside)
