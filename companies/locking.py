"""Locks on companies that last longer than a transaction: who asks a source for one keeps others from asking too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

TRY = "SELECT cvr FROM unnest(%s::text[]) AS cvr WHERE pg_try_advisory_lock(hashtext(%s), cvr::integer)"
LET_GO = "SELECT pg_advisory_unlock(hashtext(%s), cvr::integer) FROM unnest(%s::text[]) AS cvr"


@contextmanager
def locked_companies(*, source: str, cvrs: Sequence[str]) -> Iterator[list[str]]:
    """Those of the companies that nobody else holds for the source, held until the block ends or the connection does.

    It never waits. The locks belong to the database session, so they are let go when the process dies.
    """
    with connection.cursor() as cursor:
        cursor.execute(TRY, [list(cvrs), source])
        held = [row[0] for row in cursor.fetchall()]
    try:
        yield held
    finally:
        with connection.cursor() as cursor:
            cursor.execute(LET_GO, [source, held])


@contextmanager
def locked_poll(poll: str) -> Iterator[bool]:
    """The same for a poll: whether it is ours."""
    with locked_companies(source=poll, cvrs=["0"]) as held:
        yield bool(held)
