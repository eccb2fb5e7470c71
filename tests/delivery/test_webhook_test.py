"""The call that is made while somebody waits."""

from __future__ import annotations

import pytest
from standardwebhooks.webhooks import Webhook

from delivery.auth import AuthConfig, AuthMethod
from delivery.endpoints import EndpointURLError
from delivery.models import Delivery, Endpoint
from delivery.signing import new_signing_secret
from delivery.testing import send_test
from tests import receivers


def test_it_reports_a_success(receiver):
    receiver.behaviour = receivers.answer(204)
    auth = AuthConfig(AuthMethod.HEADER, "X-API-KEY", "dm12d82mdlakd2")
    secret = new_signing_secret()
    result = send_test(url=receiver.url(), auth=auth, body={"cvr": "99000007"}, signing_secret=secret)
    assert (result.is_success, result.status_code, result.error_code, result.error) == (True, 204, "", "")
    assert (result.state, result.method, result.url) == ("Delivered", "POST", receiver.url())
    (request,) = receiver.calls.all()
    assert request.headers["x-api-key"] == "dm12d82mdlakd2"
    assert Webhook(secret).verify(request.body, request.headers) == {"cvr": "99000007"}


def test_it_reports_what_the_receiver_answered(receiver):
    receiver.behaviour = receivers.answer(401, b"who are you?")
    result = send_test(url=receiver.url(), auth=None, body={})
    assert (result.is_success, result.status_code, result.answer_body) == (False, 401, "who are you?")
    assert result.error == "The receiver answered with status 401."
    assert "webhook-signature" not in receiver.calls.all()[0].headers


def test_it_reports_that_nobody_answered(receiver):
    receiver.behaviour = receivers.reset
    result = send_test(url=receiver.url(), auth=None, body={})
    assert (result.is_success, result.status_code, result.error_code) == (False, None, "connection_reset")


def test_it_refuses_a_url_that_is_never_called(receiver, settings):
    settings.OUTBOUND_ALLOWED_NETWORKS = []
    with pytest.raises(EndpointURLError, match="not on the public internet"):
        send_test(url=receiver.url(), auth=None, body={})
    assert receiver.calls.all() == []


@pytest.mark.django_db
def test_it_stores_nothing(receiver):
    send_test(url=receiver.url(), auth=None, body={})
    assert (Delivery.objects.count(), Endpoint.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("purpose", "status", "state"),
    [
        ("report_webhook", 202, "Delivered"),
        ("integration_export", 202, "Failed"),
        ("integration_export", 409, "Duplicate"),
        ("integration_update", 409, "Failed"),
        ("integration_update", 404, "Gone"),
        ("integration_update", 429, "Failed"),
    ],
)
def test_it_judges_by_the_purpose(receiver, purpose, status, state):
    receiver.behaviour = receivers.answer(status)
    result = send_test(url=receiver.url(), auth=None, body={}, purpose=purpose, method="PUT")
    assert (result.state, result.is_success, result.method) == (state, state == "Delivered", "PUT")
    assert result.error == ("" if result.is_success else f"The receiver answered with status {status}.")
    (call,) = receiver.calls.all()
    assert call.method == "PUT"


def test_it_knows_no_other_purpose_and_no_other_method(receiver):
    with pytest.raises(KeyError, match="birthday"):
        send_test(url=receiver.url(), auth=None, body={}, purpose="birthday")
    with pytest.raises(ValueError, match="PATCH"):
        send_test(url=receiver.url(), auth=None, body={}, method="PATCH")
    assert receiver.calls.all() == []
