"""Changes of companies: read on in the change log, and mark those that their integrations' lanes are to look at.

Only a change of a field marked Update counts. A mark is no message yet: the lane composes what the company says by
then, so that several changes become one message, and sends it only if the receiver does not have it. A company whose
export has not succeeded yet is marked too, and its mark waits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

import structlog
from django.db import connection, transaction

from companies.changes import take_changes
from companies.models import Change
from integrations.models import MappedField, MonitoredCompany
from integrations.waking import wake_integration

log = structlog.get_logger(__name__)

READER = "integrations.updating"
CHANGES_AT_ONCE = 500

# Locked in the order in which everybody locks companies.
MARK = """
WITH concerned AS (
  SELECT id FROM integrations_monitoredcompany WHERE id = ANY(%(ids)s) AND state <> 'Gone'
  ORDER BY integration_id, cvr FOR NO KEY UPDATE
)
UPDATE integrations_monitoredcompany AS company SET is_update_due = true FROM concerned WHERE company.id = concerned.id
RETURNING company.integration_id
"""


def follow_changes() -> int:
    """Read on in the change log and mark each company concerned; returns how many marks were made.

    The cursor moves in the transaction that marks them, so that no change is read twice or left out.
    """
    marked = 0
    while True:
        with transaction.atomic():
            changes = take_changes(reader=READER, limit=CHANGES_AT_ONCE)
            integrations = _mark(changes)
            for integration_id in set(integrations):
                wake_integration(integration_id)
        marked += len(integrations)
        if len(changes) < CHANGES_AT_ONCE:
            break
    if marked:
        log.info("companies_changed", marked=marked)
    return marked


def _mark(changes: Iterable[Change]) -> list[UUID]:
    """Mark the companies that have these changes among the fields marked Update; their integrations."""
    concerned = _concerned(changes)
    if not concerned:
        return []
    with connection.cursor() as cursor:
        cursor.execute(MARK, {"ids": concerned})
        return [row[0] for row in cursor.fetchall()]


def _concerned(changes: Iterable[Change]) -> list[int]:
    """The rows of the companies that changed in a field that their integration has marked Update.

    A company that is ordered after this look at the tables is read after these changes anyway.
    """
    changed: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        changed[change.cvr].update(change.fields)
    monitored = MonitoredCompany.objects.filter(cvr__in=list(changed)).exclude(state=MonitoredCompany.State.GONE)
    rows = list(monitored.values_list("id", "integration_id", "cvr"))
    mapped = MappedField.objects.filter(integration__in={integration for _, integration, _ in rows}, is_update=True)
    updates: dict[UUID, set[str]] = defaultdict(set)
    for integration, field in mapped.exclude(field="").values_list("integration_id", "field"):
        updates[integration].add(field)
    return [pk for pk, integration, cvr in rows if not updates[integration].isdisjoint(changed[cvr])]
