"""Messages of which only the newest of an order key matters, and messages that are withdrawn.

At most one open delivery of a key waits, beside one that is under way; the database has the constraint. What a newer
one supersedes is Cancelled, and the newer one takes over its place in the schedule, so that changes that keep coming
neither begin the attempts anew nor send more often. Whoever queues or withdraws knows of it: what was registered for
the purpose is not called for a cancelled delivery.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import uuid4

from django.db import connection

from delivery.claiming import most_calls_at_once
from delivery.models import Delivery, Endpoint
from delivery.purposes import purpose_named
from delivery.queueing import LONGEST_LABEL, compact_json
from delivery.statements import columns
from delivery.waking import wake_endpoint
from lasso.prepared import execute_prepared

SUPERSEDED = "Superseded by a newer message."
GONE = "The receiver no longer has what it is about."

# What waits of a key; one at most, of the purposes that the index delivery_latest_once names.
WAITS = """
endpoint_id = %(endpoint)s AND order_key = %(order_key)s AND order_key <> '' AND status = 'Waiting'
"""
# What was tried is superseded before the row is inserted, since the insert reads of it. What was never tried, and what
# another transaction inserts at the same moment, is in the way of the insert, and gets the new body. When that was
# tried in between, there is no row, and the statement is to be run again.
QUEUE_LATEST = """
WITH superseded AS (
  UPDATE delivery_delivery SET status = 'Cancelled', settled_at = %(now)s, last_error = %(superseded)s
  WHERE {waits} AND attempt_count > 0
  RETURNING charged_count, due_at, deadline_at
)
INSERT INTO delivery_delivery AS delivery (public_id, endpoint_id, organisation_id, purpose, body, order_key, cvr,
  label, status, attempt_count, charged_count, due_at, deadline_at, last_error, is_failure_told, withdrawn, created_at)
SELECT %(public_id)s, %(endpoint)s, %(organisation)s, %(purpose)s, %(body)s, %(order_key)s, %(cvr)s, %(label)s,
  'Waiting', 0, COALESCE(superseded.charged_count, 0), COALESCE(superseded.due_at, %(now)s),
  COALESCE(superseded.deadline_at, %(deadline)s), '', false, '', %(now)s
FROM (SELECT 1) AS one LEFT JOIN superseded ON true
ON CONFLICT (endpoint_id, order_key) WHERE status = 'Waiting' AND purpose = 'integration_update' AND order_key <> ''
DO UPDATE SET body = EXCLUDED.body, cvr = EXCLUDED.cvr, label = EXCLUDED.label WHERE delivery.attempt_count = 0
RETURNING {returned}
"""
# The newest of a key first, as who queues one holds it already when asking for those before it.
WITHDRAW = """
WITH open AS MATERIALIZED (
  SELECT id FROM delivery_delivery
  WHERE endpoint_id = %(endpoint)s AND order_key = ANY(%(order_keys)s::text[]) AND order_key <> ''
    AND status IN ('Waiting', 'Sending')
  ORDER BY order_key, id DESC FOR UPDATE
)
UPDATE delivery_delivery AS delivery
SET status = CASE WHEN delivery.status = 'Waiting' THEN 'Cancelled' ELSE delivery.status END,
  settled_at = CASE WHEN delivery.status = 'Waiting' THEN %(now)s::timestamptz END,
  last_error = CASE WHEN delivery.status = 'Waiting' THEN %(reason)s ELSE delivery.last_error END,
  withdrawn = CASE WHEN delivery.status = 'Waiting' THEN delivery.withdrawn ELSE %(reason)s END
FROM open WHERE delivery.id = open.id AND delivery.status IN ('Waiting', 'Sending')
RETURNING delivery.status
"""
WITHDRAW_WAITING = f"""
UPDATE delivery_delivery SET status = 'Cancelled', settled_at = %(now)s, last_error = %(reason)s WHERE {WAITS}
"""  # noqa: S608 - pieces of our own, as below
OF_KEY = f"""
SELECT id, withdrawn FROM delivery_delivery
WHERE id = ANY(ARRAY(
    SELECT id FROM delivery_delivery WHERE %(is_latest_only)s AND {WAITS} AND purpose = %(purpose)s
  ) || %(delivery)s::bigint)
  AND (id = %(delivery)s OR status = 'Waiting')
