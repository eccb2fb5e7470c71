"""Forgetting deliveries that settled long ago: with their bodies, which tell of companies, and their attempts."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection, transaction

log = structlog.get_logger(__name__)

# One transaction's worth: short enough that nobody waits for its locks.
CHUNK = 1000
# How long one run goes on; the next one takes up what is left.
LONGEST_RUN = timedelta(minutes=1)

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


def forget_old_deliveries(*, now: datetime) -> int:
    """Delete the deliveries that settled longer than DELIVERY_RETENTION ago; returns how many.

    In transactions of CHUNK deliveries each, for LONGEST_RUN at most. May run twice at once, and be cut short anywhere.
    """
    before = now - settings.DELIVERY_RETENTION
    until = time.monotonic() + LONGEST_RUN.total_seconds()
    count = 0
    while forgotten := forget_chunk(settled_before=before):
        count += forgotten
        if time.monotonic() > until:
            break
    if count:
        log.info("deliveries_forgotten", count=count)
    return count


def forget_chunk(*, settled_before: datetime) -> int:
    """Delete the next CHUNK deliveries that settled before then; returns how many there were."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CHOOSE, {"before": settled_before, "most": CHUNK})
        chosen = [row[0] for row in cursor.fetchall()]
        if chosen:
            cursor.execute(DELETE_ATTEMPTS, {"chosen": chosen})
            cursor.execute(DELETE_DELIVERIES, {"chosen": chosen})
    return len(chosen)
