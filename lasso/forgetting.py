"""Forgetting in small steps: what is kept for a time is deleted a few rows at a time, and nobody waits for it.

An app says what it forgets with `register`, from its `ready`. The clock starts all of them (`lasso.tasks.forget`), each
in a message of its own. One goes on for LONGEST_TURN at most, in steps of one short transaction each, and the next turn
takes up what is left. So it may run twice at once, be cut short anywhere, and never holds a lock for long.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from django.db import connection

log = structlog.get_logger(__name__)

# One transaction's worth.
CHUNK = 1000
LONGEST_TURN = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgetting:
    """One kind of thing that is forgotten.

    `step(now)` deletes some of it, in a transaction of its own, and returns how many; 0 when nothing is old enough.
    `setting` names how long it is kept; `tables` the models ("delivery.Attempt") that it keeps from growing for ever.
    """

    name: str
    setting: str
    tables: tuple[str, ...]
    step: Callable[[datetime], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Which rows of a table are old enough, in our own SQL: `where` may use the parameters that `delete_some` gets.

    `order` is along an index, so that no row is looked at that is not next to go.
    """

    table: str
    where: str
    order: str
    key: str = "id"


_kinds: dict[str, Forgetting] = {}


def register(kind: Forgetting) -> None:
    """Make the kind known; called once for each when Django starts."""
    _kinds[kind.name] = kind


def all_forgettings() -> tuple[Forgetting, ...]:
    """Every registered kind."""
    return tuple(_kinds.values())


def forget(name: str, *, now: datetime) -> int:
    """A turn of one kind; returns how many were forgotten.

    Raises:
        KeyError: no kind has this name.
    """
    return in_steps(partial(_kinds[name].step, now), name=name)


def in_steps(step: Callable[[], int], *, name: str) -> int:
    """Do `step` until it finds nothing more or the turn is over; returns how many were forgotten altogether."""
    until = time.monotonic() + LONGEST_TURN.total_seconds()
    count = 0
    while some := step():
        count += some
        if time.monotonic() > until:
            break
    if count:
        log.info("forgotten", what=name, count=count, is_all=not some)
    return count


def delete_some(rows: Rows, parameters: Mapping[str, Any], *, most: int = CHUNK) -> int:
    """Delete the next `most` of these rows; returns how many there were. What somebody holds is passed over."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {rows.table} WHERE {rows.key} = ANY(ARRAY("  # noqa: S608 - our own SQL
            f"SELECT {rows.key} FROM {rows.table} WHERE {rows.where} "
            f"ORDER BY {rows.order} LIMIT %(most)s FOR UPDATE SKIP LOCKED))",
            {**parameters, "most": most},
        )
        return int(cursor.rowcount)
