"""Update messages that are too old for the feed are forgotten."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection

log = structlog.get_logger(__name__)

# One transaction's worth.
CHUNK = 1000
# How long one run goes on; the next one takes up what is left.
LONGEST_RUN = timedelta(minutes=1)

FORGET = """
DELETE FROM integrations_updatemessage WHERE id = ANY(ARRAY(
  SELECT id FROM integrations_updatemessage WHERE created_at < %(before)s
  ORDER BY created_at LIMIT %(most)s FOR UPDATE SKIP LOCKED))
"""


def forget_old_messages(*, now: datetime) -> int:
    """Delete the update messages that were written longer than UPDATE_FEED_RETENTION ago; returns how many.

    In transactions of CHUNK, for LONGEST_RUN at most. May run twice at once, and be cut short anywhere.
    """
    until = time.monotonic() + LONGEST_RUN.total_seconds()
    before = now - settings.UPDATE_FEED_RETENTION
    count = 0
    while forgotten := _forget_some(before):
        count += forgotten
        if time.monotonic() > until:
            break
    if count:
        log.info("update_messages_forgotten", count=count)
    return count


def _forget_some(before: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(FORGET, {"before": before, "most": CHUNK})
        return int(cursor.rowcount)
