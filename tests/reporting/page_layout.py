"""Where everything stands on a report's pages, walked in the layout tree of the standard engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from weasyprint.formatting_structure import boxes

from reporting.document.standard import press

MILLIMETRE = 96 / 25.4
PAPER = (210 * MILLIMETRE, 297 * MILLIMETRE)
SIDE, TOP, BOTTOM = 18 * MILLIMETRE, 24 * MILLIMETRE, 20 * MILLIMETRE
LEFT, RIGHT, FOOT = SIDE, PAPER[0] - SIDE, PAPER[1] - BOTTOM
HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
# What stands over something else and must not be the last on its page.
LEADING = HEADINGS | {".source", ".caption", "thead", ".chart-title"}


@dataclass(frozen=True)
class Leaf:
    """A piece of text or a picture, with the elements and classes that it stands in."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    within: frozenset[str]


@dataclass(frozen=True)
class Piece:
    """The part of an element that stands on a page."""

    page: int
    top: float
    bottom: float


@dataclass
class Layout:
    """The pages of a document: the leaves of each, and the pieces of each row of a table by its element."""

    pages: list[list[Leaf]]
    rows: dict[int, list[Piece]]
    row_kinds: dict[int, frozenset[str]]
    table_rows: dict[int, dict[int, int]]  # rows of each table's body by page


def lay_out(html: str) -> Layout:
    """The document's pages as they are printed."""
    return layout_of(press().lay_out(html))


def layout_of(document: Any) -> Layout:
    """Where everything stands on the pages of a document that the standard engine has laid out."""
    layout = Layout([], defaultdict(list), {}, defaultdict(lambda: defaultdict(int)))
    for number, page in enumerate(document.pages):
        leaves: list[Leaf] = []
        for box in page._page_box.children:
            if not isinstance(box, boxes.MarginBox):
                leaves += _leaves(box, frozenset(), number, layout, None)
        layout.pages.append(leaves)
    return layout


def _leaves(box: Any, within: frozenset[str], page: int, layout: Layout, table: int | None) -> Iterator[Leaf]:
    element = getattr(box, "element", None)
    if element is not None and box.element_tag:
        classes = (f".{name}" for name in (element.get("class") or "").split())
        within = within | {box.element_tag, *classes}
        if isinstance(box, boxes.TableBox):
            table = id(element)
        if isinstance(box, boxes.TableRowBox):
            layout.rows[id(element)].append(Piece(page, box.position_y, box.position_y + box.height))
            layout.row_kinds[id(element)] = within
            if "tbody" in within and table is not None:
                layout.table_rows[table][page] += 1
    if isinstance(box, boxes.TextBox | boxes.ReplacedBox):
        text = box.text if isinstance(box, boxes.TextBox) else "(picture)"
        if text.strip():
            x, y = box.position_x, box.position_y
            yield Leaf(text, x, y, x + box.width, y + box.height, within)
    for child in getattr(box, "children", ()):
        yield from _leaves(child, within, page, layout, table)


def outside(layout: Layout) -> list[str]:
    """The texts and pictures that leave the area that a page has for them."""
    return [
        f"page {number}: {leaf.text[:60]}"
        for number, leaves in enumerate(layout.pages, start=1)
        for leaf in leaves
        if leaf.left < LEFT - 0.5
        or leaf.right > RIGHT + 0.5
        or leaf.bottom > FOOT + 0.5
        or (leaf.top < TOP - 0.5 and ".cover" not in leaf.within)
    ]


def headings_left_alone(layout: Layout) -> list[str]:
    """The headings, captions and heads of tables after which their page has nothing more."""
    last = [max(leaves, key=lambda leaf: leaf.bottom) for leaves in layout.pages if leaves]
    return [leaf.text for leaf in last if leaf.within & LEADING]


def split_rows(layout: Layout) -> list[list[Piece]]:
    """The rows of tables that begin on one page and end on another though a page would hold them."""
    return [
        pieces
        for element, pieces in layout.rows.items()
        if len(pieces) > 1
        and "thead" not in layout.row_kinds[element]
        and ".facts" not in layout.row_kinds[element]
        and sum(piece.bottom - piece.top for piece in pieces) < (FOOT - TOP) * 0.9
    ]


def rows_left_alone(layout: Layout) -> int:
    """How many tables have a single row on their last page, the others before."""
    return sum(len(pages) > 1 and pages[max(pages)] == 1 for pages in layout.table_rows.values())


def overlapping(layout: Layout) -> list[tuple[str, str]]:
    """Texts of one page that lie on one another by more than a hair."""
    found = []
    for leaves in layout.pages:
        texts = sorted((leaf for leaf in leaves if leaf.text != "(picture)"), key=lambda leaf: leaf.top)
        for place, one in enumerate(texts):
            for other in texts[place + 1 :]:
                if other.top > one.bottom - 2.5:
                    break
                if one.left + 1 < other.right and other.left + 1 < one.right:
                    found.append((one.text[:40], other.text[:40]))
    return found
