"""What the pages of a report print, as data for programs: sections with their blocks, checks with their verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reporting.contents.blocks import (
    BarChart,
    Block,
    Bullets,
    Charts,
    Check,
    Checks,
    Content,
    Definitions,
    Facts,
    Heading,
    LineChart,
    Note,
    Notice,
    Paragraph,
    Picture,
    Section,
    Table,
)
from reporting.contents.tables import Row


def printed(content: Content) -> dict[str, Any]:
    """The summary and the sections in the order of the page, their texts in the report's language."""
    return {
        "lead": content.lead,
        "reservations": list(content.shortcomings),
        "tiles": [{"label": tile.label, "value": tile.value, "detail": tile.detail} for tile in content.tiles],
        "findings": [_check(check) for check in content.findings],
        "sections": [_section(number, section) for number, section in enumerate(content.sections, start=1)],
    }


def _section(number: int, section: Section) -> dict[str, Any]:
    return {
        "number": number,
        "title": section.title,
        "source": section.source,
        "blocks": [_block(block) for block in section.blocks],
    }


def _block(block: Block) -> dict[str, Any]:  # noqa: C901, PLR0911 - a line for each kind of block
    match block:
        case Facts():
            facts = [{"label": one.label, "lines": list(one.lines), "change": one.change} for one in block.facts]
            return {"kind": "facts", "facts": facts}
        case Table():
            return _table(block)
        case Checks():
            return {"kind": "checks", "checks": [_check(check) for check in block.checks]}
        case Notice():
            return {"kind": "notice", "verdict": block.tone, "title": block.title, "text": block.text}
        case Bullets():
            return {"kind": "bullets", "items": list(block.items)}
        case Definitions():
            terms = [{"term": one.term, "meaning": one.meaning} for one in block.definitions]
            return {"kind": "definitions", "title": block.title, "definitions": terms}
        case Picture():
            return {"kind": "picture", "caption": block.caption, "description": block.description}
        case Charts():
            return {"kind": "charts", "charts": [_chart(chart) for chart in block.charts]}
        case Heading() | Paragraph() | Note():
            return {"kind": type(block).__name__.lower(), "text": block.text}


def _check(check: Check) -> dict[str, Any]:
    return {
        "subject": check.subject,
        "verdict": check.tone,
        "reason": check.reason,
        "sides": [{"who": who, "says": what} for who, what in check.sides],
        "rule": check.rule,
    }


def _table(table: Table) -> dict[str, Any]:
    if not table.rows:
        # Then the page has a sentence in its place.
        return {
            "kind": "table",
            "title": table.title,
            "columns": [],
            "rows": [],
            "empty": table.empty,
            "note": table.note,
        }
    return {
        "kind": "table",
        "title": table.title,
        "groups": [{"title": group.title, "columns": group.span} for group in table.groups],
        "columns": [column.title for column in table.columns],
        "rows": [_row(row) for row in table.rows],
        "note": table.note,
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "level": row.level,
        "change": row.change,
        "cells": [_without_empty({"text": cell.text, "detail": cell.detail, "mark": cell.badge}) for cell in row.cells],
    }


def _without_empty(cell: Mapping[str, str]) -> dict[str, str]:
    """A cell's text, and what else there is."""
    return {name: text for name, text in cell.items() if text or name == "text"}


def _chart(chart: BarChart | LineChart) -> dict[str, Any]:
    series: Sequence[tuple[str, Sequence[str]]] = (
        [("", chart.values)] if isinstance(chart, BarChart) else [(line.name, line.values) for line in chart.series]
    )
    return {
        "title": chart.title,
        "description": chart.description,
        "labels": list(chart.labels),
        "series": [{"name": name, "values": list(values)} for name, values in series],
    }
