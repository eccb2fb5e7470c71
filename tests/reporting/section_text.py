"""What a section says, row by row, for tests of contents: no PDF is needed to read it."""

from __future__ import annotations

from collections.abc import Iterator

from reporting.contents.blocks import (
    Bullets,
    Cell,
    Checks,
    Facts,
    Heading,
    Note,
    Notice,
    Paragraph,
    Row,
    Section,
    Table,
)
from tests.reporting.pdf_text import plain


def rows(section: Section, title: str = "") -> list[str]:
    """The rows of the section's table with that title: cells with " | " between, badges in brackets."""
    [table] = [block for block in section.blocks if isinstance(block, Table) and block.title == title]
    return [row_text(one) for one in table.rows]


def row_text(row: Row) -> str:
    """One row; a change without words of its own is told by its word."""
    first, *others = row.cells
    badge = first.badge or row.change.word
    return plain(" | ".join([_cell(first, badge), *(_cell(cell, cell.badge) for cell in others)]))


def titles(section: Section) -> list[str]:
    """The titles of the section's tables, in their order."""
    return [block.title for block in section.blocks if isinstance(block, Table)]


def facts(section: Section) -> dict[str, str]:
    """The section's facts by label, a changed one with its badge."""
    return {
        fact.label: plain(" / ".join(fact.lines) + (f" [{fact.change.word}]" if fact.change else ""))
        for block in section.blocks
        if isinstance(block, Facts)
        for fact in block.facts
    }


def sentences(section: Section) -> list[str]:
    """Paragraphs, notices, notes, bullets and what tables say beneath or in place of rows."""
    return [plain(text) for block in section.blocks for text in _sentences(block) if text]


def everything(section: Section) -> str:
    """All of the section in one line."""
    parts = [section.title, *sentences(section), *facts(section).values()]
    for block in section.blocks:
        if isinstance(block, Table):
            parts += [block.title, *(row_text(one) for one in block.rows)]
        elif isinstance(block, Checks):
            parts += [f"{check.subject} {check.reason} {check.rule} {check.sides}" for check in block.checks]
    return plain(" ".join(parts))


def _cell(cell: Cell, badge: str) -> str:
    return f"{cell.text}{f' [{badge}]' if badge else ''}{f' ({cell.detail})' if cell.detail else ''}"


def _sentences(block: object) -> Iterator[str]:
    if isinstance(block, Paragraph | Notice | Note | Heading):
        yield block.text
    elif isinstance(block, Bullets):
        yield from block.items
    elif isinstance(block, Table):
        yield "" if block.rows else block.empty
        yield block.note
