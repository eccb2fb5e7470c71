"""Writes the numbers of pages into the table of contents of a PDF that the fast engine has written.

The engine cannot say in the text which page a place is on, and laying the document out again to tell it would cost as
much as the first time. So the table is printed with stand-ins, and of the page that it stands on the drawing is
appended anew, with the numbers in their places (ISO 32000-1, 7.5.6).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from reporting.document.reading import PDFShapeError, Written, number

# As wide as most numbers are; figures are all of one width.
STAND_IN = "00"
# The table stands on the first page, or after what does not leave it room there.
PAGES_SEARCHED = 4
DECIMAL = rb"-?\d+(?:\.\d+)?"
# Cairo's lines: the page's y axis points down; a text's matrix, or its move to the next line; its font; and a stand-in.
UPRIGHT = re.compile(rb"1 0 0 -1 0 (" + DECIMAL + rb") cm\n")
TOKEN = re.compile(
    rb"^(?:(?P<matrix>"
    + rb" ".join([DECIMAL] * 6)
    + rb") Tm|(?P<move>"
    + rb" ".join([DECIMAL] * 2)
    + rb") Td|/(?P<font>[\w-]+) \S+ Tf|(?P<stand_in>\("
    + STAND_IN.encode()
    + rb"\)Tj))$",
    re.MULTILINE,
)
RECTANGLE = re.compile(rb"/Rect\s*\[\s*(" + rb"\s+".join([DECIMAL] * 4) + rb")\s*\]")
DESTINATION = re.compile(rb"/Dest\s*\(([^)]*)\)")
WIDTHS = re.compile(rb"/Widths\s*\[([^\]]*)\]")


class StandIn(NamedTuple):
    """Where a stand-in is drawn: its part of the drawing, its point on the page, and the name of its font there."""

    begin: int
    end: int
    x: float
    y: float
    font: bytes


class Link(NamedTuple):
    """A link's rectangle on the page, and the place that it leads to."""

    left: float
    bottom: float
    right: float
    top: float
    place: str

    def holds(self, stand_in: StandIn) -> bool:
        """Whether the stand-in is drawn inside."""
        return self.left <= stand_in.x <= self.right and self.bottom <= stand_in.y <= self.top


def numbered(written: Written, *, count: int, pages: Mapping[str, int]) -> dict[int, bytes]:
    """The objects of the PDF that change when its `count` stand-ins become the numbers of the pages they lead to.

    Raises:
        PDFShapeError: not all of them were found, or a figure is missing from their font; nothing is known then.
    """
    for page in written.pages[:PAGES_SEARCHED]:
        description = written.object(page)
        links = list(_links(written, description))
        drawing = written.content(number(description, b"Contents")) if links else b""
        found = [
            (stand_in, link.place)
            for stand_in in _stand_ins(drawing)
            for link in links
            if link.holds(stand_in) and link.place in pages
        ]
        if found:
            if len(found) != count:
                raise PDFShapeError(f"{len(found)} of {count} numbers of pages have a place on the page of contents.")
            figures = _figures_of(written, description, {stand_in.font for stand_in, _place in found})
            return {number(description, b"Contents"): _redrawn(drawing, found, pages, figures)}
    raise PDFShapeError(f"None of {count} numbers of pages has a place on the first {PAGES_SEARCHED} pages.")


def _links(written: Written, page: bytes) -> Iterator[Link]:
    for annotation in written.references(page, b"Annots"):
        described = written.object(annotation)
        rectangle, place = RECTANGLE.search(described), DESTINATION.search(described)
        if rectangle and place:
            left, bottom, right, top = map(float, rectangle[1].split())
            yield Link(left, bottom, right, top, place[1].decode("utf-8", "replace"))


def _stand_ins(drawing: bytes) -> Iterator[StandIn]:
    upright = UPRIGHT.match(drawing)
    if not upright:
        return
    height = float(upright[1])
    x_scale, y_scale, x, y, font = 1.0, 1.0, 0.0, 0.0, b""
    for token in TOKEN.finditer(drawing):
        match token.lastgroup:
            case "matrix":
                x_scale, _, _, y_scale, x, y = map(float, token["matrix"].split())
            case "move":
                right, up = map(float, token["move"].split())
                x, y = x + right * x_scale, y + up * y_scale
            case "font":
                font = token["font"]
            case "stand_in":
                yield StandIn(token.start(), token.end(), x, height - y, font)


def _figures_of(written: Written, page: bytes, fonts: set[bytes]) -> dict[int, float]:
    """The width of each figure (its code, thousandths of the font's size) that the one font of the stand-ins has."""
    if len(fonts) != 1:
        raise PDFShapeError("The numbers of pages are set in more than one font.")
    resources = written.object(number(page, b"Resources"))
    font = written.object(number(resources, re.escape(fonts.pop())))
    widths = WIDTHS.search(font)
    if not widths or b"/WinAnsiEncoding" not in font:
        raise PDFShapeError("The font of the numbers of pages does not have its figures at their usual codes.")
    first = number(font, b"FirstChar")
    known = {first + place: float(width) for place, width in enumerate(widths[1].split())}
    # What the subset lacks has no width.
    return {code: known[code] for code in range(ord("0"), ord("9") + 1) if known.get(code)}


def _redrawn(
    drawing: bytes, found: list[tuple[StandIn, str]], pages: Mapping[str, int], figures: Mapping[int, float]
) -> bytes:
    """The stream of the drawing with each number where its stand-in was, ending where that ended."""
    pieces, position = [], 0
    for stand_in, place in found:
        text = str(pages[place]).encode()
        if not figures.keys() >= {*text, *STAND_IN.encode()}:
            raise PDFShapeError("A figure of the numbers of pages is not in their font.")
        beyond = sum(figures[code] for code in text) - sum(figures[code] for code in STAND_IN.encode())
        pieces += [drawing[position : stand_in.begin], b"[%.6f(%s)]TJ" % (beyond, text)]
        position = stand_in.end
    content = zlib.compress(b"".join([*pieces, drawing[position:]]))
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(content), content)
