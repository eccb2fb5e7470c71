"""Two workers, or a worker and a person, at the same batch in the same moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.utils import timezone

from companies.importing import import_documents
from reporting import listening
from reporting.claiming import Claim
from reporting.finishing import Outcome, finish_report
from reporting.listening import follow_changes
from reporting.models import Batch, Report
from reporting.moves import cancel_batch, stop_listening
from tests.companies.builders import owner, person, value
from tests.reporting.conftest import HAVGRUS, NORDLYS, claimed, company_document, place

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("register")]

WAITING_FOR_US = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


@contextmanager
def beside(act: Callable[[], object]) -> Iterator[list[BaseException]]:
    """What the block does in a transaction, `act` meets on a connection of its own before the commit.

    Gives what `act` raised; it is over when the block is.
    """
    raised: list[BaseException] = []

    def run() -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - the test says what it may be
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    try:
        with transaction.atomic():
            yield raised
            thread.start()
            _wait_until_blocked_or_over(thread)
    finally:
        if thread.ident:  # it was started, nothing in the block having failed
            thread.join(10)
    assert not thread.is_alive()


def _wait_until_blocked_or_over(thread: threading.Thread) -> None:
    ends_at = time.monotonic() + 10
    while thread.is_alive():
        assert time.monotonic() < ends_at, "the other one neither ended nor waits for us"
        with connection.cursor() as cursor:
            cursor.execute(WAITING_FOR_US)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)


def finish(claim: Claim, *, pdf: str = "") -> None:
    """What a worker does when it has made the report, or has not."""
    report = Report.objects.select_related("item", "batch").get(pk=claim.report_id)
    outcome = Outcome(file_name="rapport", pdf=pdf, failure="" if pdf else "Den gik i stykker.")
    finish_report(report, claim=claim, outcome=outcome, now=timezone.now())


def change(cvr: int) -> None:
    """A new version of the company comes in, in which somebody else owns it."""
    owners = [owner(person(4_000_000_001, "Anna Prøvesen"), value("1.0", "2020-01-01"))]
    document = company_document(cvr, "Nordlys Testværft ApS", deltagerRelation=owners)
    assert import_documents([document], now=timezone.now(), source="test").changed == 1


def follow() -> int:
    """What the change makes, without the time that an import is given to settle."""
    return follow_changes(now=timezone.now() - listening.SETTLING)


def test_two_runs_of_one_item_that_finish_at_once_cover_it_once(organisation) -> None:
    batch = place(organisation, NORDLYS, HAVGRUS, type="ReelleEjere", isListener=True, triggerNow=True)
    first = claimed(batch.pk)
    change(NORDLYS)
    assert follow() == 1
    second = claimed(batch.pk)

    with beside(lambda: finish(second)) as raised:
        finish(first)

    assert raised == []
    assert Report.objects.values("item").filter(status="Failed").distinct().count() == 1
    batch.refresh_from_db()
    assert (batch.covered_count, batch.failed_count, batch.completion) == (1, 2, 0.5)


def test_the_last_two_reports_finish_the_batch_once(organisation) -> None:
    batch = place(organisation, NORDLYS, HAVGRUS)
    first, second = claimed(batch.pk), claimed(batch.pk)

    with beside(lambda: finish(second)) as raised:
        finish(first, pdf="reports/made.pdf")

    assert raised == []
    batch.refresh_from_db()
    assert (batch.status, batch.completed_count, batch.failed_count) == ("FinishedWithErrors", 1, 1)
    assert list(Report.objects.order_by("position").values_list("finished_number", flat=True)) == [1, 2]


def test_a_change_that_comes_in_while_the_listener_is_stopped_runs_nothing(organisation) -> None:
    batch = place(organisation, NORDLYS, type="ReelleEjere", isListener=True)
    change(NORDLYS)

    with beside(follow) as raised:
        stop_listening(batch, now=timezone.now())

    assert raised == []
    assert list(Report.objects.all()) == []


def test_a_run_that_a_change_has_just_queued_is_cancelled_with_its_listener(organisation) -> None:
    batch = place(organisation, NORDLYS, type="ReelleEjere", isListener=True)
    change(NORDLYS)

    with beside(lambda: stop_listening(batch, now=timezone.now())) as raised:
        assert follow() == 1

    assert raised == []
    assert Report.objects.get().status == Report.Status.CANCELLED


def test_a_report_that_is_finished_while_its_batch_is_cancelled_is_thrown_away(organisation) -> None:
    batch = place(organisation, NORDLYS)
    claim = claimed(batch.pk)

    with beside(lambda: finish(claim)) as raised:
        cancel_batch(batch, now=timezone.now())

    assert [type(error).__name__ for error in raised] == ["ClaimLostError"]
    assert Report.objects.get().status == Report.Status.CANCELLED
    assert Batch.objects.values_list("status", "finish_sequence", "failed_count").get() == ("Cancelled", 0, 0)
