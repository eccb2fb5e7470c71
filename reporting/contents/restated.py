"""The figures of a year that the next annual report gives with another value."""

from __future__ import annotations

from itertools import pairwise

from companies.figures import Accounts
from companies.restatements import Restatement, compared_figures, restatements
from lasso.language import translate as _
from lasso.language import translate_count as _n
from reporting.contents.blocks import Block, Column, Notice, Row, Table, Tone, row
from reporting.contents.formats import local_date, number, short_date
from reporting.contents.statements import employees_text, label_of
from reporting.contents.years import Unit, unit_of


def restated_block(years: tuple[Accounts, ...]) -> tuple[Block, ...]:
    """The restated figures of each year, or that there are none; nothing where no filing has comparative figures."""
    compared = sum(len(compared_figures(newer, older)) for newer, older in pairwise(years))
    if not compared:
        return ()
    if (table := restated_table(years)) is not None:
        return (table,)
    text = _n(
        "Sammenligningstallet i den følgende årsrapport svarer til det oprindelige ({n} tal sammenlignet).",
        "Sammenligningstallene i de følgende årsrapporter svarer til de oprindelige ({n} tal sammenlignet).",
        compared,
    )
    return (Notice(Tone.GOOD, text.format(n=number(compared))),)


def restated_table(years: tuple[Accounts, ...]) -> Table | None:
    """The restated figures of each year; None where there are none."""
    unit = unit_of(years)
    rows = tuple(row for newer, older in pairwise(years) for row in _rows_of_a_year(newer, older, unit))
    if not rows:
        return None
    return Table(
        columns=(
            Column(_("Tal"), 30),
            Column(_("Oprindeligt"), 24, is_numeric=True),
            Column(_("I næste årsrapport"), 24, is_numeric=True),
            Column(_("Forskel"), 22, is_numeric=True),
        ),
        rows=rows,
        title=_("Rettede sammenligningstal. {unit}").format(unit=unit.label),
        note=_("Rapporten viser hvert års tal, som det blev indberettet for året. Rettelser ses kun her."),
        is_dense=True,
    )


def _rows_of_a_year(newer: Accounts, older: Accounts, unit: Unit) -> tuple[Row, ...]:
    """A heading that names the two filings, and a row for each figure that they give differently."""
    found = restatements(newer, older)
    if not found:
        return ()
    published, again = (short_date(local_date(accounts.published_at)) for accounts in (older, newer))
    heading = _("{day}: offentliggjort {published}, rettet i årsrapporten offentliggjort {again}").format(
        day=short_date(older.end_date), published=published, again=again
    )
    return (row(heading, "", "", "", kind="heading"), *(_row(restated, unit) for restated in found))


def _row(restated: Restatement, unit: Unit) -> Row:
    say = employees_text if restated.name == "employees" else unit.text
    return row(label_of(restated.name), say(restated.filed), say(restated.restated), say(restated.difference))
