"""What of a section stays together on a page."""

from __future__ import annotations

from reporting.contents.blocks import (
    BarChart,
    Charts,
    Column,
    Fact,
    Facts,
    Heading,
    Note,
    Paragraph,
    Section,
    Table,
    row,
)
from reporting.contents.keeping import groups_of, is_short, numbered


def table(rows: int, *, is_dense: bool = False) -> Table:
    return Table((Column("A", 100),), tuple(row(str(n)) for n in range(rows)), is_dense=is_dense)


def test_it_keeps_a_heading_with_the_block_after_it():
    blocks = (Paragraph("Først."), Heading("Så"), Paragraph("Dernæst."))

    groups = groups_of(blocks)

    assert [group.blocks for group in groups] == [blocks[:1], blocks[1:]]
    assert all(group.is_kept for group in groups)


def test_it_keeps_a_note_with_what_it_is_about():
    blocks = (table(3), Note("Om tabellen."))

    assert [group.blocks for group in groups_of(blocks)] == [blocks]


def test_it_lets_a_long_table_break():
    assert [group.is_kept for group in groups_of((table(9), table(8)))] == [False, True]
    assert is_short(table(13, is_dense=True))
    assert not is_short(table(14, is_dense=True))


def test_it_lets_long_text_break():
    assert not is_short(Paragraph("ord " * 400))
    assert not is_short(Table((Column("A", 100),), (row("ord " * 400),)))
    assert not is_short(Facts((Fact("Formål", ("Å" * 10_000,)),)))


def test_it_parts_a_long_list_of_facts_so_that_its_heading_stays_with_the_first():
    facts = Facts(tuple(Fact(str(n), ("x",)) for n in range(10)))

    first, rest = groups_of((facts,))

    assert (len(first.blocks[0].facts), first.blocks[0].goes_on) == (4, True)  # type: ignore[union-attr]
    assert (len(rest.blocks[0].facts), rest.blocks[0].goes_on) == (6, False)  # type: ignore[union-attr]


def test_it_keeps_charts_two_by_two():
    chart = BarChart("Tal", "", "", (), ())  # type: ignore[arg-type]

    groups = groups_of((Charts((chart,) * 5),))

    assert [len(group.blocks[0].charts) for group in groups] == [2, 2, 1]  # type: ignore[union-attr]


def test_it_gives_a_section_without_blocks_its_heading():
    (part,) = numbered((Section("Tom", ()),))

    assert part.number == 1
    assert [group.blocks for group in part.groups] == [()]
