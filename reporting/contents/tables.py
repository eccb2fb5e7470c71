"""Tables of reports, as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from reporting.contents.formats import MINUS
from reporting.contents.marks import Change

# Tables of so many rows are kept on one page; what is longer may go on over the next.
SMALL, SMALL_OF_FIGURES = 8, 13


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's cell: the text, a smaller line beneath, and behind it a badge: `mark` in words of your own, or what
    `change` says."""

    text: str
    detail: str = ""
    mark: str = ""
    change: Change = Change.NONE

    @property
    def badge(self) -> str:
        """The words of the badge, if there is one."""
        return self.mark or self.change.word

    @property
    def is_negative(self) -> bool:
        """Whether it is a figure below nought: it has a minus, and a colour besides."""
        return self.text.startswith(MINUS)


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column; `width` is a whole percentage of the table, `is_numeric` sets it flush right.

    `is_share` is for the percentages that go with the amounts to their left (a common-size balance): flush right,
    smaller and fainter.
    """

    title: str
    width: int
    is_numeric: bool = False
    is_share: bool = False

    @property
    def css_class(self) -> str:
        """The class of its cells."""
        if self.is_share:
            return "numeric share"
        return "numeric" if self.is_numeric else ""


@dataclass(frozen=True, slots=True)
class ColumnGroup:
    """A heading over `span` columns, "" where none is needed (over the column of labels)."""

    title: str
    span: int


@dataclass(frozen=True, slots=True)
class Row:
    """A table's row; its first cell is its heading.

    `kind` is "", "total", "heading" (of the rows that follow) or "former" (no longer in force); `level` says how far
    the first cell is indented (0–6); `change` draws a bar before the row and a badge behind its first cell.
    """

    cells: tuple[Cell, ...]
    kind: str = ""
    level: int = 0
    change: Change = Change.NONE

    @property
    def css_class(self) -> str:
        """The classes of the row."""
        return " ".join(
            word
            for word in (self.kind, f"level-{self.level}" if self.level else "", "fresh" * bool(self.change))
            if word
        )


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a heading row that is repeated on each page; `empty` is said when it has no rows.

    `groups` are headings over several columns (a year over amount and percentage); their spans add up to the number
    of columns. `is_dense` is for figures: rows stand closer. A figure that begins with a minus is coloured besides.
    """

    template: ClassVar[str] = "blocks/table.html.jinja"
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    title: str = ""
    note: str = ""
    empty: str = ""
    is_dense: bool = False
    groups: tuple[ColumnGroup, ...] = ()

    @property
    def is_small(self) -> bool:
        """Whether it is better kept on one page."""
        return len(self.rows) <= (SMALL_OF_FIGURES if self.is_dense else SMALL)

    @property
    def heads(self) -> Iterator[tuple[Column, str]]:
        """The columns with the classes of their cells; a column of words has room from figures before it."""
        is_after_figures = False
        for column in self.columns:
            yield column, "after-numeric" if is_after_figures and not column.css_class else column.css_class
            is_after_figures = bool(column.css_class)

    @property
    def lines(self) -> Iterator[tuple[Row, Cell, Iterator[tuple[Cell, str]]]]:
        """The rows, each with its heading and the other cells with their classes."""
        classes = [css_class for _column, css_class in self.heads]
        for one in self.rows:
            yield one, one.cells[0], zip(one.cells[1:], classes[1:], strict=True)


def row(*cells: Cell | str, kind: str = "", level: int = 0, change: Change = Change.NONE) -> Row:
    """A row of cells, plain texts made into cells."""
    return Row(tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in cells), kind, level, change)
