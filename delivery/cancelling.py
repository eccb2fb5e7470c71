"""Cancelling what waits: all of an endpoint, in small steps, or what waits under one order key.

Whoever cancels knows it: nothing that was registered for the purpose is called, and nobody is told by mail.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from delivery.models import Endpoint

# One statement's worth: short enough that nobody waits for its locks.
CHUNK = 1000

# First tries and later ones have an index each. What is being claimed this moment is passed over: it is under way.
CANCEL = """
UPDATE delivery_delivery SET status = 'Cancelled', settled_at = %(now)s, last_error = %(reason)s
WHERE status = 'Waiting' AND id = ANY(ARRAY(
  SELECT id FROM (
    SELECT id FROM delivery_delivery WHERE endpoint_id = %(endpoint)s AND status = 'Waiting' AND attempt_count = 0
    LIMIT %(most)s FOR UPDATE SKIP LOCKED) AS untried
  UNION ALL
  SELECT id FROM (
    SELECT id FROM delivery_delivery WHERE endpoint_id = %(endpoint)s AND status = 'Waiting' AND attempt_count > 0
    LIMIT %(most)s FOR UPDATE SKIP LOCKED) AS tried))
"""


def cancel_waiting(*, endpoint: Endpoint, now: datetime, reason: str) -> int:
    """Cancel all that waits for the endpoint; returns how many. `reason` is a sentence for the log.

    In steps of at most 2 * CHUNK, each a transaction of its own unless the caller has one: 100,000 hold up nobody. What
    is under way ends by itself, and waits again when it fails.
    """
    count = 0
    while cancelled := cancel_some(endpoint=endpoint, now=now, reason=reason):
        count += cancelled
    return count


def cancel_some(*, endpoint: Endpoint, now: datetime, reason: str) -> int:
    """One step of `cancel_waiting`; 0 when nothing waits any more."""
    with connection.cursor() as cursor:
        cursor.execute(CANCEL, {"endpoint": endpoint.pk, "now": now, "reason": reason, "most": CHUNK})
        return int(cursor.rowcount)
