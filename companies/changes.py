"""The change log: appending to it in the order of commits, and reading it by cursor.

A reader sees every change once and in order because ids are given under one lock that is held until the commit: a
change with a lower id is always visible before one with a higher id is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max, QuerySet

from companies.models import Change, ChangeCursor

# The key of the transaction-level advisory lock; any number that nothing else in this database uses.
APPEND_LOCK = 0x4C61_7373_6F01


@dataclass(frozen=True, slots=True)
class ChangedFields:
    """What differs between two versions of a company: `fields` is {name: {"before": …, "after": …}}."""

    cvr: str
    version: int
    fields: Mapping[str, Mapping[str, Any]]


def append_change(*, cvr: str, version: int, fields: Mapping[str, Mapping[str, Any]], now: datetime) -> Change:
    """Append one change. The log is locked for other writers until the caller's transaction ends.

    Raises:
        RuntimeError: there is no transaction.
    """
    return append_changes(changes=[ChangedFields(cvr, version, fields)], now=now)[0]


def append_changes(*, changes: Iterable[ChangedFields], now: datetime) -> list[Change]:
    """Append several changes in the order given; see `append_change`. Call it last before the commit."""
    rows = [Change(cvr=change.cvr, version=change.version, fields=change.fields, created_at=now) for change in changes]
    if not rows:
        return []
    require_transaction("append to the change log")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [APPEND_LOCK])
    return Change.objects.bulk_create(rows)


def register_reader(*, reader: str) -> ChangeCursor:
    """The reader's cursor; a new reader starts at the end of the log, so that it gets what comes from now on."""
    end = Change.objects.aggregate(end=Max("id"))["end"] or 0
    return ChangeCursor.objects.get_or_create(reader=reader, defaults={"position": end})[0]


def take_changes(*, reader: str, limit: int) -> list[Change]:
    """The next changes for the reader, oldest first, and its cursor moved behind them.

    The cursor is locked and moved in the caller's transaction: what the caller writes of the changes and the move are
    committed together or not at all. A second worker of the same reader waits for the first.

    Raises:
        RuntimeError: there is no transaction.
    """
    require_transaction("take changes")
    register_reader(reader=reader)
    cursor = ChangeCursor.objects.select_for_update().get(reader=reader)
    changes = list(Change.objects.filter(id__gt=cursor.position).order_by("id")[:limit])
    if changes:
        ChangeCursor.objects.filter(reader=reader).update(position=changes[-1].id)
    return changes


def changes_of(*, cvr: str, before: int | None = None) -> QuerySet[Change]:
    """The company's changes, newest first; those older than version `before` when it is given."""
    changes = Change.objects.filter(cvr=cvr)
    if before is not None:
        changes = changes.filter(version__lt=before)
    return changes.order_by("-version")


def require_transaction(doing: str) -> None:
    """Refuse to go on outside of a transaction, before anything is written."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"To {doing} there must be a transaction; call it inside transaction.atomic().")
