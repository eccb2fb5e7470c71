"""Annual accounts between their typed form and their row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from companies.figures import Accounts, Figure
from companies.fingerprints import FILING_READER_VERSION
from companies.models import AnnualAccounts

# Both forms have the same names; the figures are written as JSON.
FIGURES = frozenset({"figures", "group_figures", "comparative_figures"})
PLAIN = tuple(field.name for field in fields(Accounts) if field.name not in FIGURES)


def accounts_of_row(row: AnnualAccounts) -> Accounts:
    """The typed accounts in a row."""
    values: dict[str, Any] = {name: getattr(row, name) for name in PLAIN}
    values |= {name: _figures(getattr(row, name)) for name in FIGURES}
    return Accounts(**values)


def row_of_accounts(accounts: Accounts, *, document_hash: str, source: str, retrieved_at: datetime) -> AnnualAccounts:
    """The row, not yet saved, of typed accounts."""
    return AnnualAccounts(
        **{name: getattr(accounts, name) for name in PLAIN},
        **{name: _plain(getattr(accounts, name)) for name in FIGURES},
        document_hash=document_hash,
        reader_version=FILING_READER_VERSION,
        source=source,
        retrieved_at=retrieved_at,
    )


def _figures(values: Mapping[str, Any]) -> dict[str, Figure]:
    return {
        name: Figure(None, conflict=tuple(Decimal(part) for part in value))
        if isinstance(value, list)
        else Figure(Decimal(value))
        for name, value in values.items()
    }


def _plain(figures: Mapping[str, Figure]) -> dict[str, str | list[str]]:
    return {
        name: [format(part, "f") for part in figure.conflict] if figure.value is None else format(figure.value, "f")
        for name, figure in figures.items()
    }
