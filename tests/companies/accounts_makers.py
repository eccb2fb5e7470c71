"""Annual accounts as typed data, with no more in them than a test says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from companies.figures import Accounts, Figure
from tests.companies.filings import CVR

Given = int | tuple[int, ...]


def figures(**values: Given) -> dict[str, Figure]:
    """Figures by name: a value, or several that contradict each other."""
    return {
        name: Figure(None, conflict=tuple(Decimal(one) for one in value))
        if isinstance(value, tuple)
        else Figure(Decimal(value))
        for name, value in values.items()
    }


def accounts(
    year: int = 2024,
    *,
    changes: Mapping[str, Any] | None = None,
    values: Mapping[str, Given] | None = None,
    **more: Given,
) -> Accounts:
    """Accounts of a calendar year with these figures."""
    given: dict[str, Any] = {
        "cvr": CVR,
        "start_date": date(year, 1, 1),
        "end_date": date(year, 12, 31),
        "figures": figures(**dict(values or {}), **more),
    }
    return Accounts(**(given | dict(changes or {})))
