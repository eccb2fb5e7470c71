"""How many companies integrations have, by their states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Count

from integrations.models import MonitoredCompany

State = MonitoredCompany.State
Counts = Mapping[State, int]


def counts_of(integration_ids: Iterable[UUID]) -> dict[UUID, Counts]:
    """For each integration how many companies are in each state, 0 where none is: one query over an index."""
    counts: dict[UUID, dict[State, int]] = {found: dict.fromkeys(State, 0) for found in integration_ids}
    rows = (
        MonitoredCompany.objects.filter(integration__in=list(counts))
        .values_list("integration", "state")
        .order_by()
        .annotate(count=Count("id"))
    )
    for integration_id, state, count in rows:
        counts[integration_id][State(state)] = count
    return dict(counts)
