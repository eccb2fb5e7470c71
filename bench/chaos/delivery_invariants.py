"""What must hold of webhooks, mails and integrations' messages, whatever happened."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from bench.chaos.evidence import Evidence, invariant

OPEN = "SELECT purpose, status, count(*) FROM delivery_delivery WHERE status IN ('Waiting', 'Sending') GROUP BY 1, 2"
DELIVERED = """
SELECT delivery.public_id::text, endpoint.url LIKE 'mailto:%%'
FROM delivery_delivery AS delivery JOIN delivery_endpoint AS endpoint ON endpoint.id = delivery.endpoint_id
WHERE delivery.status = 'Delivered'
"""
TOLD = """
SELECT batch.id::text, batch.name, delivery.purpose, count(*), count(DISTINCT report.id)
FROM reporting_report AS report JOIN reporting_batch AS batch ON batch.id = report.batch_id
  LEFT JOIN delivery_delivery AS delivery ON delivery.report_id = report.id
WHERE report.finished_number IS NOT NULL AND batch.name LIKE 'batch %' GROUP BY 1, 2, 3
"""
FINISHED = """
SELECT batch.id::text, count(*) FROM reporting_report AS report JOIN reporting_batch AS batch
  ON batch.id = report.batch_id
WHERE report.finished_number IS NOT NULL AND batch.name LIKE 'batch %' GROUP BY 1
"""
CHARGED_FOR_US = """
SELECT delivery.public_id::text, attempt.error_code
FROM delivery_attempt AS attempt JOIN delivery_delivery AS delivery ON delivery.id = attempt.delivery_id
WHERE attempt.is_charged AND attempt.error_code IN ('interrupted', 'storage_unreachable', 'mail_server_unreachable')
"""
UNFINISHED_ATTEMPTS = """
SELECT delivery.public_id::text, attempt.number
FROM delivery_attempt AS attempt JOIN delivery_delivery AS delivery ON delivery.id = attempt.delivery_id
WHERE attempt.duration IS NULL AND attempt.error_code = ''
"""
NOTICES = """
SELECT (SELECT count(*) FROM delivery_delivery WHERE purpose = 'failure_notice'),
  (SELECT count(*) FROM delivery_delivery WHERE status = 'Failed' AND purpose <> 'failure_notice'),
  (SELECT count(*) FROM delivery_delivery WHERE status = 'Failed' AND NOT is_failure_told),
  (SELECT count(*) FROM delivery_endpoint AS endpoint WHERE notified_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM delivery_delivery WHERE endpoint_id = endpoint.id AND status = 'Failed'))
"""
COMPANIES = """
SELECT integration.id::text, integration.name, company.cvr::int, company.state, company.is_update_due, (
  SELECT status FROM delivery_delivery AS delivery
  WHERE delivery.endpoint_id IN (integration.export_endpoint_id, integration.update_endpoint_id)
    AND delivery.cvr = company.cvr AND delivery.status <> 'Cancelled'
  ORDER BY delivery.id DESC LIMIT 1)
FROM integrations_monitoredcompany AS company JOIN integrations_integration AS integration
  ON integration.id = company.integration_id
