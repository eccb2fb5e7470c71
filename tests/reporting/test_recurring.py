"""Batches that recur: one run for each moment, whatever happens to the processes that look."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery import current_app
from django.db import connection, connections, transaction
from django.db.utils import IntegrityError
from django_celery_beat.models import CrontabSchedule, PeriodicTask
from django_celery_beat.schedulers import ModelEntry

from lasso.errors import FieldErrors
from reporting import recurring
from reporting.models import Batch, BatchItem, Report, StatusConflictError
from reporting.moves import cancel_batch, stop
from reporting.recurrence import Recurrence
from reporting.recurring import change_recurrence, pause, resume, run_due, run_if_due
from reporting.scheduling import start_due_batches
from reporting.tasks import run_recurring_batch
from reporting.tasks import start_due_batches as clock
from tests.reporting.conftest import HAVGRUS, NORDLYS, claimed, order_body, place, render_all

pytestmark = pytest.mark.django_db

ORDERED = datetime(2024, 11, 22, 12, tzinfo=UTC)
FIRST = datetime(2024, 12, 1, 5, tzinfo=UTC)  # six in the morning in Denmark
SECOND = datetime(2025, 1, 1, 5, tzinfo=UTC)
MONTHLY = {"crontab": "0 6 1 * *"}
SECONDS = timedelta(seconds=1)


@pytest.fixture
def monthly(organisation) -> Batch:
    return place(organisation, now=ORDERED, recurrence=MONTHLY, notificationEmail="her@revision.example", engine="fast")


def runs_of(batch: Batch) -> list[Batch]:
    return list(batch.runs.order_by("scheduled_at"))


def test_it_waits_for_its_first_moment_and_has_no_reports_itself(monthly) -> None:
    assert (monthly.status, monthly.next_run_at, monthly.time_zone) == ("Scheduled", FIRST, "Europe/Copenhagen")
    assert (run_due(now=FIRST - SECONDS), start_due_batches(now=FIRST)) == (0, 0)
    assert not Report.objects.exists()


@pytest.mark.usefixtures("register")
def test_each_moment_makes_a_batch_of_its_own(monthly) -> None:
    assert run_due(now=FIRST) == 1

    [run] = runs_of(monthly)
    assert (run.status, run.scheduled_at, run.started_at, run.size) == ("Executing", FIRST, FIRST, 2)
    assert (run.name, run.format, run.email_endpoint, run.crontab) == (
        monthly.name,
        monthly.format,
        monthly.email_endpoint,
        "",
    )
    assert list(run.items.order_by("position").values_list("cvr", flat=True)) == [f"{NORDLYS}", f"{HAVGRUS}"]
    assert render_all(run.pk) == 2
    monthly.refresh_from_db()
    assert (monthly.status, monthly.next_run_at, monthly.completion) == ("Scheduled", SECOND, 0.0)

    assert [run_due(now=FIRST), run_due(now=SECOND), run_due(now=SECOND)] == [0, 1, 0]
    assert [run.scheduled_at for run in runs_of(monthly)] == [FIRST, SECOND]


def test_what_nobody_saw_is_made_up_for_once(monthly) -> None:
    late = datetime(2025, 3, 10, tzinfo=UTC)

    assert (run_due(now=late), run_due(now=late)) == (1, 0)

    monthly.refresh_from_db()
    assert [run.scheduled_at for run in runs_of(monthly)] == [FIRST]
    assert monthly.next_run_at == datetime(2025, 4, 1, 4, tzinfo=UTC)


def test_it_begins_at_its_scheduled_time_and_at_once_where_that_is_asked_for(organisation) -> None:
    later = place(organisation, now=ORDERED, recurrence=MONTHLY, scheduledTime="2025-01-01 05:00:00")
    gone = place(organisation, now=ORDERED, recurrence=MONTHLY, scheduledTime="2018-01-01 05:00:00")
    at_once = place(organisation, now=ORDERED, recurrence=MONTHLY, triggerNow=True)

    assert [batch.next_run_at for batch in (later, gone, at_once)] == [SECOND, FIRST, ORDERED]
    assert run_due(now=ORDERED) == 1
    at_once.refresh_from_db()
    assert at_once.next_run_at == FIRST


def test_the_database_lets_a_moment_have_one_run(monthly) -> None:
    run_due(now=FIRST)
    # As if a process had read the row before and overslept.
    Batch.objects.filter(pk=monthly.pk).update(next_run_at=FIRST)

    with pytest.raises(IntegrityError, match="batch_run_once"), transaction.atomic():
        run_due(now=FIRST)

    assert (Batch.objects.count(), BatchItem.objects.count()) == (2, 4)


@pytest.mark.django_db(transaction=True)
def test_two_beats_and_a_sweep_at_once_make_one_run(organisation) -> None:
    monthly = place(organisation, now=ORDERED, recurrence=MONTHLY)
    start, made = threading.Barrier(4), []

    def look(verb: Any) -> None:
        start.wait(10)
        try:
            made.append(verb())
        finally:
            connections.close_all()

    hint = lambda: run_if_due(batch_id=monthly.pk, now=FIRST) is not None  # noqa: E731
    lookers = [threading.Thread(target=look, args=[verb]) for verb in (hint, hint, lambda: run_due(now=FIRST))]
    for looker in lookers:
        looker.start()
    start.wait(10)
    for looker in lookers:
        looker.join(20)

    assert (sum(made), len(runs_of(monthly)), Report.objects.count()) == (1, 1, 2)


def test_a_run_that_breaks_off_leaves_nothing_and_is_made_by_the_next_look(monthly, monkeypatch) -> None:
    def broken(*_args: Any, **_named: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(recurring, "create_first_reports", broken)
    with pytest.raises(ConnectionError):
        run_due(now=FIRST)
    monkeypatch.undo()
    assert not runs_of(monthly)

    assert run_due(now=FIRST + timedelta(minutes=3)) == 1
    assert [run.scheduled_at for run in runs_of(monthly)] == [FIRST]


def test_one_that_cannot_be_read_holds_up_no_other(monthly, organisation) -> None:
    place(organisation, now=ORDERED, recurrence=MONTHLY)
    Batch.objects.filter(pk=monthly.pk).update(time_zone="Atlantis/Capital", next_run_at=ORDERED)

    assert run_due(now=FIRST) == 1
    assert not runs_of(monthly)


@pytest.mark.usefixtures("register")
def test_an_unknown_company_fails_its_report_and_stops_neither_run_nor_recurrence(organisation) -> None:
    monthly = place(organisation, NORDLYS, 99000023, now=ORDERED, recurrence=MONTHLY, engine="fast")
    run_due(now=FIRST)
    [run] = runs_of(monthly)

    assert render_all(run.pk) == 2

    run.refresh_from_db()
    assert (run.status, run.failed_count) == ("FinishedWithErrors", 1)
    assert run_due(now=SECOND) == 1


def test_beat_has_it_as_a_row_and_its_message_makes_the_run(monthly, organisation) -> None:
    row = PeriodicTask.objects.get(name=f"recurring batch {monthly.pk}")
    entry = ModelEntry(row, app=current_app)
    assert (entry.task, entry.kwargs) == (run_recurring_batch.name, {"batch_id": str(monthly.pk)})
    assert (row.crontab.minute, row.crontab.hour, row.crontab.day_of_month) == ("0", "6", "1")
    assert str(row.crontab.timezone) == "Europe/Copenhagen"
    place(organisation, now=ORDERED, recurrence="0 6 1 * *")
    assert CrontabSchedule.objects.filter(hour="6").count() == 1

    Batch.objects.filter(pk=monthly.pk).update(next_run_at=datetime(2999, 1, 1, tzinfo=UTC))
    run_recurring_batch(**entry.kwargs)
    assert not runs_of(monthly)
    Batch.objects.filter(pk=monthly.pk).update(next_run_at=ORDERED - timedelta(days=400))
    run_recurring_batch(**entry.kwargs)
    run_recurring_batch(**entry.kwargs)
    assert len(runs_of(monthly)) == 1


def test_the_clock_looks_as_well(monthly) -> None:
    PeriodicTask.objects.all().delete()
    Batch.objects.filter(pk=monthly.pk).update(next_run_at=ORDERED - timedelta(days=400))

    clock()

    assert len(runs_of(monthly)) == 1


def test_it_is_paused_and_resumed_without_making_up(monthly) -> None:
    pause(monthly, now=ORDERED)
    assert monthly.is_paused
    assert not PeriodicTask.objects.filter(name__contains=monthly.pk).exists()
    assert run_due(now=FIRST) == 0
    with pytest.raises(StatusConflictError, match="paused already"):
        pause(monthly, now=ORDERED)

    resume(monthly, now=FIRST + SECONDS)

    monthly.refresh_from_db()
    assert (monthly.next_run_at, runs_of(monthly)) == (SECOND, [])
    assert PeriodicTask.objects.filter(name__contains=monthly.pk).exists()
    with pytest.raises(StatusConflictError, match="not paused"):
        resume(monthly, now=FIRST)


def test_it_runs_at_other_moments_after_a_change_and_makes_what_was_due_first(monthly) -> None:
    change_recurrence(monthly, recurrence=Recurrence("30 7 * * *", "UTC"), now=FIRST + SECONDS)

    monthly.refresh_from_db()
    assert [run.scheduled_at for run in runs_of(monthly)] == [FIRST]
    assert (monthly.crontab, monthly.next_run_at) == ("30 7 * * *", FIRST.replace(hour=7, minute=30))
    assert PeriodicTask.objects.get(name__contains=monthly.pk).crontab.hour == "7"

    pause(monthly, now=FIRST)
    change_recurrence(monthly, recurrence=Recurrence("0 9 * * *", "UTC"), now=FIRST + SECONDS)
    monthly.refresh_from_db()
    assert (monthly.crontab, monthly.next_run_at) == ("0 9 * * *", None)


def test_stopping_ends_it_and_leaves_what_is_under_way(monthly) -> None:
    run_due(now=FIRST)

    stop(monthly, now=FIRST)

    monthly.refresh_from_db()
    assert (monthly.status, monthly.next_run_at, monthly.completion) == ("Finished", None, 1.0)
    assert runs_of(monthly)[0].status == "Executing"
    assert run_due(now=SECOND) == 0
    assert not PeriodicTask.objects.filter(name__contains=monthly.pk).exists()
    for verb in (stop, pause, resume, cancel_batch):
        with pytest.raises(StatusConflictError):
            verb(monthly, now=FIRST)
    with pytest.raises(StatusConflictError, match="recurs no more"):
        change_recurrence(monthly, recurrence=Recurrence("0 9 * * *", "UTC"), now=FIRST)


@pytest.mark.usefixtures("register")
def test_cancelling_ends_it_with_what_is_under_way_and_keeps_what_is_finished(monthly) -> None:
    run_due(now=FIRST)
    [first] = runs_of(monthly)
    render_all(first.pk)
    run_due(now=SECOND)
    second = runs_of(monthly)[1]
    claim = claimed(second.pk)

    assert cancel_batch(monthly, now=SECOND) == 2

    first.refresh_from_db()
    assert [monthly.status, first.status, runs_of(monthly)[1].status] == [
        "Cancelled",
        "FinishedWithWarning",
        "Cancelled",
    ]
    assert not claim.extend()
    assert run_due(now=SECOND + timedelta(days=40)) == 0


@pytest.mark.parametrize(
    ("fields", "path", "sentence"),
    [
        ({"recurrence": "0 6 1 *"}, "recurrence.crontab", "must have five fields"),
        ({"recurrence": {"crontab": "0 6 1 * *", "timeZone": "Mars"}}, "recurrence.timeZone", "such as Europe/Copenh"),
        ({"recurrence": {"timeZone": "UTC"}}, "recurrence.crontab", "is missing"),
        ({"recurrence": {"crontab": 6}}, "recurrence.crontab", "must be a text, found 6."),
        ({"recurrence": [1]}, "recurrence", "must be a JSON object, found [1]."),
        ({"recurrence": {"cron": "0 6 1 * *", "crontab": "0 6 1 * *"}}, "recurrence.cron", "is not a field"),
        (
            {"recurrence": MONTHLY, "isListener": True, "type": "ReelleEjere"},
            "recurrence",
            "does not go with isListener: a listener runs when a company changes.",
        ),
    ],
)
def test_it_refuses_what_cannot_recur_and_stores_nothing(api, fields, path, sentence) -> None:
    response = api.post("/apps/reporting/batches", order_body(**fields), format="json")

    assert response.status_code == 400
    [error] = response.json()["errors"]
    assert (error["path"], sentence in error["message"]) == (path, True), error
    assert not Batch.objects.exists()


def test_so_many_may_recur_and_no_more(organisation, monkeypatch) -> None:
    monkeypatch.setattr("reporting.placing.MOST_OF_ONE_ORGANISATION", 1)
    first = place(organisation, now=ORDERED, recurrence=MONTHLY)
    with pytest.raises(FieldErrors, match="recur already, and 1 may; stop one that is not needed"):
        place(organisation, recurrence=MONTHLY)

    stop(first, now=ORDERED)
    assert place(organisation, now=ORDERED, recurrence=MONTHLY).is_recurring


def test_no_transaction_is_open_when_lanes_are_woken(monthly, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        run_due(now=FIRST)

    assert len(callbacks) == 2  # the lanes, and the count of batches ordered
    assert connection.in_atomic_block  # the test's own
