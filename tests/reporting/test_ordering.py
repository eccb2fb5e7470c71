"""POST /apps/reporting/batches: what is taken, and what is stored of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Organisation
from delivery.models import Endpoint
from reporting.models import Batch, BatchItem, Report
from tests.documented import DOCUMENTED_ORDER
from tests.reporting.conftest import HAVGRUS, NORDLYS, order_body

pytestmark = pytest.mark.django_db

NINES = "9" * 56
BATCHES = "/apps/reporting/batches"


def test_it_takes_the_documented_body_verbatim(api: APIClient, organisation: Organisation) -> None:
    response = api.post(BATCHES, DOCUMENTED_ORDER, content_type="application/json")

    assert response.status_code == 201
    batch = Batch.objects.get()
    assert response.json() == {
        "id": str(batch.pk),
        "name": "My Batch",
        "type": "Revision",
        "emailFormat": "{cvr}-{name}-{type}",
        "status": "Executing",
        "batchSize": 2,
        "completionPercentage": 0.0,
        "scheduledTime": "2018-01-01T01:00:00Z",
        "timestamp": batch.created_at.isoformat().replace("+00:00", "Z"),
        "notificationEmail": "mail@mail.com",
        "notificationWebHookUrl": "https://myserver.com/reportwebhook",
        "errorAppend": "#error",
        "isListener": False,
        "triggerNow": False,
        "language": "da",
        "engine": "standard",
        "archival": False,
        "archived": False,
        "recurrence": None,
        "recurringBatchId": None,
        "lassoOrgId": str(organisation.pk),
        "lassoUserId": None,
    }
    items = BatchItem.objects.order_by("position").values_list("cvr", "format", "internal_customer_id")
    assert list(items) == [("34580820", "1234-{cvr}-{name}", 1234), ("34580821", "4321-{cvr}-{name}", 4321)]
    assert list(Report.objects.order_by("position").values_list("status", "run")) == [("Queued", 0), ("Queued", 0)]
    assert sorted(Endpoint.objects.values_list("url", flat=True)) == [
        "https://myserver.com/reportwebhook",
        "mailto:mail@mail.com",
    ]


def test_it_takes_what_curl_sends_without_a_content_type(api: APIClient) -> None:
    response = api.post(BATCHES, DOCUMENTED_ORDER, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 201


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("Revision", "Revision"),
        ("finans", "Finans"),
        (0, "Revision"),
        (1, "Finans"),
        (2, "ReelleEjere"),
        ("3", "RevisionUdvidet"),
    ],
)
def test_it_takes_types_by_name_and_by_number(api: APIClient, given: Any, stored: str) -> None:
    response = api.post(BATCHES, order_body(type=given), format="json")

    assert response.json()["type"] == stored


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        ({"batchName": None}, "batchName", "must be a text, found null."),
        ({"batchName": "  "}, "batchName", "must not be empty."),
        ({"batchName": "x" * 201}, "batchName", "may have at most 200 characters, found 201."),
        (
            {"type": "Regnskab"},
            "type",
            'must be one of Revision (0), Finans (1), ReelleEjere (2), RevisionUdvidet (3), found "Regnskab".',
        ),
        (
            {"type": True},
            "type",
            "must be one of Revision (0), Finans (1), ReelleEjere (2), RevisionUdvidet (3), found true.",
        ),
        (
            {"format": "{navn}"},
            "format",
            "has the unknown variable {navn}; use {name}, {balanceday}, {cvr}, {type}, {rundate}.",
        ),
        ({"items": []}, "items", "must not be empty."),
        ({"items": "34580820"}, "items", 'must be a list, found "34580820".'),
        ({"items": [5]}, "items[0]", "must be a JSON object, found 5."),
        ({"items": [{}]}, "items[0].cvr", "is missing; it is a required field."),
        (
            {"items": [{"cvr": 1}, {"cvr": "DK34"}]},
            "items[1].cvr",
            'must be a CVR number of 8 digits such as 34580820, found "DK34".',
        ),
        ({"items": [{"cvr": 1.5}]}, "items[0].cvr", "must be a CVR number such as 34580820, found 1.5."),
        (
            {"items": [{"cvr": 1, "internalCustomerId": "A7"}]},
            "items[0].internalCustomerId",
            'must be a whole number, found "A7".',
        ),
        (
            {"items": [{"cvr": 1, "internalCustomerId": "--5"}]},
            "items[0].internalCustomerId",
            'must be a whole number, found "--5".',
        ),
        (
            {"items": [{"cvr": 1, "internalCustomerId": "9" * 5000}]},
            "items[0].internalCustomerId",
            f'must be a whole number, found "{NINES}….',
        ),
        ({"format": "{" * 501}, "format", "may have at most 500 characters, found 501."),
        ({"items": [{"cvr": 1, "formt": "x"}]}, "items[0].formt", "is not a field; did you mean format?"),
        (
            {"scheduledTime": "i morgen"},
            "scheduledTime",
            'must be a UTC time such as 2018-01-01 01:00:00, found "i morgen".',
        ),
        ({"notificationEmail": "mail"}, "notificationEmail", 'must be an e-mail address, found "mail".'),
        ({"isListener": "ja"}, "isListener", 'must be true or false, found "ja".'),
        (
            {"isListener": True},
            "isListener",
            "works only for the listenable types (ReelleEjere), not for Revision.",
        ),
        (
            {"authConfig": {"Method": "Header", "Key": "X", "Value": "y"}},
            "authConfig",
            "needs a notificationWebhookUrl to sign in at.",
        ),
        ({"notificationEmial": "a@b.example"}, "notificationEmial", "is not a field; did you mean notificationEmail?"),
    ],
)
def test_it_says_what_is_wrong_and_stores_nothing(
    api: APIClient, change: dict[str, Any], path: str, message: str
) -> None:
    response = api.post(BATCHES, order_body() | change, format="json")

    assert response.status_code == 400
    assert response.json()["errors"] == [{"path": path, "message": message}]
    assert not Batch.objects.exists()
    assert not BatchItem.objects.exists()
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize(
    "url", ["ftp://myserver.com/", "https://user:word@myserver.com/", "http://10.0.0.1/", "myserver"]
)
def test_it_refuses_a_webhook_that_nothing_could_be_sent_to(api: APIClient, url: str) -> None:
    response = api.post(BATCHES, order_body(notificationWebhookUrl=url), format="json")

    assert response.status_code == 400
    assert [error["path"] for error in response.json()["errors"]] == ["notificationWebhookUrl"]
    assert not Batch.objects.exists()


def test_it_says_everything_that_is_wrong_at_once(api: APIClient) -> None:
    response = api.post(BATCHES, {"type": 9, "items": [{"cvr": "x"}], "nonsense": 1}, format="json")

    assert [error["path"] for error in response.json()["errors"]] == [
        "batchName",
        "type",
        "format",
        "items[0].cvr",
        "nonsense",
    ]


def test_it_counts_all_that_is_wrong_and_lists_a_hundred(api: APIClient) -> None:
    response = api.post(BATCHES, order_body(items=[{"cvr": "x"}] * 250), format="json")

    assert response.json()["errorMessage"].endswith(" (and 249 more errors)")
    assert len(response.json()["errors"]) == 100


def test_it_takes_a_wrong_cvr_number_because_only_its_report_fails(api: APIClient) -> None:
    response = api.post(BATCHES, order_body(34580821, 7), format="json")

    assert response.status_code == 201
    assert list(BatchItem.objects.order_by("position").values_list("cvr", flat=True)) == ["34580821", "00000007"]


def test_it_schedules_what_has_a_time_to_come(api: APIClient) -> None:
    response = api.post(BATCHES, order_body(scheduledTime="2999-01-01 01:00:00"), format="json")

    assert response.json()["status"] == "Scheduled"
    assert Batch.objects.get().scheduled_at == datetime(2999, 1, 1, 1, tzinfo=UTC)


def test_it_converts_a_time_with_another_offset(api: APIClient) -> None:
    response = api.post(BATCHES, order_body(scheduledTime="2999-07-01T01:00:00+02:00"), format="json")

    assert response.json()["scheduledTime"] == "2999-06-30T23:00:00Z"


def test_a_listener_starts_listening_without_reports(api: APIClient) -> None:
    response = api.post(BATCHES, order_body(type="ReelleEjere", isListener=True), format="json")

    assert response.json()["status"] == "Listening"
    assert response.json()["completionPercentage"] == 0.0
    assert not Report.objects.exists()


def test_a_listener_that_is_triggered_has_its_reports_at_once(api: APIClient) -> None:
    response = api.post(
        BATCHES, order_body(NORDLYS, HAVGRUS, type="ReelleEjere", isListener=True, triggerNow=True), format="json"
    )

    assert response.json()["status"] == "Listening"
    assert Report.objects.filter(status="Queued").count() == 2


def test_the_same_idempotency_key_orders_once(api: APIClient) -> None:
    first = api.post(BATCHES, order_body(), format="json", HTTP_IDEMPOTENCY_KEY="order-7")

    again = api.post(BATCHES, order_body(), format="json", HTTP_IDEMPOTENCY_KEY="order-7")

    assert again.status_code == 201
    assert again.json() == first.json()
    assert Batch.objects.count() == 1


def test_it_needs_a_key(client) -> None:
    response = client.post(BATCHES, order_body(), content_type="application/json")

    assert response.status_code == 401
    assert not Batch.objects.exists()
