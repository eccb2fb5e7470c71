"""What the sweep asks of delivery: who has work for a lane, and the claims of those who died."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from delivery.claiming import limits
from delivery.endpoint_health import PROBED_EVERY
from delivery.latest import SUPERSEDED
from delivery.outcomes import DeliveryErrorCode
from delivery.purposes import PURPOSES
from delivery.statements import AGAIN, CALLS_AT_ONCE, DUE_ROW, FIRST, IS_HEAD, IS_OPEN
from delivery.telling import GATHERING_TIME

INTERRUPTED = (
    "The program that made this attempt was stopped before it could note the answer, so the receiver may have got it. "
    "It does not count against the attempts."
)
# Walks the endpoints that have waiting deliveries from one to the next in the partial indexes, and counts at most as
# many due ones as deserve a lane: the cost goes with the endpoints at work, not with the length of their queues.
NEXT_AT_WORK = """
SELECT LEAST(
  (SELECT delivery.endpoint_id FROM delivery_delivery AS delivery
   WHERE delivery.status = 'Waiting' AND delivery.attempt_count = 0 {behind} ORDER BY delivery.endpoint_id LIMIT 1),
  (SELECT delivery.endpoint_id FROM delivery_delivery AS delivery
   WHERE delivery.status = 'Waiting' AND delivery.attempt_count > 0 {behind} ORDER BY delivery.endpoint_id LIMIT 1)
) AS endpoint_id
"""
WANTED = f"""
SELECT 1 FROM delivery_delivery AS delivery
WHERE delivery.endpoint_id = at_work.endpoint_id AND {DUE_ROW} AND {{kind}} AND {IS_HEAD}
"""  # noqa: S608
DUE = f"""
WITH RECURSIVE at_work AS (
  {NEXT_AT_WORK.format(behind="")}
  UNION ALL
  SELECT ({NEXT_AT_WORK.format(behind="AND delivery.endpoint_id > at_work.endpoint_id")})
  FROM at_work WHERE at_work.endpoint_id IS NOT NULL
), due AS (
  SELECT at_work.endpoint_id, (
    SELECT count(*) FROM (
      ({WANTED.format(kind=FIRST)} LIMIT allowed.most) UNION ALL ({WANTED.format(kind=AGAIN)} LIMIT allowed.most)
      LIMIT allowed.most
    ) AS wanted
  ) AS width
  FROM at_work JOIN delivery_endpoint AS endpoint ON endpoint.id = at_work.endpoint_id
  CROSS JOIN LATERAL (SELECT {CALLS_AT_ONCE} AS most) AS allowed
  WHERE {IS_OPEN}
)
SELECT endpoint_id, width FROM due WHERE width > 0
UNION ALL
SELECT at_work.endpoint_id, 1
FROM at_work JOIN delivery_endpoint AS endpoint ON endpoint.id = at_work.endpoint_id
WHERE endpoint.closed_at IS NOT NULL
UNION ALL
SELECT DISTINCT failed.endpoint_id, 1
FROM delivery_delivery AS failed JOIN delivery_endpoint AS endpoint ON endpoint.id = failed.endpoint_id
WHERE failed.status = 'Failed' AND NOT failed.is_failure_told
  AND (endpoint.notified_at IS NULL OR endpoint.notified_at <= %(gathered_since)s)
UNION ALL
SELECT endpoint.id, 1
FROM delivery_endpoint AS endpoint
WHERE endpoint.is_probed AND NOT endpoint.is_enabled
  AND (GREATEST(endpoint.probed_at, endpoint.disabled_at) IS NULL
       OR GREATEST(endpoint.probed_at, endpoint.disabled_at) <= %(probed_since)s)
  AND EXISTS (SELECT 1 FROM delivery_delivery WHERE endpoint_id = endpoint.id AND status = 'Waiting')
