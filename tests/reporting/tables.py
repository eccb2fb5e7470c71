"""Tables of report contents as plain text."""

from __future__ import annotations

from reporting.contents.blocks import Section, Table
from tests.reporting.pdf_text import plain


def lines(table: Table) -> dict[str, list[str]]:
    """The texts of each row behind its label, a smaller line beneath and a badge added to them."""
    said = {}
    for row in table.rows:
        first, *others = row.cells
        said[plain(first.text)] = [
            plain(" ".join(filter(None, (cell.text, cell.badge, cell.detail)))) for cell in others
        ]
    return said


def tables(section: Section) -> list[Table]:
    """The section's tables."""
    return [block for block in section.blocks if isinstance(block, Table)]


def table_of(section: Section, title: str) -> Table:
    """The section's table whose title begins so."""
    (found,) = (table for table in tables(section) if table.title.startswith(title))
    return found


def titles(table: Table) -> list[str]:
    """The titles of the columns behind the labels'."""
    return [plain(column.title) for column in table.columns[1:]]
