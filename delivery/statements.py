"""The statements of the hot path: claim, record, and both in one. Their pieces serve the sweep's statements too.

In the pieces `delivery` is the row that is asked about. `%(settled)s` is the number of a delivery that the same
statement settles: the rest of the statement must look as if that were written already, since every part sees the rows
as they were at the beginning. No delivery has the number 0.
"""

from __future__ import annotations

from functools import cache

from delivery.models import Delivery, Endpoint

FIRST = "delivery.attempt_count = 0"
AGAIN = "delivery.attempt_count > 0"
DUE_ROW = "delivery.status = 'Waiting' AND delivery.due_at <= %(due_by)s::timestamptz"
# Only the oldest open one of a key, and never beside one that was sent again out of turn.
IS_HEAD = """
(delivery.order_key = '' OR NOT EXISTS (
  SELECT 1 FROM delivery_delivery AS other
  WHERE other.endpoint_id = delivery.endpoint_id AND other.order_key = delivery.order_key AND other.order_key <> ''
    AND other.status IN ('Waiting', 'Sending') AND other.id <> delivery.id AND other.id <> %(settled)s
    AND (other.id < delivery.id OR other.status = 'Sending')))
"""
CALLS_AT_ONCE = """
CASE WHEN endpoint.failure_count >= %(struggling)s OR endpoint.last_success_at IS NULL THEN 1
     ELSE COALESCE(endpoint.max_in_flight, %(usual)s) END
"""
IS_OPEN = """
endpoint.is_enabled AND (endpoint.paused_until IS NULL OR endpoint.paused_until <= %(now)s)
AND (endpoint.next_call_at IS NULL OR endpoint.next_call_at <= %(now)s)
"""
NEXT = f"""
SELECT delivery.id FROM delivery_delivery AS delivery
WHERE delivery.endpoint_id = %(endpoint)s AND {DUE_ROW} AND {{kind}} AND {IS_HEAD}
ORDER BY delivery.due_at, delivery.id LIMIT 1 FOR UPDATE SKIP LOCKED
"""  # noqa: S608 - pieces of our own, as everywhere below
ANY = f"""
EXISTS (
  SELECT 1 FROM delivery_delivery AS delivery
  WHERE delivery.endpoint_id = %(endpoint)s AND {DUE_ROW} AND {{kind}} AND delivery.id <> picked.id)
"""  # noqa: S608

# Nothing changes when the claim is no longer this worker's.
RECORDED = """
recorded AS (
  UPDATE delivery_delivery
  SET status = %(status)s, due_at = COALESCE(%(due_at)s::timestamptz, due_at), settled_at = %(settled_at)s,
    worker_id = NULL, charged_count = %(charged_count)s, last_status_code = %(status_code)s,
    last_error = %(last_error)s, is_failure_told = %(is_failure_told)s
  WHERE id = %(done)s AND status = 'Sending' AND attempt_count = %(number)s
  RETURNING id
), completed AS (
  UPDATE delivery_attempt AS attempt
  SET duration = %(duration)s, phases = %(phases)s::jsonb, status_code = %(status_code)s, error_code = %(error_code)s,
    error = %(error)s, answer_headers = %(headers)s::jsonb, answer_body = %(body)s, is_charged = %(is_charged)s,
    method = %(method)s, url = %(url)s,
    next_due_at = %(due_at)s::timestamptz
  FROM recorded WHERE attempt.delivery_id = recorded.id AND attempt.number = %(number)s
)
"""
# Not simply the one that is to be recorded: it may be another worker's by now, and be under way.
RECORDED_ID = "(SELECT COALESCE(max(id), 0) FROM recorded)"
RECORD = f"WITH {RECORDED} SELECT count(*) FROM recorded"  # noqa: S608