"""  # noqa: S608

# The calls of workers that are dead, and those that outlasted their lease, wait again: at once, unless that has
# happened too often to be chance. What kills every worker, or cannot be recorded, must not be sent without end.
AT_ONCE = 3
LONGEST_WAIT = timedelta(minutes=30)
MOST_RACES = 5  # the next sweep tries again
# One that was withdrawn, or that a newer message supersedes, does not wait again. The newer one gets its attempts and
# its deadline, and keeps its own time: the interrupted try cost nothing.
IS_OVER = "(lapsed.newer_id IS NOT NULL OR delivery.withdrawn <> '')"
RELEASE = f"""
WITH lapsed AS (
  SELECT delivery.id, newer.id AS newer_id
  FROM delivery_delivery AS delivery
  LEFT JOIN delivery_delivery AS newer
    ON newer.endpoint_id = delivery.endpoint_id AND newer.order_key = delivery.order_key AND newer.order_key <> ''
      AND newer.status = 'Waiting' AND newer.purpose = delivery.purpose AND delivery.purpose = ANY(%(latest_only)s)
  WHERE delivery.status = 'Sending' AND (delivery.due_at <= %(now)s OR delivery.worker_id = ANY(%(dead)s))
  FOR UPDATE OF delivery SKIP LOCKED
), released AS (
  UPDATE delivery_delivery AS delivery
  SET worker_id = NULL,
    status = CASE WHEN {IS_OVER} THEN 'Cancelled' ELSE 'Waiting' END,
    settled_at = CASE WHEN {IS_OVER} THEN %(now)s::timestamptz END,
    last_error = CASE WHEN lapsed.newer_id IS NOT NULL THEN %(superseded)s WHEN {IS_OVER} THEN delivery.withdrawn
      ELSE delivery.last_error END,
    due_at = %(now)s + LEAST(
      GREATEST(delivery.attempt_count - delivery.charged_count - %(at_once)s, 0) * interval '1 minute', %(longest)s)
  FROM lapsed WHERE delivery.id = lapsed.id
  RETURNING delivery.id, delivery.attempt_count, delivery.charged_count, delivery.due_at, delivery.deadline_at,
    delivery.status, lapsed.newer_id
), taken_over AS (
  UPDATE delivery_delivery AS newer
  SET charged_count = released.charged_count, deadline_at = released.deadline_at
  FROM released WHERE newer.id = released.newer_id
)
UPDATE delivery_attempt AS attempt
SET error_code = %(code)s, error = %(error)s,
  next_due_at = CASE WHEN released.status = 'Waiting' THEN released.due_at END
FROM released WHERE attempt.delivery_id = released.id AND attempt.number = released.attempt_count
"""  # noqa: S608


def due_endpoints(*, now: datetime) -> list[tuple[UUID, int]]:
    """The endpoints with work for a lane now, and how many lanes each deserves; some may be named twice.

    Work is a due delivery that may be sent, one that waits for an endpoint that is closed and is to be cancelled, a
    failure that is to be told, or a probe of one that is switched off.
    """
    parameters: dict[str, Any] = {
        "now": now,
        "due_by": now,
        "settled": 0,
        "gathered_since": now - GATHERING_TIME,
        "probed_since": now - PROBED_EVERY,
        **limits(),
    }
    with connection.cursor() as cursor:
        cursor.execute(DUE, parameters)
        return [(row[0], row[1]) for row in cursor.fetchall()]


def release_claims(*, dead: Iterable[UUID], now: datetime) -> int:
    """Take back what these dead workers held, and what any held beyond its lease; returns how many.

    The tries are noted as interrupted. They cost nothing, and the deliveries are due at once; from the fourth try on
    that cost nothing, a minute later each time. What was withdrawn or superseded meanwhile is Cancelled.
    """
    parameters: dict[str, Any] = {
        "now": now,
        "dead": list(dead),
        "at_once": AT_ONCE,
        "longest": LONGEST_WAIT,
        "code": str(DeliveryErrorCode.INTERRUPTED),
        "error": INTERRUPTED,
        "superseded": SUPERSEDED,
        "latest_only": [purpose.name for purpose in PURPOSES.values() if purpose.is_latest_only],
    }
    for _ in range(MOST_RACES):
        with suppress(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            # Refused when a newer message is queued this moment; then it is seen the next time.
            cursor.execute(RELEASE, parameters)
            return int(cursor.rowcount)
    return 0
