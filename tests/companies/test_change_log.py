"""The change log: in the order of commits, read by cursors that move with what the reader writes."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from companies.changes import ChangedFields, append_change, append_changes, register_reader, take_changes
from companies.models import Change, ChangeCursor
from tests.waiting import wait_until

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
FIELDS = {"telephone": {"before": "1", "after": "2"}}


def append(version=2, cvr="99900011"):
    with transaction.atomic():
        return append_change(cvr=cvr, version=version, fields=FIELDS, now=NOW)


def take(reader="listening", limit=100):
    with transaction.atomic():
        return [change.version for change in take_changes(reader=reader, limit=limit)]


def in_thread(work, *arguments):
    """A thread with a connection of its own."""

    def run():
        try:
            work(*arguments)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def write_some(cvr, written):
    """Fifteen transactions with one change, two or none; every fifth is rolled back."""
    for number in range(15):
        versions = range(2 + number * 2, 2 + number * 2 + number % 3)
        with transaction.atomic():
            rows = append_changes(changes=[ChangedFields(cvr, version, FIELDS) for version in versions], now=NOW)
            transaction.set_rollback(number % 5 == 4)
        written.extend(row.id for row in rows if number % 5 != 4)


def read_all(taken, is_over):
    """Take until nothing is left and nobody writes any more."""
    while True:
        was_over = is_over.is_set()
        with transaction.atomic():
            some = [change.id for change in take_changes(reader="listening", limit=7)]
            taken.extend(some)
        if was_over and not some:
            return


@pytest.mark.django_db(transaction=True)
class TestChangeLog:
    def test_it_starts_a_new_reader_at_the_end(self):
        append(2)
        register_reader(reader="listening")
        append(3)
        assert take() == [3]
        assert take() == []

    def test_it_gives_every_change_once_and_in_order(self):
        register_reader(reader="listening")
        for version in range(2, 7):
            append(version)
        assert take(limit=2) == [2, 3]
        assert take(limit=2) == [4, 5]
        assert take(limit=2) == [6]

    def test_it_keeps_readers_apart(self):
        register_reader(reader="listening")
        register_reader(reader="updating")
        append(2)
        assert take("listening") == [2]
        assert take("updating") == [2]

    def test_it_does_not_move_when_the_reader_fails(self):
        register_reader(reader="listening")
        append(2)

        def fail_behind_the_changes():
            with transaction.atomic():
                assert len(take_changes(reader="listening", limit=100)) == 1
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail_behind_the_changes()
        assert take() == [2]

    def test_it_needs_a_transaction(self):
        with pytest.raises(RuntimeError, match=r"transaction\.atomic"):
            append_change(cvr="99900011", version=2, fields=FIELDS, now=NOW)
        with pytest.raises(RuntimeError, match=r"transaction\.atomic"):
            take_changes(reader="listening", limit=1)
        assert not Change.objects.exists()
        assert not ChangeCursor.objects.exists()

    def test_it_gives_ids_in_the_order_of_commits(self):
        """A writer that has a number must commit before another gets one, or a reader would pass the first over."""
        register_reader(reader="listening")
        has_appended, may_commit, ids = threading.Event(), threading.Event(), {}

        def slow():
            try:
                with transaction.atomic():
                    ids["slow"] = append_change(cvr="99900011", version=2, fields=FIELDS, now=NOW).id
                    has_appended.set()
                    assert may_commit.wait(10)
            finally:
                connection.close()

        def quick():
            try:
                ids["quick"] = append(3).id
            finally:
                connection.close()

        slow_thread, quick_thread = threading.Thread(target=slow), threading.Thread(target=quick)
        slow_thread.start()
        assert has_appended.wait(10)
        quick_thread.start()
        self.wait_for_waiting_lock()
        assert take() == []
        may_commit.set()
        slow_thread.join(10)
        quick_thread.join(10)
        assert ids["slow"] < ids["quick"]
        assert take() == [2, 3]

    def test_it_lets_two_workers_of_one_reader_take_turns(self):
        register_reader(reader="listening")
        append(2)
        taken = []

        def second():
            try:
                taken.extend(take())
            finally:
                connection.close()

        thread = threading.Thread(target=second)
        with transaction.atomic():
            assert len(take_changes(reader="listening", limit=100)) == 1
            thread.start()
            self.wait_for_waiting_lock()
        thread.join(10)
        assert taken == []

    def test_it_loses_and_doubles_nothing_while_many_write_and_two_read(self):
        """Real transactions of many lengths; what is rolled back leaves a hole in the numbers and nothing else."""
        register_reader(reader="listening")
        taken: list[int] = []
        written: list[int] = []
        is_over = threading.Event()
        writing = [in_thread(write_some, f"{99900000 + number}", written) for number in range(6)]
        reading = [in_thread(read_all, taken, is_over) for _ in range(2)]
        for thread in writing:
            thread.join(60)
        is_over.set()
        for thread in reading:
            thread.join(60)
        assert len(written) == 6 * (15 - 3)
        assert taken == sorted(written)

    def wait_for_waiting_lock(self):
        def somebody_waits():
            with connection.cursor() as cursor:
                # Inside a transaction the view would show what it showed first.
                cursor.execute("SELECT pg_stat_clear_snapshot()")
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
                )
                return cursor.fetchone()[0]

        wait_until(somebody_waits, seconds=10)
