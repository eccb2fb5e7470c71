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
