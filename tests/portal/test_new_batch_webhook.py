"""A webhook is tried before it is ordered: a real call, and what was answered."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from django.test import Client

from local.receivers import WebhookReceiver
from portal.models import OrderDraft
from tests.portal.test_new_batch import filled

pytestmark = pytest.mark.django_db
PART = {"hx-request": "true", "hx-target": "webhook-test"}


@pytest.fixture
def receiver(settings: Any) -> Iterator[WebhookReceiver]:
    """A receiver on this machine, which may be called."""
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    with WebhookReceiver() as receiver:
        yield receiver


def tried(client: Client, headers: dict[str, str] | None = None, **fields: Any) -> str:
    answer = client.post("/portal/batches/new", filled(do="test", **fields), headers=headers or {})
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


@pytest.mark.parametrize("headers", [{}, PART], ids=["whole page", "htmx"])
def test_it_calls_the_webhook_and_shows_what_was_answered(
    portal: Client, receiver: WebhookReceiver, headers: dict[str, str]
):
    sign_in = {"webhook-sign_in": "Header", "webhook-key": "X-API-KEY", "webhook-secret": "dm12d82"}
    page = tried(portal, headers, type="Finans", **{"webhook-url": receiver.url()}, **sign_in)
    assert "Det virker." in page
    assert "Modtageren svarede 200" in page
    assert ("<html" in page) is not bool(headers)
    assert ('value="Årets kunder"' in page) is not bool(headers)
    [call] = receiver.calls.all()
    assert (call.method, call.headers["x-api-key"], json.loads(call.body)["printType"]) == ("POST", "dm12d82", "Finans")
    assert not OrderDraft.objects.exists()


def test_it_says_that_nobody_answered(portal: Client, settings: Any):
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    page = tried(portal, PART, **{"webhook-url": "http://127.0.0.1:1/"})
    assert "En levering med det svar ville blive: Mislykket" in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"webhook-url": ""}, "Skriv den adresse, der skal prøves."),
        ({"webhook-url": "ftp://modtager.example"}, "Adressen skal begynde med https:// eller http://."),
        ({"webhook-sign_in": "Bearer", "webhook-secret": ""}, "Mangler."),
        ({"webhook-sign_in": "nonsense"}, "Log ind med:"),
    ],
)
@pytest.mark.parametrize("headers", [{}, PART], ids=["whole page", "htmx"])
def test_it_calls_nobody_when_something_is_wrong(
    portal: Client, receiver: WebhookReceiver, fields: dict[str, str], sentence: str, headers: dict[str, str]
):
    page = tried(portal, headers, **{"webhook-url": receiver.url(), **fields})
    assert (sentence if headers else sentence.removesuffix(":")) in page
    assert receiver.calls.all() == []


def test_it_calls_no_address_of_our_own_network(portal: Client, receiver: WebhookReceiver, settings: Any):
    settings.OUTBOUND_ALLOWED_NETWORKS = []
    assert "Det virker." not in tried(portal, PART, **{"webhook-url": receiver.url()})
    assert receiver.calls.all() == []


@pytest.mark.parametrize("headers", [{}, PART], ids=["whole page", "htmx"])
def test_it_calls_a_receiver_only_so_often(
    portal: Client, receiver: WebhookReceiver, settings: Any, headers: dict[str, str]
):
    settings.TEST_CALLS_PER_MINUTE = 2
    pages = [tried(portal, headers, **{"webhook-url": receiver.url()}) for _ in range(3)]
    said = "Der er prøvet mange gange i det sidste minut."
    assert [said in page for page in pages] == [False, False, True]
    assert ("Det virker." in pages[2], len(receiver.calls.all())) == (False, 2)
