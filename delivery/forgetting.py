"""What delivery forgets: deliveries that settled long ago, with their bodies and their attempts, and access tokens."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import connection, transaction

from lasso.forgetting import CHUNK, Forgetting, Rows, delete_some, in_steps, register

# Endpoint by endpoint along the index of settled deliveries. What somebody has sent again this moment is passed over.
CHOOSE = """
SELECT delivery.id FROM delivery_delivery AS delivery
WHERE delivery.settled_at < %(before)s AND delivery.id = ANY(ARRAY(
  SELECT old.id FROM delivery_endpoint AS endpoint
  CROSS JOIN LATERAL (
    SELECT id FROM delivery_delivery WHERE endpoint_id = endpoint.id AND settled_at < %(before)s
    ORDER BY settled_at LIMIT %(most)s) AS old
  LIMIT %(most)s))
FOR UPDATE SKIP LOCKED
"""
DELETE_ATTEMPTS = "DELETE FROM delivery_attempt WHERE delivery_id = ANY(%(chosen)s)"
DELETE_DELIVERIES = "DELETE FROM delivery_delivery WHERE id = ANY(%(chosen)s)"
TOKENS = Rows(table="delivery_accesstoken", where="expires_at < %(now)s", order="fingerprint", key="fingerprint")


def forget_old_deliveries(*, now: datetime) -> int:
    """A turn of forgetting the deliveries that settled longer than DELIVERY_RETENTION ago; returns how many."""
    return in_steps(partial(forget_some_deliveries, now), name="deliveries")


def forget_some_deliveries(now: datetime) -> int:
    """A step of it."""
    return forget_chunk(settled_before=now - settings.DELIVERY_RETENTION)


def forget_chunk(*, settled_before: datetime) -> int:
    """Delete the next CHUNK deliveries that settled before then; returns how many there were."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CHOOSE, {"before": settled_before, "most": CHUNK})
        chosen = [row[0] for row in cursor.fetchall()]
        if chosen:
            cursor.execute(DELETE_ATTEMPTS, {"chosen": chosen})
            cursor.execute(DELETE_DELIVERIES, {"chosen": chosen})
    return len(chosen)


def forget_some_tokens(now: datetime) -> int:
    """Delete access tokens that are over."""
    return delete_some(TOKENS, {"now": now})


def register_forgetting() -> None:
    """Called when Django starts."""
    register(
        Forgetting(
            name="deliveries",
            setting="DELIVERY_RETENTION",
            tables=("delivery.Delivery", "delivery.Attempt"),
            step=forget_some_deliveries,
        )
    )
    register(Forgetting(name="access tokens", setting="", tables=("delivery.AccessToken",), step=forget_some_tokens))