ORDER BY id DESC FOR UPDATE
"""  # noqa: S608
TAKE_OVER = """
UPDATE delivery_delivery SET charged_count = %(charged_count)s, due_at = %(due_at)s, deadline_at = %(deadline)s
WHERE id = %(newer)s
"""


def queue_latest(
    *,
    endpoint: Endpoint,
    purpose: str,
    body: Mapping[str, Any] | str,
    order_key: str,
    cvr: str,
    label: str,
    now: datetime,
) -> Delivery:
    """As `queue_delivery`, for a purpose of which only the newest message of a key matters. One statement.

    Of the key's open deliveries one that waits and was never tried gets the new body in place, and is returned: no
    receiver ever saw it. One that waits for a later try is Cancelled as superseded, and the new delivery takes over its
    schedule: the charged attempts, when it is due, and the deadline. Behind one that is under way the new one waits: if
    that try fails and would be repeated, it is superseded in the same way; if it ends for good, delivered or failed,
    the new one has its own attempts before it.

    Callers with the same key wait for each other's commit. Whoever queues for several keys in one transaction does so
    in the order of the keys, or two of them may wait for each other for ever.

    Raises:
        KeyError: no purpose of that name.
        ValueError: of this purpose every message matters, or the key is blank.
    """
    policy = purpose_named(purpose)
    if not policy.is_latest_only or not order_key:
        raise ValueError(f"{purpose} is no purpose of which only the newest matters, or the order key is blank.")
    parameters = {
        "public_id": uuid4(),
        "endpoint": endpoint.pk,
        "organisation": endpoint.organisation_id,
        "purpose": policy.name,
        "body": body if isinstance(body, str) else compact_json(body),
        "order_key": order_key,
        "cvr": cvr,
        "label": label[:LONGEST_LABEL],
        "now": now,
        "deadline": now + policy.deadline,
        "superseded": SUPERSEDED,
    }
    row = None
    while row is None:
        row = execute_prepared(_queue_statement(), parameters).fetchone()
    delivery = Delivery.from_db(connection.alias, columns(), row)
    delivery.endpoint = endpoint
    wake_endpoint(endpoint.pk, most=most_calls_at_once(endpoint))
    return delivery


def withdraw(*, endpoint: Endpoint, order_keys: Sequence[str], now: datetime, reason: str) -> int:
    """Cancel what waits of the keys, since there is nothing more to say; returns how many. `reason` is for the log.

    One that is under way ends by itself: Delivered if it gets through, and Cancelled where it would be tried again. One
    statement, in the caller's transaction; the rows are locked in the order of the keys.
    """
    parameters = {"endpoint": endpoint.pk, "order_keys": list(order_keys), "now": now, "reason": reason}
    statuses = execute_prepared(WITHDRAW, parameters).fetchall()
    return sum(status == Delivery.Status.CANCELLED for (status,) in statuses)


def withdraw_behind(delivery: Delivery, *, now: datetime) -> int:
    """Cancel what waits of the key of one whose receiver no longer has what it is about."""
    if not delivery.order_key:
        return 0
    parameters = {
        "endpoint": delivery.endpoint_id,
        "order_key": delivery.order_key,
        "now": now,
        "reason": GONE,
    }
    return execute_prepared(WITHDRAW_WAITING, parameters).rowcount


def end_of(delivery: Delivery) -> tuple[str, int | None]:
    """Why a delivery under way must not be tried again, as a sentence, and the number of the one that supersedes it.

    ("", None) when it may. Locks both rows, the newer one first, as whoever queues has it already.
    """
    if not delivery.order_key:
        return "", None
    parameters = {
        "delivery": delivery.pk,
        "endpoint": delivery.endpoint_id,
        "order_key": delivery.order_key,
        "purpose": delivery.purpose,
        "is_latest_only": purpose_named(delivery.purpose).is_latest_only,
    }
    rows = execute_prepared(OF_KEY, parameters).fetchall()
    newer = next((pk for pk, _ in rows if pk != delivery.pk), None)
    withdrawn = next((reason for pk, reason in rows if pk == delivery.pk), "")
    return (SUPERSEDED if newer else withdrawn), newer


def take_over(delivery: Delivery, *, newer: int, due_at: datetime) -> None:
    """Give the newer one the place in the schedule that the older one would have had."""
    execute_prepared(
        TAKE_OVER,
        {
            "newer": newer,
            "charged_count": delivery.charged_count,
            "due_at": due_at,
            "deadline": delivery.deadline_at,
        },
    )


@cache
def _queue_statement() -> str:
    return QUEUE_LATEST.format(waits=WAITS, returned=", ".join(f"delivery.{name}" for name in columns()))
