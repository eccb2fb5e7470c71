"""What lanes forget: rows of queues and processes that are long gone; those at work come and go by themselves."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from lasso.forgetting import Forgetting, Rows, delete_some, register

LANES = Rows(table="lanes_lane", where="GREATEST(queued_at, lease_until) < %(before)s", order="id")
WORKERS = Rows(table="lanes_worker", where="seen_at < %(before)s", order="id")
PULSES = Rows(table="lanes_pulse", where="seen_at < %(before)s", order="queue", key="queue")


def forget_some(now: datetime) -> int:
    """Delete some of what nobody has touched for LEFTOVER_RETENTION."""
    return sum(delete_some(rows, {"before": now - settings.LEFTOVER_RETENTION}) for rows in (LANES, WORKERS, PULSES))


def register_forgetting() -> None:
    """Called when Django starts."""
    register(
        Forgetting(
            name="leftovers of lanes",
            setting="LEFTOVER_RETENTION",
            tables=("lanes.Lane", "lanes.Worker", "lanes.Pulse"),
            step=forget_some,
        )
    )
