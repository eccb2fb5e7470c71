"""GET /apps/deliveries and what belongs to it: the log, its filters and pages, and sending again."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from delivery.endpoints import find_or_create_endpoint
from delivery.models import Attempt, Delivery
from tests import receivers
from tests.delivery.conftest import NOON
from tests.delivery.test_mail import report

Status = Delivery.Status
pytestmark = pytest.mark.django_db
BATCH = uuid.UUID("d2e61fbf-7562-4ffb-ba33-52396c0ba12d")


def page(api: APIClient, **query: Any) -> dict[str, Any]:
    response = api.get("/apps/deliveries", query)
    assert response.status_code == 200, response.json()
    body: dict[str, Any] = response.json()
    return body


def listed(api: APIClient, **query: Any) -> list[str]:
    return [row["id"] for row in page(api, **query)["results"]]


def wire(moment: Any) -> str:
    return str(moment.isoformat().replace("+00:00", "Z"))


def test_it_shows_a_delivery_and_all_its_attempts(api, endpoint, receiver, queue, run_lane):
    receiver.behaviour = receivers.in_turn(
        receivers.answer(500, b"out of order", {"X-Trace": "7", "Set-Cookie": "a=secret"}), receivers.answer(200)
    )
    delivery = queue(endpoint, batch_id=BATCH, report_id=BATCH, cvr="99000007", label="99000007-Nordlys")
    run_lane(endpoint)
    delivery.refresh_from_db()
    (attempt,) = delivery.attempts.all()

    answer = api.get(f"/apps/deliveries/{delivery.public_id}").json()

    (shown,) = answer.pop("attempts")
    assert answer.pop("body") == delivery.body == '{"cvr":"99000007"}'
    assert answer == {
        "id": str(delivery.public_id),
        "purpose": "report_webhook",
        "state": "Waiting",
        "endpointId": str(endpoint.pk),
        "method": "POST",
        "url": endpoint.url,
        "batchId": str(BATCH),
        "reportId": str(BATCH),
        "lassoId": "CVR-1-99000007",
        "name": "99000007-Nordlys",
        "attemptCount": 1,
        "lastStatusCode": 500,
        "lastError": "The receiver answered with status 500.",
        "createdOn": wire(delivery.created_at),
        "nextAttemptOn": wire(delivery.due_at),
        "deadline": wire(delivery.deadline_at),
        "settledOn": None,
    }
    assert page(api)["results"] == [answer]
    assert shown.pop("durationMs") >= 0
    assert isinstance(shown.pop("phases"), dict)
    headers = shown.pop("answerHeaders")
    assert (headers["x-trace"], "set-cookie" in headers) == ("7", False)
    assert shown == {
        "number": 1,
        "method": "POST",
        "url": endpoint.url,
        "startedOn": wire(attempt.started_at),
        "statusCode": 500,
        "errorCode": None,
        "explanation": "The receiver answered with status 500.",
        "answerBody": "out of order",
        "isCharged": True,
        "nextAttemptOn": wire(attempt.next_due_at),
    }


def test_it_explains_every_attempt(api, endpoint, queue):
    delivery = queue(endpoint)
    refused = {"error_code": "connection_refused", "error": "The receiver refused the connection."}
    Attempt.objects.create(delivery=delivery, number=1, started_at=NOON, duration=timedelta(seconds=1), **refused)
    Attempt.objects.create(delivery=delivery, number=2, started_at=NOON, status_code=204)
    Attempt.objects.create(delivery=delivery, number=3, started_at=NOON)

    attempts = api.get(f"/apps/deliveries/{delivery.public_id}").json()["attempts"]

    assert [(entry["number"], entry["errorCode"], entry["explanation"]) for entry in attempts] == [
        (1, "connection_refused", "The receiver refused the connection."),
        (2, None, "The receiver answered with status 204."),
        (3, None, "The attempt is under way."),
    ]
    assert attempts[0]["durationMs"] == 1000


def test_it_shows_a_mail_without_its_template(api, mailbox, queue):
    delivery = queue(mailbox, purpose="report_email", body=report())
    answer = api.get(f"/apps/deliveries/{delivery.public_id}").json()
    assert (answer["body"], answer["url"]) == (None, "mailto:modtager@fiktiv.example")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, "dcba"),
        ({"state": "Failed"}, "b"),
        ({"state": "waiting"}, "dca"),
        ({"state": "Failed", "purpose": "report_webhook"}, "b"),
        ({"purpose": "integration_export"}, "c"),
        ({"purpose": "Report_Webhook"}, "dba"),
        ({"company": "99000007"}, "ca"),
        ({"company": "cvr-1-99000007", "state": "Failed"}, ""),
        ({"batch": str(BATCH)}, "ba"),
        ({"batch": str(BATCH), "company": "99000015"}, "b"),
        ({"since": "2026-03-02T12:02:00Z"}, "dc"),
        ({"since": "2026-03-02 13:02:00+01:00"}, "dc"),
        ({"until": "2026-03-02T12:02:00"}, "ba"),
        ({"since": "2026-03-02T12:01:00Z", "until": "2026-03-02T12:03:00Z"}, "cb"),
        ({"since": "2026-03-03"}, ""),
    ],
)
def test_it_filters(api, endpoint, queue, query, found):
    rows = {
        "a": queue(endpoint, now=NOON, batch_id=BATCH, cvr="99000007"),
        "b": queue(endpoint, now=NOON + timedelta(minutes=1), batch_id=BATCH, cvr="99000015"),
        "c": queue(endpoint, now=NOON + timedelta(minutes=2), purpose="integration_export", cvr="99000007"),
        "d": queue(endpoint, now=NOON + timedelta(minutes=3)),
    }
    Delivery.objects.filter(pk=rows["b"].pk).update(status=Status.FAILED, settled_at=NOON)

    assert listed(api, **query) == [str(rows[name].public_id) for name in found]


def test_it_filters_by_endpoint(api, organisation, endpoint, receiver, queue):
    other = find_or_create_endpoint(organisation=organisation, url=receiver.url("/other"))
    queue(endpoint)
    wanted = queue(other)
    assert listed(api, endpoint=str(other.pk)) == [str(wanted.public_id)]


def test_its_pages_join_without_gap_or_overlap_also_among_rows_of_one_moment(api, endpoint, queue):
    rows = [queue(endpoint, now=NOON) for _ in range(5)]
    first = page(api, pageSize=2)
    # What comes in meanwhile is on no later page.
    queue(endpoint, now=NOON + timedelta(minutes=1))
    second = page(api, pageSize=2, cToken=first["continuationToken"])
    third = page(api, pageSize=2, cToken=second["continuationToken"])

    assert [row["id"] for part in (first, second, third) for row in part["results"]] == [
        str(row.public_id) for row in reversed(rows)
    ]
    assert third["continuationToken"] is None


@pytest.mark.parametrize(
    ("query", "path", "sentence"),
    [
        ({"state": "Lost"}, "state", "'Lost' is not a state of a delivery; use Waiting, Sending, Delivered, "),
        ({"purpose": "x"}, "purpose", "'x' is not a purpose of deliveries; use "),
        ({"endpoint": "7"}, "endpoint", "'7' is not an id such as d2e61fbf-7562-4ffb-ba33-52396c0ba12d."),
        ({"batch": "x" * 100}, "batch", f"'{'x' * 60}…' is not an id such as"),
        ({"company": "CVR-3-99000007"}, "company", "'CVR-3-99000007' is not a company; write it as CVR-1-34580820"),
        ({"company": "9900000"}, "company", "'9900000' is not a company"),
        ({"since": "yesterday"}, "since", "'yesterday' is not a moment; write it as 2026-03-02T12:00:00Z."),
        ({"since": "34580820"}, "since", "'34580820' is not a moment"),
        ({"until": "2026-03-02T12:00:00 01:00"}, "until", "A + in a query is written %2B."),
        ({"since": "0001-01-01T00:00:00+23:00"}, "since", "is not a moment"),
        ({"cToken": "abc"}, "cToken", "this is not a continuation token of this list with this filter"),
        ({"pageSize": "1001"}, "pageSize", "'1001' is not a whole number from 1 to 1000."),
        ({"status": "Failed"}, "status", "is not a parameter; did you mean state?"),
        ({"state": ["Failed", "Gone"]}, "state", "is given twice; keep one of them."),
    ],
)  # fmt: skip
def test_it_says_what_is_wrong_with_the_query(api, query, path, sentence):
    response = api.get("/apps/deliveries", query)
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert error["path"] == path
    assert sentence in error["message"]


def test_it_names_every_wrong_filter(api):
    response = api.get("/apps/deliveries", {"state": "Lost", "batch": "x", "since": "y"})
    assert [error["path"] for error in response.json()["errors"]] == ["state", "batch", "since"]


def test_it_refuses_a_token_of_another_filter_and_of_another_organisation(api, stranger, endpoint, queue):
    for _ in range(2):
        queue(endpoint)
    token = page(api, pageSize=1)["continuationToken"]
    assert api.get("/apps/deliveries", {"cToken": token, "state": "Waiting"}).status_code == 400
    assert stranger.get("/apps/deliveries", {"cToken": token}).status_code == 400


def test_it_shows_a_stranger_nothing(stranger, endpoint, queue, run_lane):
    delivery = queue(endpoint, batch_id=BATCH)
    run_lane(endpoint)
    assert page(stranger)["results"] == []
    assert page(stranger, batch=str(BATCH))["results"] == []
    assert page(stranger, endpoint=str(endpoint.pk))["results"] == []
    for method, path in (("get", ""), ("post", "/redeliver")):
        response = getattr(stranger, method)(f"/apps/deliveries/{delivery.public_id}{path}")
        assert response.status_code == 404
        assert response.json()["errorMessage"] == f"There is no delivery {delivery.public_id}."
    delivery.refresh_from_db()
    assert delivery.status == Status.DELIVERED


def test_it_asks_the_database_as_often_for_many_as_for_few(api, endpoint, queue, django_assert_num_queries):
    queue(endpoint)
    # The key, the deliveries.
    with django_assert_num_queries(2):
        page(api)
    for _ in range(5):
        queue(endpoint)
    with django_assert_num_queries(2):
        page(api)


def test_it_sends_again(api, endpoint, receiver, queue, run_lane):
    delivery = queue(endpoint)
    run_lane(endpoint)
    response = api.post(f"/apps/deliveries/{delivery.public_id}/redeliver")
    assert (response.status_code, response.json()["state"], response.json()["settledOn"]) == (200, "Waiting", None)
    run_lane(endpoint)
    assert len(receiver.calls.all()) == 2
    assert listed(api, state="Delivered") == [str(delivery.public_id)]


def test_it_sends_again_once_for_one_idempotency_key(api, endpoint, receiver, queue, run_lane):
    delivery = queue(endpoint)
    run_lane(endpoint)
    path = f"/apps/deliveries/{delivery.public_id}/redeliver"
    first = api.post(path, headers={"Idempotency-Key": "again-1"})
    run_lane(endpoint)
    second = api.post(path, headers={"Idempotency-Key": "again-1"})
    run_lane(endpoint)
    assert (second.status_code, second.json()) == (200, first.json())
    assert len(receiver.calls.all()) == 2


@pytest.mark.parametrize("status", [Status.WAITING, Status.SENDING, Status.CANCELLED])
def test_it_refuses_to_send_again_what_cannot_be(api, endpoint, queue, status):
    delivery = queue(endpoint)
    settled_at = timezone.now() if status == Status.CANCELLED else None
    Delivery.objects.filter(pk=delivery.pk).update(status=status, settled_at=settled_at)
    response = api.post(f"/apps/deliveries/{delivery.public_id}/redeliver")
    assert response.status_code == 409
    assert response.json()["errorMessage"].startswith(f"The delivery is {status}; ")
    delivery.refresh_from_db()
    assert (delivery.status, delivery.settled_at) == (status, settled_at)


def test_its_answers_fit_the_openapi_document(api, client, endpoint, queue, run_lane):
    delivery = queue(endpoint)
    run_lane(endpoint)
    document = client.get("/schema").json()
    for path, url in (
        ("/apps/deliveries", "/apps/deliveries"),
        ("/apps/deliveries/{delivery_id}", f"/apps/deliveries/{delivery.public_id}"),
        ("/apps/endpoints", "/apps/endpoints"),
        ("/apps/endpoints/{endpoint_id}", f"/apps/endpoints/{endpoint.pk}"),
    ):
        schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        answer = api.get(url)
        jsonschema.validate(json.loads(answer.content), schema | {"components": document["components"]})
