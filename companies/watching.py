"""Which companies somebody watches: told by the apps that watch, and completed by the owners further up the chains."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

# A cycle of owners ends because a set has every company once.
WITH_OWNERS = """
WITH RECURSIVE chain(cvr) AS (
    SELECT cvr FROM unnest(%(cvrs)s::text[]) AS cvr
    UNION
    SELECT edge.owner_cvr
    FROM chain JOIN companies_ownershipedge AS edge ON edge.owned_cvr = chain.cvr
    WHERE edge.owner_cvr <> '' AND (edge.end_date IS NULL OR edge.end_date >= %(day)s))
SELECT cvr FROM chain
"""

Companies = Callable[[], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Watch:
    """Who watches, and which CVR numbers: `beneficial_owners` those of which they may be told the beneficial owners."""

    name: str
    companies: Companies
    beneficial_owners: Companies


_watches: dict[str, Watch] = {}


def nobody() -> Iterable[str]:
    """No company."""
    return ()


def register_watch(name: str, companies: Companies, *, beneficial_owners: Companies = nobody) -> None:
    """Have the companies that the query names polled; called once from an app's `ready`. Queries run at each poll."""
    _watches[name] = Watch(name, companies, beneficial_owners)


def watched_companies() -> set[str]:
    """The companies that somebody watches."""
    return {cvr for watch in _watches.values() for cvr in watch.companies()}


def watched_with_owners(*, day: date) -> set[str]:
    """The same, with every Danish company up their chains of owners as of the day or later."""
    with connection.cursor() as cursor:
        cursor.execute(WITH_OWNERS, {"cvrs": list(watched_companies()), "day": day})
        return {row[0] for row in cursor.fetchall()}


def watched_for_beneficial_owners() -> set[str]:
    """The companies whose beneficial owners somebody watches who may see them."""
    return {cvr for watch in _watches.values() for cvr in watch.beneficial_owners()}
