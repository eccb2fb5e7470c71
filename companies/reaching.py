"""Which companies a change can reach: everything below a company, and everything above it, whatever the distance."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import connection

# UNION drops what was found before, so a circle of owners ends when it closes.
BELOW = """
WITH RECURSIVE below (changed_cvr, cvr) AS (
    SELECT given, given FROM unnest(%(cvrs)s::varchar[]) AS given
    UNION
    SELECT below.changed_cvr, edge.owned_cvr
    FROM below
    JOIN companies_ownershipedge AS edge ON edge.owner_key = 'CVR-1-' || below.cvr
    WHERE (edge.start_date IS NULL OR edge.start_date <= %(day)s)
      AND (edge.end_date IS NULL OR edge.end_date >= %(day)s)
)
SELECT changed_cvr, cvr FROM below
"""
ABOVE = """
WITH RECURSIVE above (cvr) AS (
    SELECT given FROM unnest(%(cvrs)s::varchar[]) AS given
    UNION
    SELECT edge.owner_cvr
    FROM above
    JOIN companies_ownershipedge AS edge ON edge.owned_cvr = above.cvr
    WHERE edge.owner_cvr <> ''
      AND (edge.start_date IS NULL OR edge.start_date <= %(day)s)
      AND (edge.end_date IS NULL OR edge.end_date >= %(day)s)
)
SELECT cvr FROM above
"""


def companies_below(*, cvrs: Iterable[str], day: date) -> set[tuple[str, str]]:
    """Whom a change of these companies concerns: pairs of a given CVR number and one that it owns, at any depth.

    Each given company is also paired with itself, known to the register or not. Only edges in force on the day count.
    One query, whose answer has at most one row for each pair.
    """
    with connection.cursor() as cursor:
        cursor.execute(BELOW, {"cvrs": sorted(set(cvrs)), "day": day})
        return set(cursor.fetchall())


def companies_above(*, cvrs: Iterable[str], day: date) -> set[str]:
    """The CVR numbers of the companies and of all companies that own a part of them, at any distance, on the day.

    Owners that the register has no document of are among them: whoever keeps a chain of owners fresh has to ask for
    those too. Persons and foreign owners are not.
    """
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, {"cvrs": sorted(set(cvrs)), "day": day})
        return {row[0] for row in cursor.fetchall()}
