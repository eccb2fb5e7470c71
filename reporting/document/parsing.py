"""A composed document as a tree of elements, for the standard engine.

What our templates write is XML but for elements that have no end, so the parser of XML reads it, which is C and takes a
fifth of the time of WeasyPrint's own parser of any HTML. Whatever it does not understand is left to that one.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import cssselect2  # type: ignore[import-untyped]
import weasyprint
from weasyprint.urls import URLFetcher

# HTML's parser knows drawings without being told, XML's does not.
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg"'
ENDLESS = re.compile(r"<((?:br|col|meta|wbr)\b[^<>]*?)/?>")
DOCTYPE = re.compile(r"\s*<!doctype html>", re.IGNORECASE)


class ParsedHTML(weasyprint.HTML):  # type: ignore[misc]
    """A document of elements that were parsed before, with the attributes that WeasyPrint's own has."""

    def __init__(self, root: ET.Element, *, base_url: str, url_fetcher: URLFetcher) -> None:
        self.base_url = base_url
        self.url_fetcher = url_fetcher
        self.media_type = "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element


def open_html(html: str, *, base_url: str, url_fetcher: URLFetcher) -> weasyprint.HTML:
    """The document, to be laid out."""
    try:
        root = parse(html)
    except ET.ParseError:
        return weasyprint.HTML(string=html, base_url=base_url, url_fetcher=url_fetcher)
    return ParsedHTML(root, base_url=base_url, url_fetcher=url_fetcher)


def parse(html: str) -> ET.Element:
    """The elements of a document that is XML but for elements without an end.

    Raises:
        ET.ParseError: it is not, or defines entities.
    """
    begin = DOCTYPE.match(html)
    if begin is None or "<!" in html[begin.end() :] or html.count("<svg") != html.count(DRAWING):
        raise ET.ParseError("Not a document of ours.")
    # Without definitions of its own there is nothing to expand.
    return ET.fromstring(ENDLESS.sub(r"<\1/>", html[begin.end() :]))  # noqa: S314
