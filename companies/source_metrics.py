"""Gauges of the live sources for `/metrics`."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from companies.models import SourceCursor, SourceRest
from lasso.metrics import Gauge, Sample


def _failures() -> Iterable[Sample]:
    return [Sample(rest.failure_count, {"source": rest.source}) for rest in SourceRest.objects.order_by("source")]


def _poll_ages() -> Iterable[Sample]:
    now = timezone.now()
    return [
        Sample((now - cursor.updated_at).total_seconds(), {"poll": cursor.poll})
        for cursor in SourceCursor.objects.order_by("poll")
    ]


def _poll_failures() -> Iterable[Sample]:
    return [Sample(cursor.failure_count, {"poll": cursor.poll}) for cursor in SourceCursor.objects.order_by("poll")]


GAUGES = (
    Gauge("lasso_source_failures", "Failures in a row of a live source; one that is well is missing.", _failures),
    Gauge("lasso_poll_age_seconds", "Seconds since the poll last came on or failed.", _poll_ages),
    Gauge("lasso_poll_failures", "Failures in a row of the poll.", _poll_failures),
)
