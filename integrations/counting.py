"""How many companies integrations have, by their states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import connection

from integrations.models import MonitoredCompany

State = MonitoredCompany.State
Counts = Mapping[State, int]

# One walk along the index monitored_by_state for each state, which ends at the most that is wanted.
COUNTS = """
SELECT wanted.id, wanted.state, (
  SELECT count(*) FROM (
    SELECT FROM integrations_monitoredcompany
    WHERE integration_id = wanted.id AND state = wanted.state LIMIT %(most)s) AS counted)
FROM (SELECT id, state FROM unnest(%(ids)s::uuid[]) AS id, unnest(%(states)s::text[]) AS state) AS wanted
"""


def counts_of(integration_ids: Iterable[UUID], *, most: int | None = None) -> dict[UUID, Counts]:
    """For each integration how many companies are in each state, in one query; `most` ends each count there."""
    ids = list(integration_ids)
    counts: dict[UUID, dict[State, int]] = {integration_id: {} for integration_id in ids}
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {"ids": ids, "states": State.values, "most": most})
        for integration_id, state, count in cursor.fetchall():
            counts[integration_id][State(state)] = count
    return dict(counts)
