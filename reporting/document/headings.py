"""The bookmarks of a composed document: its title, the headings of its sections, and those within them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

# As our templates write them: no heading holds another.
HEADING = re.compile(r"<h([123])([^>]*)>(.*?)</h\1>", re.DOTALL)
OWN_PLACE = re.compile(r' id="([^"]+)"')
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A heading of one of three levels and the name of the place where it stands."""

    level: int
    title: str
    place: str


def marked(html: str) -> tuple[str, tuple[Bookmark, ...]]:
    """The document with a named place at each heading, and the bookmarks that point there, in their order.

    The engine writes the name of a place into the PDF where a link leads to it; these links are empty, so nobody sees
    or meets them.
    """
    found: list[Bookmark] = []

    def mark(match: re.Match[str]) -> str:
        level, attributes, inside = match.groups()
        own = OWN_PLACE.search(attributes)
        place = own.group(1) if own else f"overskrift-{len(found) + 1}"
        found.append(Bookmark(int(level), " ".join(unescape(TAG.sub("", inside)).split()), place))
        return match.group() if own else f'<h{level}{attributes} id="{place}">{inside}</h{level}>'

    named = HEADING.sub(mark, html)
    links = "".join(f'<a href="#{bookmark.place}"></a>' for bookmark in found)
    return named.replace("</body>", f"{links}</body>"), tuple(found)
