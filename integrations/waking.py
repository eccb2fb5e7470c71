"""Waking an integration's lane, and what the sweep asks: which integrations have something to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from lanes.waking import wake

QUEUE = "integrations"

# Two looks into partial indexes for each integration, however many companies it has.
DUE = """
SELECT integration.id FROM integrations_integration AS integration
WHERE integration.deleted_at IS NOT NULL
   OR EXISTS (
     SELECT 1 FROM integrations_monitoredcompany
     WHERE integration_id = integration.id AND export_due_at <= clock_timestamp())
   OR EXISTS (
     SELECT 1 FROM integrations_monitoredcompany
     WHERE integration_id = integration.id AND is_update_due AND state IN ('Monitored', 'Duplicate'))
"""


def wake_integration(integration_id: UUID) -> None:
    """After the commit of the current transaction, say that the integration has work; once a transaction."""
    waking = _Waking(integration_id)
    if not any(waking == planned for _, planned, *_ in transaction.get_connection().run_on_commit):
        transaction.on_commit(waking)


def due_integrations() -> Iterator[tuple[UUID, int]]:
    """The integrations with work that could be done now, one lane each."""
    with connection.cursor() as cursor:
        cursor.execute(DUE)
        for row in cursor.fetchall():
            yield row[0], 1


@dataclass(frozen=True, slots=True)
class _Waking:
    integration_id: UUID

    def __call__(self) -> None:
        wake(queue=QUEUE, subject=self.integration_id)
