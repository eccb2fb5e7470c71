"""How endpoints are doing: what waits, what got through in a day, how long the receivers take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

WINDOW = timedelta(hours=24)
# A count that goes further tells nobody more, and would cost with the length of the queue.
MOST_COUNTED = 100_000
# How many of the last settled deliveries the durations are taken from.
MOST_TIMED = 500

HEALTH = """
SELECT endpoint.id, queued.count, queued.oldest, settled.delivered, settled.failed, timed.median, timed.p95
FROM unnest(%(endpoints)s::uuid[]) AS endpoint (id)
CROSS JOIN LATERAL (
  SELECT count(*) AS count, min(created_at) AS oldest FROM (
    (SELECT created_at FROM delivery_delivery
     WHERE endpoint_id = endpoint.id AND status = 'Waiting' AND attempt_count = 0
     ORDER BY due_at LIMIT %(most_counted)s)
    UNION ALL
    (SELECT created_at FROM delivery_delivery
     WHERE endpoint_id = endpoint.id AND status = 'Waiting' AND attempt_count > 0
     ORDER BY due_at LIMIT %(most_counted)s)
    UNION ALL
    (SELECT created_at FROM delivery_delivery
     WHERE endpoint_id = endpoint.id AND status = 'Sending' LIMIT %(most_counted)s)
  ) AS waiting
) AS queued
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE status NOT IN ('Failed', 'Cancelled')) AS delivered,
         count(*) FILTER (WHERE status = 'Failed') AS failed
  FROM (
    SELECT status FROM delivery_delivery
    WHERE endpoint_id = endpoint.id AND settled_at >= %(since)s
    ORDER BY settled_at DESC LIMIT %(most_counted)s) AS recent
) AS settled
CROSS JOIN LATERAL (
  SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY duration) AS median,
         percentile_cont(0.95) WITHIN GROUP (ORDER BY duration) AS p95
  FROM (
    SELECT id FROM delivery_delivery
    WHERE endpoint_id = endpoint.id AND settled_at >= %(since)s
    ORDER BY settled_at DESC LIMIT %(most_timed)s) AS recent
  CROSS JOIN LATERAL (
    SELECT duration FROM delivery_attempt WHERE delivery_id = recent.id AND status_code IS NOT NULL) AS attempt
) AS timed
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """An endpoint's figures. Counting stops at MOST_COUNTED.

    `delivered_count` and `failed_count` are the deliveries that settled in the last 24 hours, a receiver's "I have it
    already" and "I no longer want it" among the delivered. The durations are those of the attempts that got an answer,
    of the last MOST_TIMED such deliveries; None when there were none.
    """

    waiting_count: int = 0  # not settled: those under way too
    oldest_waiting_at: datetime | None = None
    delivered_count: int = 0
    failed_count: int = 0
    median_duration: timedelta | None = None
    p95_duration: timedelta | None = None


def health_of(endpoint_ids: Sequence[UUID], *, now: datetime) -> dict[UUID, Health]:
    """The figures of each endpoint, in one query whose cost is bounded for each."""
    with connection.cursor() as cursor:
        cursor.execute(
            HEALTH,
            {
                "endpoints": list(endpoint_ids),
                "since": now - WINDOW,
                "most_counted": MOST_COUNTED,
                "most_timed": MOST_TIMED,
            },
        )
        return {
            row[0]: Health(
                waiting_count=min(row[1], MOST_COUNTED),
                oldest_waiting_at=row[2],
                delivered_count=row[3],
                failed_count=row[4],
                median_duration=row[5],
                p95_duration=row[6],
            )
            for row in cursor.fetchall()
        }
