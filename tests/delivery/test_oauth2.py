"""OAuth2 client credentials: where a token comes from, how long it is used, and what its failure costs."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
import time_machine
from django.utils import timezone

from delivery.auth import AuthConfig, AuthMethod, ClientAuthentication
from delivery.auth.tokens import fingerprint_of
from delivery.endpoints import find_or_create_endpoint
from delivery.models import AccessToken, Delivery
from delivery.transports.kept import close_kept
from lasso.encryption import decrypt
from local.receivers import WebhookHandler
from tests import receivers
from tests.receivers import FaultyReceiver

pytestmark = pytest.mark.django_db

SECRET = "klient hemmelighed/æ"


class TokenServer(FaultyReceiver):
    """Gives out token-1, token-2, … ; `answers` come before, one a request."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[receivers.Behaviour] = []
        self.count = 0
        self.lifetime: object = 3600

    def answer(self, handler: WebhookHandler) -> None:
        """As told, or a token."""
        if self.answers:
            self.answers.pop(0)(handler)
            return
        self.count += 1
        token = {"access_token": f"token-{self.count}", "token_type": "Bearer", "expires_in": self.lifetime}
        receivers.answer(200, json.dumps(token).encode())(handler)


@pytest.fixture
def token_server(receiver):
    with TokenServer() as running:
        yield running


def make_auth(token_server: TokenServer, **options) -> AuthConfig:
    return AuthConfig(AuthMethod.OAUTH2, "klient", SECRET, token_server.url("/token"), **options)


@pytest.fixture
def secured(organisation, receiver, token_server):
    return find_or_create_endpoint(organisation=organisation, url=receiver.url(), auth=make_auth(token_server))


def tokens(receiver: FaultyReceiver) -> list[str]:
    return [call.headers["authorization"] for call in receiver.calls.all()]


def test_it_gets_one_token_for_many_deliveries_and_lanes(secured, receiver, token_server, queue, run_lane):
    queue(secured)
    queue(secured)
    run_lane(secured)
    queue(secured)
    run_lane(secured)
    assert tokens(receiver) == ["Bearer token-1"] * 3
    (request,) = token_server.calls.all()
    assert (request.method, request.path) == ("POST", "/token")
    # RFC 6749, section 2.3.1: form-encoded, then base64.
    credentials = base64.b64encode(b"klient:klient+hemmelighed%2F%C3%A6").decode()
    assert request.headers["authorization"] == f"Basic {credentials}"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(request.body.decode()) == {"grant_type": ["client_credentials"]}


def test_it_sends_the_secret_in_the_form_when_asked_to(organisation, receiver, token_server, queue, run_lane):
    auth = make_auth(token_server, scope="write read", client_authentication=ClientAuthentication.POST)
    endpoint = find_or_create_endpoint(organisation=organisation, url=receiver.url(), auth=auth)
    queue(endpoint)
    run_lane(endpoint)
    (request,) = token_server.calls.all()
    assert "authorization" not in request.headers
    assert parse_qs(request.body.decode()) == {
        "grant_type": ["client_credentials"],
        "scope": ["write read"],
        "client_id": ["klient"],
        "client_secret": [SECRET],
    }


def test_it_keeps_the_token_encrypted_for_as_long_as_it_is_good(secured, receiver, token_server, queue, run_lane):
    before = timezone.now()
    queue(secured)
    run_lane(secured)
    row = AccessToken.objects.get()
    assert row.fingerprint == fingerprint_of(make_auth(token_server))
    assert "token-1" not in row.token
    assert decrypt(row.token) == "token-1"
    # Half a minute early, so that it does not end on the way.
    assert timedelta(minutes=59) < row.expires_at - before < timedelta(minutes=60)

    with time_machine.travel(row.expires_at + timedelta(seconds=1), tick=True):
        queue(secured)
        run_lane(secured)
    assert tokens(receiver) == ["Bearer token-1", "Bearer token-2"]
    assert decrypt(AccessToken.objects.get().token) == "token-2"


@pytest.mark.parametrize(
    ("lifetime", "kept"),
    [("120", 90), (None, 270), ("soon", 270), (0, 270), (10, 0), (10**12, 86370), (1e300, 86370), (True, 270)],
)
def test_it_reads_how_long_a_token_lives(secured, receiver, token_server, queue, run_lane, lifetime, kept):
    token_server.lifetime = lifetime
    with time_machine.travel(timezone.now(), tick=False):
        queue(secured)
        run_lane(secured)
        expires_at = AccessToken.objects.get().expires_at
        assert expires_at - timezone.now() == timedelta(seconds=kept)
    assert tokens(receiver) == ["Bearer token-1"]


