"""Finding and making endpoints, and switching them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from standardwebhooks.webhooks import Webhook

from accounts.models import Organisation
from delivery.auth import AuthConfig, AuthMethod
from delivery.endpoints import (
    EndpointURLError,
    check_url,
    disable_endpoint,
    enable_endpoint,
    find_or_create_endpoint,
    find_or_create_mailbox,
)
from delivery.models import Delivery, Endpoint
from delivery.queueing import queue_delivery
from lasso.encryption import decrypt
from tests.delivery.conftest import NOON

URL = "https://myserver.example/reportwebhook"
AUTH = AuthConfig(AuthMethod.HEADER, "X-API-KEY", "dm12d82mdlakd2")


def test_it_finds_the_same_endpoint_for_the_same_url_and_sign_in(organisation):
    first = find_or_create_endpoint(organisation=organisation, url=URL, auth=AUTH)
    assert find_or_create_endpoint(organisation=organisation, url=URL, auth=AUTH) == first
    assert Endpoint.objects.count() == 1


def test_it_parts_sign_ins_urls_and_organisations(organisation):
    other = Organisation.objects.create(name="Anden", email="anden@fiktiv.example")
    found = {
        find_or_create_endpoint(organisation=organisation, url=URL).pk,
        find_or_create_endpoint(organisation=organisation, url=URL, auth=AUTH).pk,
        find_or_create_endpoint(organisation=organisation, url=URL + "/").pk,
        find_or_create_endpoint(organisation=other, url=URL).pk,
    }
    assert len(found) == 4


def test_it_stores_no_secret_in_the_clear(organisation):
    endpoint = find_or_create_endpoint(organisation=organisation, url=URL, auth=AUTH)
    with connection.cursor() as cursor:
        cursor.execute("SELECT endpoint::text FROM delivery_endpoint AS endpoint")
        (row,) = cursor.fetchone()
    assert "dm12d82mdlakd2" not in row
    assert "whsec_" not in row
    secret = decrypt(endpoint.signing_secret)
    assert secret.startswith("whsec_")
    assert len(Webhook(secret)._whsecret) == 32


@pytest.mark.django_db(transaction=True)
def test_it_makes_one_endpoint_when_many_ask_at_once(organisation):
    def find(_: int) -> str:
        try:
            return str(find_or_create_endpoint(organisation=organisation, url=URL).pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(find, range(16)))
    assert len(found) == Endpoint.objects.count() == 1


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://myserver.example/", "must start with http:// or https://"),
        ("http://127.0.0.1/", "not on the public internet"),
        ("http://[::1]/", "not on the public internet"),
        ("http://2130706433/", "another spelling of 127.0.0.1"),
        ("http://user:secret@myserver.example/", "user name"),
    ],
)
def test_it_refuses_a_url_that_is_never_called(organisation, url, reason):
    with pytest.raises(EndpointURLError, match=reason):
        check_url(url)
    with pytest.raises(EndpointURLError, match=reason):
        find_or_create_endpoint(organisation=organisation, url=url)
    assert Endpoint.objects.count() == 0


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "a@b.example\nBcc: c@d.example", "a@b.example, c@d.example"])
def test_it_refuses_what_is_no_mail_address(organisation, email):
    with pytest.raises(EndpointURLError, match="is not an e-mail address"):
        find_or_create_mailbox(organisation=organisation, email=email)
    assert Endpoint.objects.count() == 0


def test_it_gives_waiting_deliveries_back_the_time_that_the_endpoint_was_off(organisation, woken):
    endpoint = find_or_create_endpoint(organisation=organisation, url=URL)
    before = queue_delivery(endpoint=endpoint, purpose="report_webhook", body={}, now=NOON)
    assert disable_endpoint(endpoint=endpoint, reason="Switched off.", now=NOON + timedelta(hours=1)) is True
    assert disable_endpoint(endpoint=endpoint, reason="Again.", now=NOON + timedelta(hours=2)) is False
    during = queue_delivery(endpoint=endpoint, purpose="report_webhook", body={}, now=NOON + timedelta(hours=2))
    assert (endpoint.is_enabled, endpoint.disabled_reason) == (False, "Switched off.")

    back = NOON + timedelta(days=10)
    assert enable_endpoint(endpoint=endpoint, now=back) is True
    assert enable_endpoint(endpoint=endpoint, now=back) is False

    for delivery, left in ((before, timedelta(hours=23)), (during, timedelta(hours=24))):
        delivery.refresh_from_db()
        assert (delivery.status, delivery.due_at) == (Delivery.Status.WAITING, back)
        assert delivery.deadline_at - back == left
    assert (endpoint.is_enabled, endpoint.disabled_at, endpoint.disabled_reason) == (True, None, "")


def test_it_wakes_the_lane_when_switched_on(organisation, woken, django_capture_on_commit_callbacks):
    endpoint = find_or_create_endpoint(organisation=organisation, url=URL)
    disable_endpoint(endpoint=endpoint, reason="Switched off.", now=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        enable_endpoint(endpoint=endpoint, now=NOON)
    assert woken == [endpoint.pk]
