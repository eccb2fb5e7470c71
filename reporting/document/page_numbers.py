"""The numbers of pages in a document's table of contents: where they go, and whether they are right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

# An empty link to a place, where the number of its page belongs.
PAGE_NUMBER = re.compile(r'(<a class="page" href="#([^"]+)">)(</a>)')


def places_in_contents(html: str) -> frozenset[str]:
    """The places whose page numbers the document asks for; none without a table of contents."""
    return frozenset(match[2] for match in PAGE_NUMBER.finditer(html))


def with_page_numbers(html: str, pages: Mapping[str, int | str]) -> str:
    """The document with the numbers of the pages, from 1, that the places are on.

    A number takes no room from anything else, so it moves nothing.
    """
    return PAGE_NUMBER.sub(lambda link: f"{link[1]}{pages.get(link[2], '')}{link[3]}", html)


def are_right(pages: Mapping[str, int], anchors: Iterable[Iterable[str]]) -> bool:
    """Whether each place is on the page that it was said to be on; `anchors` names the places on each page in turn."""
    found: dict[str, int] = {}
    for number, places in enumerate(anchors, start=1):
        for place in places:
            found.setdefault(place, number)
    return all(found.get(place) == number for place, number in pages.items())
