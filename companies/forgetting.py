"""What the register forgets: changes told long ago, who read beneficial owners, and leases nobody gave back."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import connection
from django.db.models import Min

from companies.models import ChangeCursor
from lasso.forgetting import CHUNK, Forgetting, Rows, delete_some, register

# Both tables: the oldest first, by their numbers. Nothing has to be sorted, and no row is looked at that is not next.
FORGET_CHANGES = """
DELETE FROM companies_change
WHERE id IN (SELECT id FROM companies_change WHERE id <= %(read)s ORDER BY id LIMIT %(most)s)
  AND created_at < %(before)s
"""
NOBODY_READS = 2**63 - 1
READS = Rows(
    table="companies_beneficialownerread",
    where="id <= (SELECT min(id) + %(most)s FROM companies_beneficialownerread) AND read_at < %(before)s",
    order="id",
)
# One that somebody takes over right now is his, and nobody waits for it.
LEASES = Rows(table="companies_sourcelease", where="expires_at <= clock_timestamp()", order="expires_at", key="key")


def forget_some_changes(now: datetime) -> int:
    """Delete some of the changes recorded longer than CHANGE_LOG_LIFETIME ago that every reader has read."""
    position = ChangeCursor.objects.aggregate(position=Min("position"))["position"]
    parameters = {
        "read": NOBODY_READS if position is None else position,
        "most": CHUNK,
        "before": now - settings.CHANGE_LOG_LIFETIME,
    }
    with connection.cursor() as cursor:
        cursor.execute(FORGET_CHANGES, parameters)
        return int(cursor.rowcount)


def forget_some_reads(now: datetime) -> int:
    """Delete some of the log of who read beneficial owners, ACCESS_LOG_RETENTION after it was written."""
    return delete_some(READS, {"before": now - settings.ACCESS_LOG_RETENTION})


def forget_expired_leases(now: datetime | None = None) -> int:  # noqa: ARG001 - as all steps
    """Delete the leases of processes that died with them, by the database's clock; returns how many."""
    return delete_some(LEASES, {})


def register_forgetting() -> None:
    """Called when Django starts."""
    register(
        Forgetting(
            name="changes", setting="CHANGE_LOG_LIFETIME", tables=("companies.Change",), step=forget_some_changes
        )
    )
    register(
        Forgetting(
            name="reads of beneficial owners",
            setting="ACCESS_LOG_RETENTION",
            tables=("companies.BeneficialOwnerRead",),
            step=forget_some_reads,
        )
    )
    register(
        Forgetting(name="leases on sources", setting="", tables=("companies.SourceLease",), step=forget_expired_leases)
    )
