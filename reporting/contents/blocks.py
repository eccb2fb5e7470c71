"""The parts that reports are built of, as plain data. Each block names the template that draws it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from django.utils.safestring import SafeString


class Tone(StrEnum):
    """How a verdict is meant; each has a sign and a word of its own, so that colour is never needed."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"
    OPEN = "open"


SIGNS = {Tone.GOOD: "✓", Tone.NOTE: "!", Tone.BAD: "×", Tone.OPEN: "?"}
WORDS = {Tone.GOOD: "I orden", Tone.NOTE: "Bemærk", Tone.BAD: "Afvigelse", Tone.OPEN: "Kan ikke afgøres"}


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what is known; several lines where there are several."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """A list of labels and values."""

    template: ClassVar[str] = "reports/blocks/facts.html"
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's cell: the text, a smaller line beneath, and a mark ("Ny") behind."""

    text: str
    detail: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column; `width` is in percent of the table, `is_numeric` sets it flush right."""

    title: str
    width: int
    is_numeric: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A table's row; `kind` is "", "total", "heading" or "former", `level` how far its first cell is indented."""

    cells: tuple[Cell, ...]
    kind: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a heading row that is repeated on each page; `empty` is said when it has no rows."""

    template: ClassVar[str] = "reports/blocks/table.html"
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    title: str = ""
    note: str = ""
    empty: str = ""
    is_dense: bool = False

    @property
    def lines(self) -> Iterator[tuple[Row, Iterator[tuple[Cell, Column]]]]:
        """The rows, each with its cells and the columns they stand in."""
        return ((row, zip(row.cells, self.columns, strict=True)) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison: what each side says, the verdict and why."""

    subject: str
    tone: Tone
    reason: str
    sides: tuple[tuple[str, str], ...] = ()  # (who says it, what it says)

    @property
    def sign(self) -> str:
        """The verdict's sign."""
        return SIGNS[self.tone]

    @property
    def word(self) -> str:
        """The verdict's word."""
        return WORDS[self.tone]


@dataclass(frozen=True, slots=True)
class Checks:
    """Comparisons with their verdicts."""

    template: ClassVar[str] = "reports/blocks/checks.html"
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that must not be overlooked."""

    template: ClassVar[str] = "reports/blocks/notice.html"
    tone: Tone
    text: str
    title: str = ""

    @property
    def sign(self) -> str:
        """The tone's sign."""
        return SIGNS[self.tone]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    template: ClassVar[str] = "reports/blocks/paragraph.html"
    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of sentences."""

    template: ClassVar[str] = "reports/blocks/bullets.html"
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a section."""

    template: ClassVar[str] = "reports/blocks/heading.html"
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing that takes the whole width; `legend` pairs a small drawing with its meaning."""

    template: ClassVar[str] = "reports/blocks/picture.html"
    svg: SafeString
    description: str
    legend: tuple[tuple[SafeString, str], ...] = ()


@dataclass(frozen=True, slots=True)
class BarChart:
    """A small chart: the bars are drawn, their values and labels stand in a table beneath."""

    title: str
    svg: SafeString
    description: str
    values: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BarCharts:
    """Charts side by side, two in a row."""

    template: ClassVar[str] = "reports/blocks/bar_charts.html"
    charts: tuple[BarChart, ...]

    @property
    def pairs(self) -> tuple[tuple[BarChart, ...], ...]:
        """The charts two by two, as they stand in a row."""
        return tuple(self.charts[place : place + 2] for place in range(0, len(self.charts), 2))


Block = Facts | Table | Checks | Notice | Paragraph | Bullets | Heading | Picture | BarCharts


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of the report with the source of what it says; `is_kept`: short, and not split over pages."""

    title: str
    blocks: tuple[Block, ...]
    source: str = ""
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """One of the few facts that stand at the top of the summary."""

    label: str
    value: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What a report type says of a company: the summary's tiles and findings, and the sections."""

    tiles: tuple[Tile, ...]
    sections: tuple[Section, ...]
    findings: tuple[Check, ...] = ()
    lead: str = ""
    shortcomings: tuple[str, ...] = field(default=())


def row(*cells: Cell | str, kind: str = "", level: int = 0) -> Row:
    """A row of cells, plain texts made into cells."""
    return Row(tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in cells), kind, level)
