"""Which blocks of a section stay together on a page: a heading with what it is over, a note with what it is about.

Stylesheets can ask for that too (`break-after: avoid`), but the fast engine does not listen; a part that is not to be
broken (`break-inside: avoid`) both engines keep whole. What might be longer than half a page is left to break.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reporting.contents.blocks import (
    Block,
    Bullets,
    Charts,
    Checks,
    Definitions,
    Facts,
    Heading,
    Note,
    Notice,
    Paragraph,
    Picture,
    Section,
    Table,
)

MOST_FACTS, MOST_CHECKS, MOST_ITEMS = 6, 3, 8
# Of a longer list of facts so many stay with the heading over it.
OPENING_FACTS = 4
MOST_SIGNS = 1200


@dataclass(frozen=True, slots=True)
class Group:
    """Blocks one after the other, kept on one page or not."""

    blocks: tuple[Block, ...]
    is_kept: bool


@dataclass(frozen=True, slots=True)
class NumberedSection:
    """A section as it is printed: its number, and its blocks in groups; its heading belongs to the first group."""

    number: int
    section: Section
    groups: tuple[Group, ...]


def numbered(sections: Sequence[Section]) -> tuple[NumberedSection, ...]:
    """The sections as they are printed."""
    return tuple(
        NumberedSection(number, section, groups_of(section.blocks)) for number, section in enumerate(sections, start=1)
    )


def groups_of(blocks: Sequence[Block]) -> tuple[Group, ...]:
    """Blocks in groups: each for itself, a heading with the block after it, notes with the block before them."""
    parts: list[list[Block]] = []
    for block in _each(blocks):
        follows_heading = bool(parts) and isinstance(parts[-1][-1], Heading)
        if follows_heading or (parts and isinstance(block, Note)):
            parts[-1].append(block)
        else:
            parts.append([block])
    # A section without blocks has a heading all the same.
    return tuple(Group(tuple(part), all(map(is_short, part))) for part in parts) or (Group((), is_kept=True),)


def is_short(block: Block) -> bool:
    """Whether a block takes half a page at most, or cannot be broken anyway."""
    match block:
        case Table():
            is_small, texts = block.is_small, [cell.text + cell.detail for row in block.rows for cell in row.cells]
        case Facts():
            is_small, texts = len(block.facts) <= MOST_FACTS, [line for fact in block.facts for line in fact.lines]
        case Checks():
            is_small, texts = len(block.checks) <= MOST_CHECKS, [check.reason for check in block.checks]
        case Bullets():
            is_small, texts = len(block.items) <= MOST_ITEMS, list(block.items)
        case Definitions():
            is_small, texts = len(block.definitions) <= MOST_ITEMS, []
        case Paragraph() | Note() | Notice() | Heading():
            is_small, texts = True, [block.text]
        case Picture() | Charts():
            is_small, texts = True, []
    return is_small and sum(map(len, texts)) <= MOST_SIGNS


def _each(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks, charts pair by pair, long lists of facts in two parts."""
    for block in blocks:
        if isinstance(block, Charts):
            yield from (Charts(pair) for pair in block.pairs)
        elif isinstance(block, Facts) and len(block.facts) > MOST_FACTS:
            yield replace(block, facts=block.facts[:OPENING_FACTS], goes_on=True)
            yield replace(block, facts=block.facts[OPENING_FACTS:])
        else:
            yield block
