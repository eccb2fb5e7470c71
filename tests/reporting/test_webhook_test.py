"""GET and POST /apps/reporting/webhooktest, against a real receiver."""

from __future__ import annotations

import json
from collections.abc import Iterator
from ipaddress import ip_network
from urllib.parse import urlencode

import pytest
from rest_framework.test import APIClient

from accounts.keys import create_api_key
from local.receivers import WebhookReceiver

pytestmark = pytest.mark.django_db

PATH = "/apps/reporting/webhooktest"
QUERY = {"lassoId": "cvr-1-3580820", "batchId": "d2e61fbf-7562-4ffb-ba33-52396c0ba12d", "reportType": "Revision"}


@pytest.fixture
def receiver(settings) -> Iterator[WebhookReceiver]:
    """A receiver on this machine, which may be called."""
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    with WebhookReceiver() as receiver:
        yield receiver


def test_it_calls_the_webhook_with_a_made_up_report(api, receiver) -> None:
    response = api.get(PATH, {"url": receiver.url(), **QUERY})

    assert response.status_code == 200
    assert response.json()["success"] is True
    assert response.json()["statusCode"] == 200
    [call] = receiver.calls.all()
    body = json.loads(call.body)
    assert call.method == "POST"
    assert (body["batchId"], body["lassoId"], body["printType"], body["status"]) == (
        "d2e61fbf-7562-4ffb-ba33-52396c0ba12d",
        "CVR-1-03580820",
        "Revision",
        "Completed",
    )


def test_it_signs_in_as_the_body_says(api, receiver) -> None:
    body = {"Method": "Header", "Key": "X-API-KEY", "Value": "dm12d82mdlakd2"}
    response = api.post(f"{PATH}?{urlencode({'url': receiver.url(), **QUERY})}", body, format="json")

    assert response.json()["success"] is True
    [call] = receiver.calls.all()
    assert call.headers["x-api-key"] == "dm12d82mdlakd2"


def test_it_reports_that_nobody_answered(api, settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]

    response = api.get(PATH, {"url": "http://127.0.0.1:1/", **QUERY})

    assert response.status_code == 200
    assert response.json()["success"] is False
    assert (response.json()["statusCode"], response.json()["errorCode"]) == (None, "connection_refused")


def test_it_never_calls_a_private_address(api) -> None:
    with WebhookReceiver() as receiver:
        response = api.get(PATH, {"url": receiver.url(), **QUERY})

        assert response.status_code == 400
        assert response.json()["errors"][0]["path"] == "url"
        assert receiver.calls.all() == []


def test_it_says_everything_that_is_missing(api) -> None:
    response = api.get(PATH)

    assert response.status_code == 400
    assert [error["path"] for error in response.json()["errors"]] == ["url", "lassoId", "batchId", "reportType"]


def test_it_says_what_is_wrong_with_the_authentication(api, receiver) -> None:
    response = api.post(f"{PATH}?url={receiver.url()}", {"Method": "Sesame"}, format="json")

    assert response.status_code == 400
    assert [error["path"] for error in response.json()["errors"]] == ["Method"]
    assert receiver.calls.all() == []


def test_it_calls_receivers_only_so_often_whatever_key_asks(api, organisation, receiver, settings) -> None:
    settings.TEST_CALLS_PER_MINUTE = 2
    other = APIClient()
    other.credentials(HTTP_LASSO_API_KEY=create_api_key(organisation=organisation, name="other").text)

    answers = [client.get(PATH, {"url": receiver.url(), **QUERY}) for client in (api, other, other)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[2].headers["retry-after"]) <= 60
    assert len(receiver.calls.all()) == 2
