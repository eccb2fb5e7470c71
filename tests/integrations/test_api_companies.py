"""`/apps/integrations/{id}/companies`: how far each company is, and taking one out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from delivery.models import Attempt, Delivery
from delivery.queueing import queue_delivery
from integrations.models import MonitoredCompany
from tests.integrations.conftest import HAVGRUS, LASSO, NORDLYS, NOWHERE, integrated

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def path(integration) -> str:
    return f"/apps/integrations/{integration.pk}/companies"


@pytest.fixture(autouse=True)
def companies(integration) -> list[MonitoredCompany]:
    """One in each of four states; the register does not know the last one."""
    rows = [
        MonitoredCompany(
            cvr=str(LASSO),
            state="Monitored",
            last_status_code=200,
            last_answer_at=NOON,
            last_exported_at=NOON - timedelta(hours=1),
            last_update_at=NOON,
        ),
        MonitoredCompany(cvr=str(NORDLYS), state="Gone", last_status_code=404, last_answer="It is gone."),
        MonitoredCompany(cvr=str(HAVGRUS), state="Duplicate", last_status_code=409),
        MonitoredCompany(cvr=str(NOWHERE), state="Exporting"),
    ]
    for row in rows:
        row.integration, row.added_at = integration, NOON - timedelta(hours=2)
    return MonitoredCompany.objects.bulk_create(rows)


LASSO_SHOWN = {
    "cvr": LASSO,
    "lassoId": f"CVR-1-{LASSO}",
    "name": "LASSO X A/S",
    "state": "Monitored",
    "isMonitored": True,
    "lastStatusCode": 200,
    "lastAnswer": None,
    "lastAnswerOn": "2026-03-02T12:00:00Z",
    "nextAttemptOn": None,
    "lastExportedOn": "2026-03-02T11:00:00Z",
    "lastUpdateOn": "2026-03-02T12:00:00Z",
    "addedOn": "2026-03-02T10:00:00Z",
}


def found(api, path, **query) -> list[int]:
    return [row["cvr"] for row in api.get(path, query).json()["results"]]


def test_it_shows_each_with_its_state_and_the_last_answer(api, path):
    page = api.get(path).json()

    assert page["continuationToken"] is None
    assert page["results"][0] == LASSO_SHOWN
    assert [(row["cvr"], row["name"], row["state"], row["isMonitored"]) for row in page["results"][1:]] == [
        (NORDLYS, "Nordlys Testværft ApS", "Gone", False),
        (HAVGRUS, "Havgrus Prøveanlæg ApS", "Duplicate", True),
        (NOWHERE, None, "Exporting", True),
    ]
    assert page["results"][1]["lastAnswer"] == "It is gone."


def test_it_filters_by_state_and_by_number(api, path):
    assert found(api, path, state="gone") == [NORDLYS]
    assert found(api, path, state="ExportFailed") == []
    assert found(api, path, cvr=str(LASSO)) == found(api, path, cvr=f"cvr-1-{LASSO}") == [LASSO]
    assert found(api, path, cvr=str(LASSO), state="Gone") == []


def test_it_pages_in_the_order_of_numbers(api, path):
    first = api.get(path, {"pageSize": 3}).json()
    assert [row["cvr"] for row in first["results"]] == [LASSO, NORDLYS, HAVGRUS]
    second = api.get(path, {"pageSize": 3, "cToken": first["continuationToken"]}).json()
    assert ([row["cvr"] for row in second["results"]], second["continuationToken"]) == ([NOWHERE], None)


@pytest.mark.parametrize(
    ("query", "parameter", "message"),
    [
        (
            {"state": "Failed"},
            "state",
            "'Failed' is not a state of a company; use Exporting, Monitored, Duplicate, ExportFailed, Gone.",
        ),
        ({"cvr": "12"}, "cvr", "'12' is not a company; write it as CVR-1-34580820 or 34580820."),
        ({"pageSize": "1001"}, "pageSize", "'1001' is not a whole number from 1 to 1000."),
        ({"status": "Gone"}, "status", "is not a parameter; did you mean state?"),
    ],
)
def test_it_refuses_a_filter_that_means_nothing(api, path, query, parameter, message):
    response = api.get(path, query)
    assert (response.status_code, response.json()["errors"]) == (400, [{"path": parameter, "message": message}])


def test_it_takes_no_token_of_another_filter_or_integration(api, path, organisation, receiver):
    token = api.get(path, {"pageSize": 1}).json()["continuationToken"]
    other = integrated(organisation, receiver, name="Other")
    for address, query in ((path, {"state": "Gone"}), (f"/apps/integrations/{other.pk}/companies", {})):
        response = api.get(address, {"cToken": token, **query})
        assert (response.status_code, response.json()["errors"][0]["path"]) == (400, "cToken")


def test_it_reads_one(api, path):
    assert api.get(f"{path}/{LASSO}").json() == LASSO_SHOWN
    assert api.get(f"{path}/CVR-1-{LASSO}").json() == LASSO_SHOWN
    missing = api.get(f"{path}/99000031")
    assert (missing.status_code, missing.json()["errorMessage"]) == (
        404,
        "The integration does not have the company 99000031; POST …/exports exports it.",
    )


def test_it_shows_what_is_being_tried_and_when_the_next_attempt_is(api, path, integration):
    delivery = queue_delivery(
        endpoint=integration.export_endpoint, purpose="integration_export", body={}, now=NOON, cvr=str(NOWHERE)
    )
    MonitoredCompany.objects.filter(cvr=str(NOWHERE)).update(export_delivery_id=delivery.pk)
    untried = api.get(f"{path}/{NOWHERE}").json()
    assert (untried["lastStatusCode"], untried["nextAttemptOn"]) == (None, None)

    Attempt.objects.create(delivery=delivery, number=1, started_at=NOON, duration=timedelta(seconds=2), status_code=500)
    sentence = "The receiver answered with status 500."
    Delivery.objects.update(
        attempt_count=1, due_at=NOON + timedelta(minutes=1), last_status_code=500, last_error=sentence
    )

    [row] = api.get(path, {"cvr": NOWHERE}).json()["results"]
    assert {name: row[name] for name in ("state", "lastStatusCode", "lastAnswer", "lastAnswerOn", "nextAttemptOn")} == {
        "state": "Exporting",
        "lastStatusCode": 500,
        "lastAnswer": sentence,
        "lastAnswerOn": "2026-03-02T12:00:02Z",
        "nextAttemptOn": "2026-03-02T12:01:00Z",
    }
    Delivery.objects.update(status="Sending")
    assert api.get(f"{path}/{NOWHERE}").json()["nextAttemptOn"] is None


def test_it_takes_one_out(api, path):
    response = api.delete(f"{path}/{LASSO}")

    assert (response.status_code, response.content) == (204, b"")
    assert found(api, path) == [NORDLYS, HAVGRUS, NOWHERE]
    assert api.delete(f"{path}/{LASSO}").status_code == 404


def test_it_takes_out_nothing_of_another_integration(api, path, organisation, receiver):
    other = integrated(organisation, receiver, name="Other")
    assert api.delete(f"/apps/integrations/{other.pk}/companies/{LASSO}").status_code == 404
    assert MonitoredCompany.objects.count() == 4


def test_it_asks_the_database_as_often_for_many_as_for_one(api, path, integration, django_assert_num_queries):
    MonitoredCompany.objects.bulk_create(
        MonitoredCompany(integration=integration, cvr=f"{number}", added_at=timezone.now())
        for number in range(10_000_000, 10_000_300)
    )
    MonitoredCompany.objects.filter(cvr__lt="10000010").update(export_delivery_id=1)
    # The key, the integration and its mapping, the companies, their names, what is being tried.
    with django_assert_num_queries(6):
        assert len(found(api, path)) == 100
