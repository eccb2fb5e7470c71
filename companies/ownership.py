"""Chains of owners: up to who stands behind a company, down to what it owns, and the bounds of indirect shares."""

from __future__ import annotations

from datetime import date

from companies.graph import IndirectShare, OwnershipGraph


def owners_upwards(*, cvr: str, day: date, depth: int = 10) -> OwnershipGraph:
    """Who owns the company on the day, and who owns them, at most `depth` levels up.

    Raises:
        CompanyUnknown: the register lacks the company.
    """
    raise NotImplementedError


def group_downwards(*, cvr: str, day: date, depth: int = 4) -> OwnershipGraph:
    """What the company owns on the day, and what those own, at most `depth` levels down.

    Raises:
        CompanyUnknown: the register lacks the company.
    """
    raise NotImplementedError


def indirect_shares(graph: OwnershipGraph) -> tuple[IndirectShare, ...]:
    """The bounds of what each ultimate owner holds of the root of an upwards graph, largest first."""
    raise NotImplementedError
