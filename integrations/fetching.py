"""Companies that were accepted for export though the register lacks them: fetched from the live source by the lane."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction

from companies.errors import SourceBusy, SourceUnreachable
from companies.fetching_many import fetch_missing
from companies.sources.distribution.access import REGISTER, is_on
from delivery.purposes import INTEGRATION_EXPORT
from delivery.queueing import Unsent, note_unsent
from integrations.chunks import lock_integration
from integrations.composing_exports import UNKNOWN
from integrations.mapping import mapping_of
from integrations.models import Integration

log = structlog.get_logger(__name__)

# A question to the source; with annual accounts, each of which is a file, fewer.
AT_ONCE = 100
AT_ONCE_WITH_ACCOUNTS = 10
# A source out of reach is asked again after these, or later when it says so itself; then the exports fail.
PAUSES = (timedelta(seconds=30), timedelta(minutes=2))
# A source that is only busy with other questions of ours.
BUSY_PAUSE = timedelta(seconds=3)
LONGEST_PAUSE = timedelta(hours=1)

OUT_OF_REACH = "{source} could not be reached in {count} tries, and the company is not stored here."
REFUSED = "The register's document of the company cannot be taken: {reason}"
SOME_SOURCE = "The source of the company's facts"

MISSING = """
SELECT due.cvr FROM integrations_monitoredcompany AS due
WHERE due.integration_id = %(integration)s AND due.export_due_at <= %(now)s
  AND NOT EXISTS (SELECT 1 FROM companies_company AS stored WHERE stored.cvr = due.cvr)
ORDER BY due.export_due_at, due.cvr LIMIT %(most)s
"""
# Only what still waits for it, and in the order in which everybody locks companies.
LOCKED = """
WITH locked AS (
  SELECT id FROM integrations_monitoredcompany
  WHERE integration_id = %(integration)s AND cvr = ANY(%(cvrs)s) AND export_due_at IS NOT NULL
  ORDER BY cvr FOR NO KEY UPDATE)
"""
FAIL = (
    LOCKED
    + """
UPDATE integrations_monitoredcompany AS company
SET state = CASE WHEN company.last_exported_at IS NULL THEN 'ExportFailed' ELSE 'Monitored' END,
  export_due_at = NULL, fetch_count = 0, last_status_code = NULL, last_answer = %(reason)s, last_answer_at = %(now)s
FROM locked WHERE company.id = locked.id
RETURNING company.cvr
"""
)
PUT_OFF = (
    LOCKED
    + """
UPDATE integrations_monitoredcompany AS company
SET fetch_count = company.fetch_count + %(cost)s,
  export_due_at = %(now)s + GREATEST(%(least)s, (%(pauses)s::interval[])[company.fetch_count + 1])
FROM locked WHERE company.id = locked.id AND company.fetch_count < %(most)s
RETURNING company.cvr
"""
)


def fetch_due(*, integration_id: UUID, now: datetime) -> bool:
    """Fetch some of the companies that are to be exported and that the register lacks; whether there were any.

    Nobody has them, or their document cannot be taken: their export has failed, with that reason. Makes calls of up to
    a minute: never within a transaction.
    """
    integration = Integration.objects.filter(pk=integration_id, deleted_at__isnull=True).first()
    if integration is None or not is_on(REGISTER):
        return False
    accounts = mapping_of(integration).needs_accounts
    cvrs = _missing(integration, most=AT_ONCE_WITH_ACCOUNTS if accounts else AT_ONCE, now=now)
    if not cvrs:
        return False
    try:
        fetched = fetch_missing(cvrs=cvrs, accounts=accounts, now=now)
    except SourceBusy as error:
        _put_off(integration, cvrs, least=max(BUSY_PAUSE, error.retry_after), cost=0, now=now)
    except SourceUnreachable as error:
        log.warning("source_out_of_reach", source=error.source, error=str(error), companies=len(cvrs))
        put_off = _put_off(integration, cvrs, least=min(error.retry_after, LONGEST_PAUSE), cost=1, now=now)
        reason = OUT_OF_REACH.format(source=error.source or SOME_SOURCE, count=len(PAUSES) + 1)
        _fail(integration, dict.fromkeys(set(cvrs) - put_off, reason), now=now)
    else:
        reasons = {cvr: REFUSED.format(reason=reason) for cvr, reason in fetched.refused.items()}
        _fail(integration, reasons | dict.fromkeys(fetched.unknown, UNKNOWN), now=now)
    return True


def _missing(integration: Integration, *, most: int, now: datetime) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(MISSING, {"integration": integration.pk, "now": now, "most": most})
        return [row[0] for row in cursor.fetchall()]


def _fail(integration: Integration, reasons: Mapping[str, str], *, now: datetime) -> None:
    by_reason: dict[str, list[str]] = {}
    for cvr, reason in reasons.items():
        by_reason.setdefault(reason, []).append(cvr)
    for reason, cvrs in by_reason.items():
        log.warning("export_impossible", companies=len(cvrs), reason=reason)
        with transaction.atomic():
            _fail_for(integration, reason, cvrs, now=now)


def _fail_for(integration: Integration, reason: str, cvrs: Sequence[str], *, now: datetime) -> None:
    # Deleted while the source was asked: then nobody is to be told.
    living = lock_integration(integration.pk)
    if living is None:
        return
    parameters: dict[str, Any] = {"integration": living.pk, "cvrs": list(cvrs), "reason": reason, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(FAIL, parameters)
        unsent = [Unsent(cvr=cvr, reason=reason) for (cvr,) in cursor.fetchall()]
    note_unsent(endpoint=living.export_endpoint, purpose=INTEGRATION_EXPORT.name, unsent=unsent, now=now)


def _put_off(integration: Integration, cvrs: Sequence[str], *, least: timedelta, cost: int, now: datetime) -> set[str]:
    """Due again later; those that have no try left are not. An uncosted one has any number."""
    parameters: dict[str, Any] = {
        "integration": integration.pk,
        "cvrs": list(cvrs),
        "least": least,
        "cost": cost,
        "pauses": list(PAUSES) if cost else [],
        "most": len(PAUSES) if cost else len(PAUSES) + 1,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(PUT_OFF, parameters)
        return {row[0] for row in cursor.fetchall()}