# A delivery whose deadline has passed is picked, but not claimed. One that was never tried has no such end: that it is
# late can only be our fault.
CLAIMED = f"""
endpoint AS (
  SELECT endpoint.failing_since, endpoint.failure_count, endpoint.last_success_at, endpoint.url, endpoint.method,
    endpoint.auth, endpoint.fingerprint, {CALLS_AT_ONCE} AS most
  FROM delivery_endpoint AS endpoint
  WHERE endpoint.id = %(endpoint)s AND (({IS_OPEN}) OR (%(is_probe)s AND NOT endpoint.is_enabled))
), picked AS MATERIALIZED (
  SELECT COALESCE(({{preferred}}), ({{other}})) AS id FROM endpoint
  WHERE endpoint.most > (
    SELECT count(*) FROM delivery_delivery
    WHERE endpoint_id = %(endpoint)s AND status = 'Sending' AND id <> %(settled)s)
), claimed AS (
  UPDATE delivery_delivery AS delivery
  SET status = 'Sending', attempt_count = delivery.attempt_count + 1, due_at = %(lease_until)s, worker_id = %(worker)s
  FROM picked
  WHERE delivery.id = picked.id AND ({FIRST} OR %(is_probe)s OR delivery.deadline_at >= %(now)s)
  RETURNING {{returned}}
), noted AS (
  INSERT INTO delivery_attempt (delivery_id, number, started_at, next_due_at, error_code, error, answer_headers,
    answer_body, is_charged)
  SELECT id, attempt_count, %(now)s, due_at, '', '', '{{{{}}}}', '', false FROM claimed
)
"""  # noqa: S608
FOUND = f"""
picked.id, {ANY.format(kind=FIRST)} OR {ANY.format(kind=AGAIN)},
endpoint.failing_since, endpoint.failure_count, endpoint.last_success_at, endpoint.url, endpoint.method,
endpoint.auth, endpoint.fingerprint, {{columns}}
"""
CLAIM = f"""
WITH {CLAIMED}
SELECT 0, {FOUND}
FROM endpoint CROSS JOIN picked LEFT JOIN claimed ON true WHERE picked.id IS NOT NULL
"""  # noqa: S608
RECORD_AND_CLAIM = f"""
WITH {RECORDED}, {CLAIMED}
SELECT (SELECT count(*) FROM recorded), {FOUND}
FROM (SELECT 1) AS one LEFT JOIN endpoint ON true LEFT JOIN picked ON true LEFT JOIN claimed ON true
"""  # noqa: S608


@cache
def columns() -> tuple[str, ...]:
    """The columns of a delivery, in the order in which CLAIM gives them."""
    return tuple(field.attname for field in Delivery._meta.concrete_fields)  # noqa: SLF001 - Django's documented way


@cache
def endpoint_columns() -> tuple[str, ...]:
    """The columns of an endpoint."""
    return tuple(field.attname for field in Endpoint._meta.concrete_fields)  # noqa: SLF001 - as above


@cache
def endpoint_statement() -> str:
    """Gives one endpoint's columns."""
    return f"SELECT {', '.join(endpoint_columns())} FROM delivery_endpoint WHERE id = %(endpoint)s"  # noqa: S608


@cache
def claim_statement(*, prefers_retries: bool, records: bool) -> str:
    """CLAIM or RECORD_AND_CLAIM, looking for first tries first or for retries first.

    Each gives a row of: results recorded; the number of the delivery that was picked; whether more was due; what
    `Claim.ENDPOINT_COLUMNS` names of the endpoint; and the columns of the delivery, null when it was not claimed.
    """
    preferred, other = (AGAIN, FIRST) if prefers_retries else (FIRST, AGAIN)
    statement = (RECORD_AND_CLAIM if records else CLAIM).format(
        preferred=NEXT.format(kind=preferred),
        other=NEXT.format(kind=other),
        returned=", ".join(f"delivery.{name}" for name in columns()),
        columns=", ".join(f"claimed.{name}" for name in columns()),
    )
    return statement.replace("%(settled)s", RECORDED_ID) if records else statement
