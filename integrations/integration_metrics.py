"""Gauges of the integrations for `/metrics`."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Min
from django.utils import timezone

from integrations.models import Integration, MonitoredCompany
from lasso.metrics import Gauge, Sample


def _integrations() -> Iterable[Sample]:
    return [Sample(Integration.objects.filter(deleted_at__isnull=True).count())]


def _companies() -> Iterable[Sample]:
    rows = MonitoredCompany.objects.values_list("state").annotate(count=Count("id")).order_by()
    found = dict(rows)
    return [Sample(found.get(state.value, 0), {"state": state.value}) for state in MonitoredCompany.State]


def _export_age() -> Iterable[Sample]:
    now = timezone.now()
    oldest = MonitoredCompany.objects.filter(export_due_at__lte=now).aggregate(oldest=Min("export_due_at"))["oldest"]
    return [Sample((now - oldest).total_seconds() if oldest else 0)]


GAUGES = (
    Gauge("lasso_integrations", "Custom API integrations.", _integrations),
    Gauge("lasso_integration_companies", "Companies of all integrations by state.", _companies),
    Gauge(
        "lasso_integration_export_age_seconds", "Seconds that the oldest export has waited to be composed.", _export_age
    ),
)
