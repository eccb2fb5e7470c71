"""What a customer gives us to sign in with is seen nowhere again: not in rows, logs, pages, answers or tracebacks."""

from __future__ import annotations

import base64
import io
import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.keys import create_api_key
from delivery.auth import parse_auth
from delivery.auth.masking import Mask
from delivery.endpoints import find_or_create_endpoint
from delivery.models import Endpoint
from delivery.outcomes import Outcome
from delivery.transports.base import message_of
from lasso import http
from lasso.encryption import decrypt
from lasso.logging import formatter
from local.receivers import WebhookHandler
from tests import receivers
from tests.receivers import FaultyReceiver

pytestmark = pytest.mark.django_db

SECRET = "kode-3f9a7c/æ+1"
TOKEN = "token.5b1d9e"
CONFIGS = {
    "Header": {"Method": "Header", "Key": "X-API-KEY", "Value": "kode-3f9a7c"},
    "BasicAuth": {"Method": "BasicAuth", "Key": "bruger", "Value": SECRET},
    "Bearer": {"Method": "Bearer", "Value": TOKEN},
    "OAuth2": {"Method": "OAuth2", "Key": "klient", "Value": SECRET},
}
# However it is written, this much of it is readable.
TRACES = ("3f9a7c", "5b1d9e", base64.b64encode(f"bruger:{SECRET}".encode()).decode()[:24])


def echo(handler: WebhookHandler) -> None:
    """Refuse, and repeat everything that came, as some error pages do."""
    sent = handler.call.headers
    authorization = sent.get("authorization", "")
    decoded = base64.b64decode(authorization.removeprefix("Basic ")) if authorization.startswith("Basic ") else b""
    secret = decoded.decode().partition(":")[2] or authorization.partition(" ")[2] or sent.get("x-api-key", "")
    body = b"\n".join(
        [
            json.dumps(sent).encode(),
            json.dumps({"login": decoded.decode()}).encode(),
            urlencode({"login": secret}).encode(),
            quote(secret).encode(),
            decoded,
        ]
    )
    answer = {"X-Echo": sent.get("x-api-key", authorization) or "none", "X-Login": quote(decoded.decode()) or "none"}
    receivers.answer(500, body, answer)(handler)


@pytest.fixture
def token_server(receiver) -> Iterator[FaultyReceiver]:
    """Gives out the token, once; then it refuses and repeats what came."""
    with FaultyReceiver() as running:
        token = json.dumps({"access_token": TOKEN, "expires_in": 60}).encode()
        running.behaviour = receivers.in_turn(receivers.answer(200, token), echo)
        yield running


@pytest.fixture(params=list(CONFIGS))
def data(request, token_server) -> dict[str, str]:
    """An authConfig as the API takes it."""
    found: dict[str, str] = CONFIGS[request.param]
    return {**found, "TokenUrl": token_server.url("/token")} if request.param == "OAuth2" else found


@pytest.fixture
def secured(organisation, receiver, data) -> Endpoint:
    receiver.behaviour = echo
    return find_or_create_endpoint(organisation=organisation, url=receiver.url(), auth=parse_auth(data))


@pytest.fixture
def logs() -> Iterator[Callable[[], str]]:
    """Everything that is logged meanwhile, as it is written in production."""
    stream, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(stream), root.level
    handler.setFormatter(formatter("json"))
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream.getvalue
    root.removeHandler(handler)
    root.setLevel(level)


def rows() -> str:
    """Every row of every table, as text."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f'SELECT row_data::text FROM "{model._meta.db_table}" AS row_data')
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def hidden_in(text: str) -> bool:
    return not any(trace in text for trace in TRACES)


def test_it_shows_in_no_row_log_page_or_answer(secured, data, receiver, queue, run_lane, logs, admin_client):
    delivery = queue(secured)
    run_lane(secured)
    assert len(receiver.calls.all()) == 1
    attempt = delivery.attempts.get()
    assert attempt.status_code == 500
    assert "[hidden]" in attempt.answer_body
    assert "[hidden]" in attempt.answer_headers["x-echo"]

    pages = [
        admin_client.get(reverse("admin:delivery_endpoint_change", args=[secured.pk])),
        admin_client.get(reverse("admin:delivery_delivery_change", args=[delivery.pk])),
        admin_client.get(reverse("admin:delivery_endpoint_changelist")),
        admin_client.get(reverse("admin:delivery_delivery_changelist")),
    ]
    _, key = create_api_key(organisation=secured.organisation, name="test")
    api = APIClient(headers={"lasso-api-key": key})
    pages += [
        api.get("/apps/deliveries"),
        api.get(f"/apps/deliveries/{delivery.public_id}"),
        api.get("/apps/endpoints"),
        api.get(f"/apps/endpoints/{secured.pk}"),
    ]
    query = {"url": receiver.url(), "lassoId": "cvr-1-34580820", "batchId": "1", "reportType": "Revision"}
    pages.append(api.post(f"/apps/reporting/webhooktest?{urlencode(query)}", data, format="json"))
    assert [page.status_code for page in pages] == [200] * len(pages)
    for page in pages:
        assert hidden_in(page.content.decode())
        assert decrypt(secured.signing_secret) not in page.content.decode()
    assert hidden_in(rows())
    assert "[hidden]" in rows()
    assert hidden_in(logs())


def test_it_shows_in_no_batch_that_was_ordered_with_it(organisation, receiver, data, logs):
    _, key = create_api_key(organisation=organisation, name="test")
    order = {
        "batchName": "B",
        "type": "Revision",
        "format": "{cvr}",
        "items": [{"cvr": 34580820}],
        "scheduledTime": "2099-01-01 00:00:00",
        "notificationWebhookUrl": receiver.url(),
        "authConfig": data,
    }
    api = APIClient(headers={"lasso-api-key": key, "idempotency-key": "once"})
    answer = api.post("/apps/reporting/batches", order, format="json")
    assert answer.status_code in {200, 201}
    wrong = api.post(
        "/apps/reporting/batches",
        {**order, "authConfig": {**data, "Key": "wrong\n", "Value": f"{data['Value']}\n"}},
        format="json",
        headers={"idempotency-key": "twice"},
    )
    assert wrong.status_code == 400
    assert [hidden_in(text) for text in (answer.content.decode(), wrong.content.decode(), rows(), logs())] == [True] * 4


def test_it_shows_in_no_representation_or_traceback(secured, queue, run_lane, logs, monkeypatch):
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("boom")

    delivery = queue(secured)
    assert hidden_in(repr(message_of(delivery, now=delivery.created_at)))
    assert hidden_in(repr(parse_auth({"Method": "Bearer", "Value": TOKEN})))
    monkeypatch.setattr(http.Session, "send", broken)
    with pytest.raises(RuntimeError, match="boom") as caught:
        run_lane(secured)
    logging.getLogger("test").error("broken", exc_info=caught.value)
    assert "boom" in logs()
    assert hidden_in(logs())


def test_it_leaves_an_answer_alone_that_holds_no_secret():
    outcome = Outcome(duration=timedelta(seconds=1), status_code=200, headers={"a": "b"}, body=b"kode-3f9a")
    assert Mask({SECRET}).outcome(outcome) == outcome


def test_it_masks_the_longer_of_two_secrets_first():
    assert Mask({"abc", "abcdef"}).text("abcdef abc") == "[hidden] [hidden]"
    assert Mask({""}).text("nothing to hide") == "nothing to hide"
