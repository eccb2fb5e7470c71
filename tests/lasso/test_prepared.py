"""Statements that are planned once, and those whose commit does not wait for the disk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from lasso.prepared import UNHURRIED, alone, execute_prepared

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _careful() -> Iterator[None]:
    """The tests' server waits for no disk at all."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO on")
        yield
        cursor.execute("RESET synchronous_commit")


def waits_for_the_disk() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        return str(cursor.fetchone()[0])


def run_unhurried() -> str | None:
    """What the statement itself commits with; None when it leaves that as it is."""
    row = execute_prepared(f"SELECT {UNHURRIED}, current_setting('synchronous_commit')", alone()).fetchone()
    assert row is not None
    return None if row[0] is None else str(row[1])


def test_it_does_not_wait_for_the_disk_alone_and_the_next_statement_does():
    assert run_unhurried() == "off"
    assert waits_for_the_disk() == "on"


def test_it_leaves_the_transaction_it_is_part_of_as_it_is():
    with transaction.atomic():
        assert run_unhurried() is None
        assert waits_for_the_disk() == "on"


def test_it_numbers_parameters_by_their_names():
    row = execute_prepared(
        "SELECT %(two)s::int - %(one)s::int, 5 % %(one)s::int, '%'", {"one": 3, "two": 10}
    ).fetchone()
    assert row == (7, 2, "%")
