"""The companies that integrations monitor, for the polls of the live sources."""

from __future__ import annotations

from collections.abc import Iterable

from integrations.models import MonitoredCompany


def monitored_companies() -> Iterable[str]:
    """CVR numbers of all companies that some integration monitors, or is about to."""
    companies = MonitoredCompany.objects.filter(integration__deleted_at__isnull=True)
    return companies.exclude(state=MonitoredCompany.State.GONE).values_list("cvr", flat=True).distinct()
