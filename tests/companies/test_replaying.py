"""Readers set back by command, and old changes forgotten once everybody has read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from companies.changes import append_change, register_reader, take_changes
from companies.forgetting import forget_some_changes
from companies.models import Change, ChangeCursor
from lasso.forgetting import forget

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
READER = "reporting.listening"


def append(*versions, now=NOW):
    ids = []
    for version in versions:
        with transaction.atomic():
            fields = {"telephone": {"before": "1", "after": "2"}}
            ids.append(append_change(cvr="99900011", version=version, fields=fields, now=now).id)
    return ids


def take(reader=READER):
    with transaction.atomic():
        return [change.version for change in take_changes(reader=reader, limit=100)]


def replay(*arguments, reader=READER):
    call_command("replay_changes", reader, *(str(one) for one in arguments))


@pytest.fixture(autouse=True)
def readers():
    register_reader(reader=READER)
    register_reader(reader="integrations.updating")


class TestReplay:
    def test_it_reads_again_from_a_number_on(self, capsys):
        ids = append(2, 3, 4, 5)
        assert take() == [2, 3, 4, 5]
        replay("--from", ids[1])
        assert capsys.readouterr().out == (
            f"{READER} reads 3 changes again, number {ids[1]} to {ids[3]}, when it looks next.\n"
        )
        assert take() == [3, 4, 5]
        assert take() == []

    def test_it_reads_again_from_a_time_on_in_danish_time(self):
        append(2, now=NOW - timedelta(hours=1))
        append(3, 4, now=NOW)
        take()
        replay("--since", "2026-06-01T14:00")
        assert take() == [3, 4]
        replay("--since", "2026-06-01T11:00Z")
        assert take() == [2, 3, 4]

    def test_it_leaves_other_readers_where_they_are(self):
        ids = append(2, 3)
        take()
        take("integrations.updating")
        replay("--from", ids[0])
        assert take("integrations.updating") == []

    def test_it_refuses_a_reader_that_it_does_not_know(self):
        append(2)
        with pytest.raises(
            CommandError, match=r"'listening'\. The readers are: integrations\.updating, reporting\.lis"
        ):
            replay("--from", 1, reader="listening")
        assert ChangeCursor.objects.count() == 2

    def test_it_does_not_go_forward(self):
        append(1)
        take()
        ids = append(2, 3)
        with pytest.raises(CommandError, match=f"has read up to number {ids[0] - 1} and is not at {ids[1]} yet"):
            replay("--from", ids[1])
        assert take() == [2, 3]

    def test_it_does_not_go_back_behind_the_log(self):
        ids = append(2, 3)
        take()
        Change.objects.filter(id=ids[0]).delete()
        with pytest.raises(CommandError, match=f"The oldest change kept is number {ids[1]}"):
            replay("--from", ids[0])
        assert take() == []

    def test_it_says_that_nothing_has_happened_since(self):
        append(2)
        take()
        with pytest.raises(CommandError, match="No change has been recorded since 2026-06-02"):
            replay("--since", "2026-06-02")

    @pytest.mark.parametrize(
        "arguments", [(), ("--since", "i går"), ("--from", "x"), ("--from", "1", "--since", "2026")]
    )
    def test_it_asks_for_one_place_to_begin(self, arguments):
        append(2)
        take()
        with pytest.raises(CommandError):
            replay(*arguments)
        assert take() == []


class TestForgetting:
    @pytest.fixture(autouse=True)
    def _a_month(self, settings):
        settings.CHANGE_LOG_LIFETIME = timedelta(days=30)

    def test_it_forgets_what_is_old_and_read(self):
        append(2, now=NOW - timedelta(days=31))
        append(3, now=NOW - timedelta(days=29))
        take()
        take("integrations.updating")
        assert forget_some_changes(NOW) == 1
        assert [change.version for change in Change.objects.all()] == [3]

    def test_it_keeps_what_one_reader_has_not_read(self):
        append(2, 3, now=NOW - timedelta(days=31))
        take()
        assert forget_some_changes(NOW) == 0
        assert take("integrations.updating") == [2, 3]

    def test_it_forgets_without_any_reader(self):
        ChangeCursor.objects.all().delete()
        append(2, now=NOW - timedelta(days=31))
        assert forget_some_changes(NOW) == 1

    def test_it_forgets_in_chunks(self, monkeypatch):
        monkeypatch.setattr("companies.forgetting.CHUNK", 2)
        append(2, 3, 4, 5, 6, now=NOW - timedelta(days=31))
        take()
        take("integrations.updating")
        assert forget_some_changes(NOW) == 2
        assert forget("changes", now=NOW) == 3
