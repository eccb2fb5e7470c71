"""Rows that several tests look at and that are costly to make: made once for a file or a class, gone at its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from pytest_django import DjangoDbBlocker


@contextmanager
def standing_rows(blocker: DjangoDbBlocker) -> Iterator[None]:
    """What is written in this block, in a fixture that yields in it, stands until it ends.

    It is one transaction that is rolled back: each test's own transaction is a savepoint in it, and nobody else sees
    the rows. Needs the fixture `django_db_setup`.
    """
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
