"""What became of an endpoint's deliveries on each of the last days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

# A day's count that goes further tells nobody more, and would cost with the number of deliveries.
MOST_A_DAY = 10_000

# One step along the index delivery_settled for each day.
COUNTS = """
SELECT day.since, settled.delivered, settled.failed, settled.counted
FROM unnest(%(since)s::timestamptz[], %(until)s::timestamptz[]) AS day (since, until)
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE status NOT IN ('Failed', 'Cancelled')) AS delivered,
         count(*) FILTER (WHERE status = 'Failed') AS failed,
         count(*) AS counted
  FROM (
    SELECT status FROM delivery_delivery
    WHERE endpoint_id = %(endpoint)s AND settled_at >= day.since AND settled_at < day.until
    LIMIT %(most)s) AS counted) AS settled
ORDER BY day.since
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A Danish day's deliveries that settled on it. `is_more` says that counting stopped at MOST_A_DAY.

    A receiver's "I have it already" and "I no longer want it" count as delivered; what was cancelled does not count.
    """

    date: date
    delivered_count: int
    failed_count: int
    is_more: bool


def days_of(endpoint_id: UUID, *, now: datetime, count: int) -> list[Day]:
    """The last `count` days, the oldest first and today last, in one query whose cost is bounded."""
    zone = ZoneInfo(settings.DANISH_TIME_ZONE)
    today = now.astimezone(zone).date()
    dates = [today - timedelta(days=back) for back in range(count - 1, -1, -1)]
    with connection.cursor() as cursor:
        cursor.execute(
            COUNTS,
            {
                "endpoint": endpoint_id,
                "since": [datetime.combine(day, time(), zone) for day in dates],
                "until": [datetime.combine(day + timedelta(days=1), time(), zone) for day in dates],
                "most": MOST_A_DAY,
            },
        )
        return [
            Day(date=day, delivered_count=row[1], failed_count=row[2], is_more=row[3] == MOST_A_DAY)
            for day, row in zip(dates, cursor.fetchall(), strict=True)
        ]