def test_it_fetches_a_new_token_once_when_the_old_one_is_refused(secured, receiver, token_server, queue, run_lane):
    queue(secured)
    run_lane(secured)
    receiver.behaviour = receivers.in_turn(receivers.answer(401), receivers.answer(200))
    delivery = queue(secured)
    run_lane(secured)
    assert tokens(receiver) == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempt_count) == (Delivery.Status.DELIVERED, 1)
    assert decrypt(AccessToken.objects.get().token) == "token-2"


def test_it_gives_up_when_the_new_token_is_refused_too(secured, receiver, token_server, queue, run_lane):
    receiver.behaviour = receivers.answer(401, b"no")
    delivery = queue(secured)
    run_lane(secured)
    assert tokens(receiver) == ["Bearer token-1", "Bearer token-2"]
    delivery.refresh_from_db()
    attempt = delivery.attempts.get()
    assert (delivery.status, attempt.status_code, attempt.error_code) == (Delivery.Status.WAITING, 401, "")


@pytest.mark.parametrize(
    ("behaviour", "sentence"),
    [
        (
            receivers.answer(401, b'{"error": "invalid_client", "error_description": "klient hemmelighed/\\u00e6"}'),
            "The token server at 127.0.0.1 answered with status 401 (invalid_client).",
        ),
        (
            receivers.answer(400, b'{"error": "klient hemmelighed/\\u00e6"}'),
            "The token server at 127.0.0.1 answered with status 400.",
        ),
        (receivers.answer(503, b"<html>"), "The token server at 127.0.0.1 answered with status 503."),
        (receivers.answer(200, b"[]"), "The token server at 127.0.0.1 answered without a bearer token."),
        (receivers.answer(200, b"[" * 50000), "The token server at 127.0.0.1 answered without a bearer token."),
        (
            receivers.answer(200, b'{"access_token": "a\\r\\nX-Injected: 1"}'),
            "The token server at 127.0.0.1 answered without a bearer token.",
        ),
        (
            receivers.answer(200, b'{"access_token": "a", "token_type": "mac"}'),
            "The token server at 127.0.0.1 answered without a bearer token.",
        ),
        (
            receivers.reset,
            "The token server gave no answer: 127.0.0.1 closed the connection without a whole answer.",
        ),
        (
            receivers.hang,
            "The token server gave no answer: 127.0.0.1 did not answer in time. The limit is 0.5 s for the whole call.",
        ),
    ],
)
def test_it_counts_the_token_servers_failure_as_an_attempt(
    secured, receiver, token_server, queue, run_lane, settings, behaviour, sentence
):
    settings.OUTBOUND_DEADLINE = timedelta(seconds=0.5)
    token_server.answers = [behaviour]
    delivery = queue(secured)
    run_lane(secured)
    assert receiver.calls.all() == []
    delivery.refresh_from_db()
    attempt = delivery.attempts.get()
    assert (delivery.status, delivery.charged_count) == (Delivery.Status.WAITING, 1)
    assert (attempt.error_code, attempt.error, attempt.status_code) == ("token_failed", sentence, None)
    assert AccessToken.objects.count() == 0


def test_it_never_calls_a_token_server_inside_the_network(secured, receiver, token_server, queue, run_lane, settings):
    settings.OUTBOUND_ALLOWED_NETWORKS = []
    delivery = queue(secured)
    run_lane(secured)
    assert (receiver.calls.all(), token_server.calls.all()) == ([], [])
    attempt = delivery.attempts.get()
    assert attempt.error_code == "token_failed"
    assert attempt.error.endswith(
        "127.0.0.1 leads to an address that is not on the public internet, so it is not called."
    )


def test_it_gets_another_token_when_the_kept_one_cannot_be_read(
    secured, receiver, token_server, queue, run_lane, settings
):
    queue(secured)
    run_lane(secured)
    AccessToken.objects.update(token="written with a key that is lost")
    close_kept()  # the lane before keeps its own in memory
    queue(secured)
    run_lane(secured)
    assert tokens(receiver) == ["Bearer token-1", "Bearer token-2"]
