"""Changes of companies: read on in the change log, and mark those that their integrations' lanes are to look at.

Only a change of a field marked Update counts. A mark is no message yet: the lane composes what the company says by
then, so that several changes become one message, and sends it only if the receiver does not have it. A company whose
export has not succeeded yet is marked too, and its mark waits.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import structlog
from django.db import connection, transaction

from companies.changes import take_changes
from companies.models import Change
from integrations.waking import wake_integration

log = structlog.get_logger(__name__)

READER = "integrations.updating"
CHANGES_AT_ONCE = 500

# Locked in the order in which everybody locks companies.
MARK = """
WITH changed AS (
  SELECT * FROM unnest(%(cvrs)s::text[], %(fields)s::text[]) AS changed (cvr, field)
), concerned AS (
  SELECT company.id FROM integrations_monitoredcompany AS company
  WHERE company.state <> 'Gone' AND company.cvr = ANY(%(cvrs)s) AND EXISTS (
    SELECT 1 FROM changed JOIN integrations_mappedfield AS mapped
      ON mapped.integration_id = company.integration_id AND mapped.is_update AND mapped.field = changed.field
    WHERE changed.cvr = company.cvr)
  ORDER BY company.integration_id, company.cvr FOR NO KEY UPDATE
)
UPDATE integrations_monitoredcompany AS company SET is_update_due = true
FROM concerned WHERE company.id = concerned.id AND company.state <> 'Gone'
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
    pairs = {(change.cvr, field) for change in changes for field in change.fields}
    if not pairs:
        return []
    parameters = {"cvrs": [cvr for cvr, _ in pairs], "fields": [field for _, field in pairs]}
    with connection.cursor() as cursor:
        cursor.execute(MARK, parameters)
        return [row[0] for row in cursor.fetchall()]