"""
DISABLED = "SELECT url, disabled_reason FROM delivery_endpoint WHERE NOT is_enabled"


@invariant("every delivery is settled")
def deliveries_are_settled(evidence: Evidence) -> Iterator[str]:
    """Nothing waits, nothing is under way; every attempt has its result."""
    yield from (f"{count} of {purpose} {status}" for purpose, status, count in evidence.stage.rows(OPEN))
    yield from (f"attempt {number} of {key}" for key, number in evidence.stage.rows(UNFINISHED_ATTEMPTS))


@invariant("every finished report was told by one webhook and one mail")
def reports_are_told(evidence: Evidence) -> Iterator[str]:
    """One more each for those that were run again."""
    finished = dict(evidence.stage.rows(FINISHED))
    retried = {order.id: order.retried for order in evidence.load.orders.orders}
    seen: dict[str, set[str]] = defaultdict(set)
    for identity, name, purpose, count, reports in evidence.stage.rows(TOLD):
        seen[identity].add(purpose)
        if reports != finished[identity] or count != reports + retried.get(identity, 0):
            yield f"{name}: {count} of {purpose} about {reports} of {finished[identity]} reports"
    yield from (f"{key} was not told" for key in finished if seen[key] != {"report_webhook", "report_email"})


@invariant("what was delivered was seen by its receiver")
def delivered_was_seen(evidence: Evidence) -> Iterator[str]:
    """Every id that the database calls delivered came, and was answered with success."""
    for key, is_mail in evidence.stage.rows(DELIVERED):
        if key not in (evidence.accepted_mails if is_mail else evidence.accepted_calls):
            yield f"{'mail' if is_mail else 'call'} {key} never came"


@invariant("what a receiver took is known as delivered")
def seen_is_delivered(evidence: Evidence) -> Iterator[str]:
    """Nothing is sent that is not written down, and no success is forgotten."""
    for key in (*evidence.accepted_calls, *evidence.accepted_mails):
        state = evidence.deliveries.get(key)
        if state != "Delivered" and key not in evidence.interrupted:
            yield f"{key} is {state}"


@invariant("nothing came twice but what was cut off")
def doubles_are_explained(evidence: Evidence) -> Iterator[str]:
    """A try that was cut off may have reached the receiver; it stands in the log as interrupted."""
    for found in (evidence.accepted_calls, evidence.accepted_mails):
        for key, count in found.items():
            if count > 1 and key not in evidence.interrupted:
                yield f"{key} came {count} times"
    if evidence.interrupted and not any(one.cuts for one in evidence.happened):
        yield f"{len(evidence.interrupted)} tries were cut off, and nothing happened that does"


@invariant("no attempt is charged for a fault of ours")
def faults_of_ours_are_free(evidence: Evidence) -> Iterator[str]:
    """Neither a worker that ends nor our mail server or storage costs a delivery anything."""
    yield from (f"{key}: {code}" for key, code in evidence.stage.rows(CHARGED_FOR_US))


@invariant("digest mails are sent for real failures, and only for them")
def digests_are_real(evidence: Evidence) -> Iterator[str]:
    """Some companies' exports are refused on purpose; each failure is told."""
    notices, failures, untold, groundless = evidence.stage.rows(NOTICES)[0]
    if (notices > 0) != (failures > 0):
        yield f"{notices} notices of {failures} failures"
    if untold:
        yield f"{untold} failures are untold"
    if groundless:
        yield f"{groundless} endpoints without a failure were told of"
    yield from (f"{url} is off: {reason}" for url, reason in evidence.stage.rows(DISABLED))


@invariant("companies end as they are now, at each integration")
def updates_are_the_latest(evidence: Evidence) -> Iterator[str]:
    """The last message that was taken says what the register says, unless the receiver refused that."""
    register, last = evidence.load.stage.register, _last_messages(evidence)
    exports = evidence.load.exports
    numbers = {one.id: one.number for one in exports.integrations}
    found: dict[str, set[int]] = defaultdict(set)
    for identity, name, cvr, state, is_due, newest in evidence.stage.rows(COMPANIES):
        found[identity].add(cvr)
        if identity not in numbers:
            if state != "ExportFailed":
                yield f"{cvr} of the refusing {name} is {state}"
        elif is_due or (state != "Monitored" and newest != "Failed"):
            yield f"{cvr} of {name} is {state}"
        elif last.get((numbers[identity], cvr)) != register.telephone(cvr) and newest != "Failed":
            yield f"{cvr} of {name} has {last.get((numbers[identity], cvr))} for {register.telephone(cvr)}"
    for one in exports.integrations:
        if missing := set(one.exported) - found[one.id]:
            yield f"integration {one.number} lacks {len(missing)} companies"


@invariant("updates came in order, behind their export")
def updates_came_in_order(evidence: Evidence) -> Iterator[str]:
    """Of companies that stay: what came later says nothing older, and an export comes first."""
    restless = set(evidence.load.exports.restless)
    said: dict[tuple[int, int], list[tuple[bool, str]]] = defaultdict(list)
    for number, cvr, is_update, telephone in _messages(evidence):
        if cvr not in restless:
            said[number, cvr].append((is_update, telephone))
    for (number, cvr), messages in said.items():
        if messages != sorted(messages):
            yield f"{cvr} of integration {number}: {messages}"


def _messages(evidence: Evidence) -> Iterator[tuple[int, int, bool, str]]:
    """What integrations' receivers took, in order: integration, company, whether an update, telephone."""
    for call in evidence.stage.webhooks.taken:
        parts = call.path.split("/")
        if call.status == 200 and parts[1] == "integration":
            message: dict[str, Any] = json.loads(call.body)
            yield int(parts[2]), message["cvr"], parts[3] == "update", message["telephone"]


def _last_messages(evidence: Evidence) -> dict[tuple[int, int], str]:
    return {(number, cvr): telephone for number, cvr, _, telephone in _messages(evidence)}
