"""When live sources were last asked for which company."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from companies.models import SourceCheck

# Sources whose companies no live source has: they are never asked for.
FICTIONAL = frozenset({"sample"})

# Asked for the longest ago first, and before them what was never asked for.
DUE = """
SELECT company.cvr
FROM unnest(%(cvrs)s::text[]) AS company(cvr)
LEFT JOIN companies_sourcecheck AS checked ON checked.cvr = company.cvr AND checked.source = %(source)s
LEFT JOIN companies_company AS stored ON stored.cvr = company.cvr
WHERE (checked.checked_at IS NULL OR checked.checked_at < %(before)s)
  AND (stored.source IS NULL OR NOT stored.source = ANY(%(fictional)s))
ORDER BY checked.checked_at NULLS FIRST, company.cvr
LIMIT %(limit)s
"""
# Of a row `stored` with `cvr`, `source` and `retrieved_at`: when its source last told what is stored; what it tells
# again is not stored. A source that was asked and no longer has the company, or whose document cannot be taken,
# confirms nothing.
CONFIRMED_AT = """greatest(stored.retrieved_at, (
    SELECT checked.checked_at FROM companies_sourcecheck AS checked
    WHERE checked.cvr = stored.cvr AND checked.source = stored.source AND checked.is_found))"""


def note_checks(*, source: str, asked: Iterable[str], found: Collection[str], now: datetime) -> None:
    """The source was asked for these companies and had some of them, in a form that can be taken."""
    SourceCheck.objects.bulk_create(
        [SourceCheck(source=source, cvr=cvr, checked_at=now, is_found=cvr in found) for cvr in sorted(set(asked))],
        update_conflicts=True,
        unique_fields=["cvr", "source"],
        update_fields=["checked_at", "is_found"],
    )


def due_companies(*, source: str, cvrs: Iterable[str], before: datetime, limit: int) -> list[str]:
    """Those of the companies that the source was not asked for since `before`, the longest ago first.

    Companies of the fictional register are left out.
    """
    parameters: dict[str, Any] = {
        "source": source,
        "cvrs": list(cvrs),
        "before": before,
        "fictional": list(FICTIONAL),
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(DUE, parameters)
        return [row[0] for row in cursor.fetchall()]
