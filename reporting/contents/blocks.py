"""The parts that reports are built of, as plain data. Each block names the template that draws it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from django.utils.safestring import SafeString

from lasso.language import translate as _
from reporting.contents.marks import SIGNS, WORDS, Change, Tone
from reporting.contents.tables import Cell, Column, ColumnGroup, Row, Table, row

__all__ = [
    "BarChart",
    "Block",
    "Bullets",
    "Cell",
    "Change",
    "Charts",
    "Check",
    "Checks",
    "Column",
    "ColumnGroup",
    "Content",
    "Definition",
    "Definitions",
    "Fact",
    "Facts",
    "Heading",
    "LineChart",
    "LineSeries",
    "Note",
    "Notice",
    "Paragraph",
    "Picture",
    "Row",
    "Section",
    "Table",
    "Tile",
    "Tone",
    "row",
]


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what is known; several lines where there are several; `change` since last year."""

    label: str
    lines: tuple[str, ...]
    change: Change = Change.NONE


@dataclass(frozen=True, slots=True)
class Facts:
    """A list of labels and values; `is_two_column` sets short facts side by side, read row by row.

    `goes_on` is set where the list is printed in parts: another follows at once.
    """

    template: ClassVar[str] = "blocks/facts.html.jinja"
    facts: tuple[Fact, ...]
    is_two_column: bool = False
    goes_on: bool = False

    @property
    def pairs(self) -> tuple[tuple[Fact, ...], ...]:
        """The facts two by two, as they stand in a row."""
        return tuple(self.facts[place : place + 2] for place in range(0, len(self.facts), 2))


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison: what each side says, the verdict and why, and the law that the rule comes from."""

    subject: str
    tone: Tone
    reason: str
    sides: tuple[tuple[str, str], ...] = ()  # (who says it, what it says)
    rule: str = ""  # "årsregnskabsloven § 138"

    @property
    def sign(self) -> str:
        """The verdict's sign."""
        return SIGNS[self.tone]

    @property
    def word(self) -> str:
        """The verdict's word, translated."""
        return _(WORDS[self.tone])


@dataclass(frozen=True, slots=True)
class Checks:
    """Comparisons with their verdicts."""

    template: ClassVar[str] = "blocks/checks.html.jinja"
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that must not be overlooked."""

    template: ClassVar[str] = "blocks/notice.html.jinja"
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

    template: ClassVar[str] = "blocks/paragraph.html.jinja"
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """Small print that belongs to the block before it, and stays on its page."""

    template: ClassVar[str] = "blocks/note.html.jinja"
    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of sentences."""

    template: ClassVar[str] = "blocks/bullets.html.jinja"
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A term and what it means."""

    term: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Definitions:
    """Terms with their meanings, in small print: how ratios are computed, what signs stand for."""

    template: ClassVar[str] = "blocks/definitions.html.jinja"
    definitions: tuple[Definition, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a section."""

    template: ClassVar[str] = "blocks/heading.html.jinja"
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing that takes the whole width; `legend` pairs a small drawing with its meaning.

    `description` is the text alternative, which the drawing carries as its title; `caption` stands above it.
    """

    template: ClassVar[str] = "blocks/picture.html.jinja"
    svg: SafeString
    description: str
    legend: tuple[tuple[SafeString, str], ...] = ()
    caption: str = ""


@dataclass(frozen=True, slots=True)
class BarChart:
    """A small chart: the bars are drawn, their values and labels stand in a table beneath.

    Made by `reporting.charts.figures.bar_chart`.
    """

    title: str
    svg: SafeString
    description: str
    values: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineSeries:
    """One line of a line chart in the table beneath: how it is drawn, its name and its values as text."""

    swatch: SafeString
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineChart:
    """A small chart of several lines, told apart by dashes and markers; the values stand in a table beneath.

    Made by `reporting.charts.figures.line_chart`.
    """

    title: str
    svg: SafeString
    description: str
    labels: tuple[str, ...]
    series: tuple[LineSeries, ...]


@dataclass(frozen=True, slots=True)
class Charts:
    """Charts side by side, two in a row, bars and lines as they come."""

    template: ClassVar[str] = "blocks/charts.html.jinja"
    charts: tuple[BarChart | LineChart, ...]

    @property
    def pairs(self) -> tuple[tuple[BarChart | LineChart, ...], ...]:
        """The charts two by two, as they stand in a row."""
        return tuple(self.charts[place : place + 2] for place in range(0, len(self.charts), 2))


Block = Facts | Table | Checks | Notice | Paragraph | Note | Bullets | Definitions | Heading | Picture | Charts


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of the report with the source of what it says; `is_kept`: short, and not split over pages."""

    title: str
    blocks: tuple[Block, ...]
    source: str = ""
    is_kept: bool = False


# What a tile holds in one line at its ordinary size.
LONGEST_WORD = 17


@dataclass(frozen=True, slots=True)
class Tile:
    """One of the few facts that stand at the top of the summary."""

    label: str
    value: str
    detail: str = ""

    @property
    def has_long_word(self) -> bool:
        """Whether a word of the value finds no room in its width at the ordinary size."""
        return any(len(word) > LONGEST_WORD for word in self.value.split())


@dataclass(frozen=True, slots=True)
class Content:
    """What a report type says of a company: the summary's tiles and findings, and the sections.

    `lead` is a short text in plain words that opens the summary.
    """

    tiles: tuple[Tile, ...]
    sections: tuple[Section, ...]
    findings: tuple[Check, ...] = ()
    lead: str = ""
    shortcomings: tuple[str, ...] = field(default=())
