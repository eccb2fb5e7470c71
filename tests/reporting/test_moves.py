"""Stop, cancel, retry."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reporting.claiming import claim_next
from reporting.models import Batch, Report
from tests.reporting.conftest import HAVGRUS, NORDLYS, company_document, place, render_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]

BATCHES = "/apps/reporting/batches"


def test_cancelling_stops_what_is_not_finished_and_keeps_the_rest(api, organisation) -> None:
    batch = place(organisation, NORDLYS, HAVGRUS, 99000023)
    render_all(batch.pk, most=1)
    claim_next(batch.pk)

    response = api.post(f"{BATCHES}/{batch.pk}/cancel")

    assert response.status_code == 200
    assert response.json()["status"] == "Cancelled"
    assert response.json()["completionPercentage"] == pytest.approx(1 / 3)
    assert list(Report.objects.order_by("position").values_list("status", flat=True)) == [
        "Warning",
        "Cancelled",
        "Cancelled",
    ]
    assert claim_next(batch.pk) is None


def test_a_scheduled_batch_can_be_cancelled(api, organisation) -> None:
    batch = place(organisation, scheduledTime="2999-01-01 01:00:00")

    assert api.post(f"{BATCHES}/{batch.pk}/cancel").json()["status"] == "Cancelled"


def test_stopping_a_listener_ends_it_and_keeps_what_is_finished(api, organisation) -> None:
    batch = place(organisation, NORDLYS, HAVGRUS, type="ReelleEjere", isListener=True, triggerNow=True)
    render_all(batch.pk, most=1)

    assert api.post(f"{BATCHES}/{batch.pk}/stop").json()["status"] == "ListeningStopped"

    assert list(Report.objects.order_by("position").values_list("status", flat=True)) == ["Warning", "Cancelled"]


def test_retrying_makes_the_failed_reports_again_and_only_those(api, organisation) -> None:
    from django.utils import timezone

    from companies.importing import import_documents

    batch = place(organisation, NORDLYS, 99000023)
    render_all(batch.pk)
    made = Report.objects.get(status="Warning")
    import_documents([company_document(99000023, "Kom Til ApS")], now=timezone.now(), source="test")

    response = api.post(f"{BATCHES}/{batch.pk}/retry")

    assert response.json()["status"] == "Executing"
    assert response.json()["completionPercentage"] == 0.5
    assert render_all(batch.pk) == 1
    after = api.get(f"{BATCHES}/{batch.pk}").json()
    assert (after["status"], after["completionPercentage"]) == ("FinishedWithWarning", 1.0)
    results = api.get(f"{BATCHES}/{batch.pk}/items").json()["results"]
    assert [item["name"] for item in results] == ["99000007-Nordlys Testværft ApS", "99000023-Kom Til ApS"]
    assert results[0]["id"] == str(made.pk)


def test_retrying_finds_the_failed_reports_by_an_index(api, organisation) -> None:
    batch = place(organisation, 99000023)
    render_all(batch.pk)

    with CaptureQueriesContext(connection) as queries:
        assert api.post(f"{BATCHES}/{batch.pk}/retry").status_code == 200

    [update] = [query["sql"] for query in queries if query["sql"].startswith('UPDATE "reporting_report"')]
    with connection.cursor() as cursor:
        # In a small table the planner would not care.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {update}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan" not in plan
    assert "report_finished" in plan


@pytest.mark.parametrize(
    ("fields", "is_rendered", "move", "sentence"),
    [
        ({}, False, "stop", "The batch neither listens nor recurs, so there is nothing to stop; cancel it."),
        ({}, True, "cancel", "The batch is FinishedWithWarning and cannot become Cancelled."),
        ({}, False, "retry", "The batch is Executing; only one that is FinishedWithErrors can be retried."),
        ({}, True, "retry", "The batch is FinishedWithWarning; only one that is FinishedWithErrors can be retried."),
        (
            {"scheduledTime": "2100-01-01 01:00:00"},
            False,
            "retry",
            "The batch is Scheduled; only one that is FinishedWithErrors can be retried.",
        ),
        (
            {"type": "ReelleEjere", "isListener": True},
            False,
            "cancel",
            "The batch is Listening and cannot become Cancelled.",
        ),
    ],
)
def test_an_illegal_move_is_refused_and_changes_nothing(api, organisation, fields, is_rendered, move, sentence) -> None:
    batch = place(organisation, NORDLYS, **fields)
    if is_rendered:
        render_all(batch.pk)
    before = Batch.objects.values().get()

    response = api.post(f"{BATCHES}/{batch.pk}/{move}")

    assert response.status_code == 409
    assert response.json()["errorMessage"] == sentence
    assert Batch.objects.values().get() == before
