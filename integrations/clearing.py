"""A deleted integration's rows are cleared away in small steps; the log of its deliveries stays."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import IntegrityError, connection, transaction

# One transaction's worth.
CHUNK = 1000

# What somebody holds this moment is deleted by the next step.
DELETE_SOME = """
DELETE FROM {table} WHERE id = ANY(ARRAY(
  SELECT id FROM {table} WHERE integration_id = %(integration)s LIMIT %(most)s FOR UPDATE SKIP LOCKED))
"""
DELETE_ITSELF = "DELETE FROM integrations_integration WHERE id = %(integration)s AND deleted_at IS NOT NULL"
TABLES = ("integrations_monitoredcompany", "integrations_updatemessage", "integrations_mappedfield")


def clear_away(*, integration_id: UUID, is_over: Callable[[], bool]) -> bool:
    """Delete what a deleted integration leaves, until `is_over`; whether there is more to delete.

    May be cut short anywhere, and run twice at once.
    """
    for table in TABLES:
        while _delete_some(table, integration_id):
            if is_over():
                return True
    return not _delete_itself(integration_id)


def _delete_some(table: str, integration_id: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(DELETE_SOME.format(table=table), {"integration": integration_id, "most": CHUNK})
        return int(cursor.rowcount)


def _delete_itself(integration_id: UUID) -> bool:
    """False while something refers to it still: an order that was given at the moment of its deletion."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(DELETE_ITSELF, {"integration": integration_id})
    except IntegrityError:
        return False
    return True
