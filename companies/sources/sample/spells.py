"""Entries of histories as the official register writes them."""

from __future__ import annotations

from datetime import date
from typing import Any

Document = dict[str, Any]


def attribute(kind: str, spells: list[tuple[str, date, date | None]], sort: str = "string") -> Document:
    """An attribute with its values: (text, first day, last day)."""
    values = [between(start, end, vaerdi=text) for text, start, end in spells]
    return {"sekvensnr": 0, "type": kind, "vaerditype": sort, "vaerdier": values}


def since(start: date, **values: Any) -> Document:
    """An entry that holds from the day on."""
    return between(start, None, **values)


def between(start: date, end: date | None, **values: Any) -> Document:
    """An entry that holds from a day to a day."""
    period = {"gyldigFra": start.isoformat(), "gyldigTil": end.isoformat() if end else None}
    return {**values, "periode": period, "sidstOpdateret": stamp(start)}


def stamp(day: date) -> str:
    """A moment of the day, as the register stamps it."""
    return f"{day.isoformat()}T09:30:00.000+02:00"
