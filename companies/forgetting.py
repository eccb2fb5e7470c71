"""Forget what the change log has told long ago, and leases that nobody gave back."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import connection
from django.db.models import Min

from companies.models import ChangeCursor

log = structlog.get_logger(__name__)

CHUNK = 5_000

# The oldest first, by their numbers: nothing has to be sorted, and no change is looked at that is not next to go.
FORGET = """
DELETE FROM companies_change
WHERE id IN (SELECT id FROM companies_change WHERE id <= %(read)s ORDER BY id LIMIT %(chunk)s)
  AND created_at < %(before)s
"""
NOBODY_READS = 2**63 - 1
# One that somebody takes over right now is his, and nobody waits for it.
FORGET_LEASES = """
DELETE FROM companies_sourcelease
WHERE key IN (SELECT key FROM companies_sourcelease WHERE expires_at <= clock_timestamp() FOR UPDATE SKIP LOCKED)
"""


def forget_old_changes(*, now: datetime, lifetime: timedelta) -> int:
    """Delete the changes recorded longer ago than `lifetime` that every reader has read; returns how many."""
    position = ChangeCursor.objects.aggregate(position=Min("position"))["position"]
    parameters = {
        "read": NOBODY_READS if position is None else position,
        "chunk": CHUNK,
        "before": now - lifetime,
    }
    forgotten, some = 0, CHUNK
    with connection.cursor() as cursor:
        while some == CHUNK:
            cursor.execute(FORGET, parameters)
            some = int(cursor.rowcount)
            forgotten += some
    if forgotten:
        log.info("changes_forgotten", changes=forgotten)
    return forgotten


def forget_expired_leases() -> int:
    """Delete the leases of processes that died with them, by the database's clock; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET_LEASES)
        return int(cursor.rowcount)
