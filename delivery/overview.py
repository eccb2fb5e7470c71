"""Deliveries on the admin's first page: what failed within a day, and the endpoints that take nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from delivery.models import Delivery, Endpoint
from lasso.overview import Line

DAY = timedelta(days=1)
# Nobody reads on beyond this; counting further would cost more than it tells.
MOST_COUNTED = 10_000


def outbound() -> Sequence[Line]:
    """Failed deliveries of the last day, and open endpoints that are switched off or paused."""
    now = timezone.now()
    number = _failed_since(now - DAY)
    endpoints = Endpoint.objects.filter(closed_at__isnull=True)
    off, off_by_itself = (endpoints.filter(is_enabled=False, is_off_by_itself=value).count() for value in (False, True))
    paused = endpoints.filter(is_enabled=True, paused_until__gt=now).count()
    deliveries, all_endpoints = (
        reverse("admin:delivery_delivery_changelist"),
        reverse("admin:delivery_endpoint_changelist"),
    )
    return [
        Line(
            "deliveries failed within a day",
            f"more than {MOST_COUNTED}" if number > MOST_COUNTED else str(number),
            is_alarming=number > 0,
            url=f"{deliveries}?{urlencode({'status__exact': Delivery.Status.FAILED.value})}",
        ),
        Line(
            "endpoints off because nothing got through",
            str(off_by_itself),
            is_alarming=off_by_itself > 0,
            url=f"{all_endpoints}?is_enabled__exact=0",
        ),
        Line("endpoints switched off by somebody", str(off), url=f"{all_endpoints}?is_enabled__exact=0"),
        Line("endpoints paused by their receivers (429)", str(paused)),
    ]


def _failed_since(moment: datetime) -> int:
    # The newest by their index: those that failed long ago are not read, however many there are.
    newest = Delivery.objects.filter(status=Delivery.Status.FAILED).order_by("-id")[: MOST_COUNTED + 1]
    return Delivery.objects.filter(pk__in=newest.values("pk"), settled_at__gte=moment).count()
