"""What integrations forget: messages too old for the feed, and endpoints of deleted integrations without a log."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.conf import settings

from lasso.forgetting import Forgetting, Rows, delete_some, in_steps, register

MESSAGES = Rows(table="integrations_updatemessage", where="created_at < %(before)s", order="created_at")
# Closed with their integration; they stay as long as a delivery hangs on them.
ENDPOINTS = Rows(
    table="delivery_endpoint",
    where="""
closed_at < %(before)s AND owner LIKE 'integration:%%'
AND NOT EXISTS (SELECT 1 FROM delivery_delivery WHERE endpoint_id = delivery_endpoint.id)
AND NOT EXISTS (
  SELECT 1 FROM integrations_integration
  WHERE delivery_endpoint.id IN (export_endpoint_id, update_endpoint_id))""",
    order="id",
)


def forget_old_messages(*, now: datetime) -> int:
    """A turn of forgetting the messages that were written longer than UPDATE_FEED_RETENTION ago; returns how many."""
    return in_steps(partial(forget_some_messages, now), name="update messages")


def forget_some_messages(now: datetime) -> int:
    """A step of it."""
    return delete_some(MESSAGES, {"before": now - settings.UPDATE_FEED_RETENTION})


def forget_some_endpoints(now: datetime) -> int:
    """Delete endpoints that were closed longer than DELIVERY_RETENTION ago and whose last delivery is forgotten."""
    return delete_some(ENDPOINTS, {"before": now - settings.DELIVERY_RETENTION})


def register_forgetting() -> None:
    """Called when Django starts."""
    register(
        Forgetting(
            name="update messages",
            setting="UPDATE_FEED_RETENTION",
            tables=("integrations.UpdateMessage",),
            step=forget_some_messages,
        )
    )
    register(
        Forgetting(
            name="endpoints of deleted integrations",
            setting="DELIVERY_RETENTION",
            tables=("delivery.Endpoint",),
            step=forget_some_endpoints,
        )
    )
