"""Leases on companies: who asks a source for one keeps others from asking too, without holding a transaction open."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import connection

from companies.models import SourceLease

# Longer than the calls for one report, or for a step of a poll, and the import of what they bring take together. After
# it, what a dead process held is free.
LEASE = timedelta(minutes=2)

# In one order for all, so that no two wait for each other.
TAKE = """
INSERT INTO companies_sourcelease AS lease (key, token, expires_at)
SELECT key, %(token)s, clock_timestamp() + %(lease)s FROM unnest(%(keys)s::text[]) AS key ORDER BY key
ON CONFLICT (key) DO UPDATE SET token = EXCLUDED.token, expires_at = EXCLUDED.expires_at
WHERE lease.expires_at <= clock_timestamp()
RETURNING key
"""


@contextmanager
def locked_companies(*, source: str, cvrs: Sequence[str]) -> Iterator[list[str]]:
    """Those of the companies that nobody else holds for the source, held until the block ends, or for LEASE.

    It never waits.
    """
    keys = {f"{source} {cvr}": cvr for cvr in cvrs}
    token = uuid.uuid4()
    taken = _take(list(keys), token)
    try:
        yield [cvr for key, cvr in keys.items() if key in taken]
    finally:
        SourceLease.objects.filter(key__in=taken, token=token).delete()


@contextmanager
def locked_poll(poll: str) -> Iterator[bool]:
    """The same for a poll: whether it is ours."""
    with locked_companies(source="poll", cvrs=[poll]) as held:
        yield bool(held)


def _take(keys: list[str], token: uuid.UUID) -> set[str]:
    parameters: dict[str, Any] = {"keys": keys, "token": token, "lease": LEASE}
    with connection.cursor() as cursor:
        cursor.execute(TAKE, parameters)
        return {row[0] for row in cursor.fetchall()}
