"""Signing in by Kerberos, against a real key server and a receiver that verifies with a keytab."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest

from delivery.auth import parse_auth
from delivery.endpoints import find_or_create_endpoint
from delivery.models import Delivery
from delivery.testing import send_test
from local.receivers import WebhookHandler
from tests import receivers
from tests.key_server import REALM, KeyServer, running_key_server, why_missing

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(bool(why_missing()), reason=why_missing() or "all there"),
]

PASSWORD = "hemmelig adgangskode"


@pytest.fixture(scope="module")
def realm(tmp_path_factory) -> Iterator[KeyServer]:
    with running_key_server(tmp_path_factory.mktemp("realm")) as server:
        server.add_user("jens", PASSWORD)
        yield server


@pytest.fixture(scope="module")
def keytab(realm):
    return realm.add_service("localhost")


@pytest.fixture(autouse=True)
def _set_up(settings, realm):
    settings.KERBEROS_KDCS = realm.setting
    settings.OUTBOUND_ALLOWED_HOSTS = ["localhost"]


@pytest.fixture
def deliver_to(organisation, queue, run_lane):
    def deliver(url: str, *, count: int = 1, password: str = PASSWORD) -> Delivery:
        auth = parse_auth({"Method": "Kerberos", "Key": "lasso@jens", "Value": password})
        endpoint = find_or_create_endpoint(organisation=organisation, url=url, auth=auth)
        deliveries = [queue(endpoint) for _ in range(count)]
        run_lane(endpoint)
        delivery: Delivery = deliveries[-1]
        delivery.refresh_from_db()
        return delivery

    return deliver


def test_it_signs_in_and_believes_the_proof(realm, keytab, deliver_to):
    with realm.receiver(keytab) as receiver:
        delivery = deliver_to(receiver.url(), count=3)
        assert receiver.users() == [f"jens@{REALM}"] * 3
    attempt = delivery.attempts.get()
    assert (delivery.status, attempt.status_code, attempt.error_code) == (Delivery.Status.DELIVERED, 200, "")


def test_it_leaves_the_tickets_of_the_machine_alone(realm, keytab, deliver_to, monkeypatch, tmp_path):
    monkeypatch.setenv("KRB5CCNAME", f"FILE:{tmp_path}/tickets")
    monkeypatch.setenv("KRB5_CONFIG", "/nowhere/krb5.conf")
    with realm.receiver(keytab) as receiver:
        assert deliver_to(receiver.url()).status == Delivery.Status.DELIVERED
    assert list(tmp_path.glob("tickets*")) == []
    assert os.environ["KRB5_CONFIG"] == "/nowhere/krb5.conf"


@pytest.mark.parametrize("mode", ["silent", "forged"])
def test_it_takes_no_success_without_the_proof(realm, keytab, deliver_to, mode):
    with realm.receiver(keytab, mode=mode) as receiver:
        delivery = deliver_to(receiver.url())
        assert receiver.users() == [f"jens@{REALM}"]
    attempt = delivery.attempts.get()
    assert (delivery.status, delivery.charged_count) == (Delivery.Status.WAITING, 1)
    assert (attempt.status_code, attempt.error_code) == (None, "mutual_auth_failed")
    assert attempt.error.endswith("Its answer with status 200 is void.")


def test_it_takes_no_success_from_a_server_that_knows_no_kerberos(receiver, deliver_to, keytab):
    delivery = deliver_to(receiver.url().replace("127.0.0.1", "localhost"))
    assert delivery.attempts.get().error_code == "mutual_auth_failed"
    assert delivery.status == Delivery.Status.WAITING


@pytest.mark.parametrize("status", [404, 409, 410])
def test_it_ends_nothing_for_good_by_an_answer_without_the_proof(receiver, deliver_to, keytab, status):
    receiver.behaviour = receivers.answer(status)
    delivery = deliver_to(receiver.url().replace("127.0.0.1", "localhost"))
    assert (delivery.status, delivery.attempts.get().error_code) == (Delivery.Status.WAITING, "mutual_auth_failed")
    delivery.endpoint.refresh_from_db()
    assert delivery.endpoint.is_enabled


def test_it_masks_the_ticket_that_a_receiver_repeats(receiver, deliver_to, keytab):
    def echo(handler: WebhookHandler) -> None:
        receivers.answer(500, handler.call.headers["authorization"].encode())(handler)

    receiver.behaviour = echo
    attempt = deliver_to(receiver.url().replace("127.0.0.1", "localhost")).attempts.get()
    assert (attempt.status_code, attempt.answer_body) == (500, "Negotiate [hidden]")


def test_it_shows_a_refusal_as_it_is(realm, keytab, deliver_to):
    with realm.receiver(keytab, mode="refuses") as receiver:
        attempt = deliver_to(receiver.url()).attempts.get()
    assert (attempt.status_code, attempt.error_code) == (401, "")


@pytest.mark.parametrize(
    ("password", "host", "reason"),
    [
        ("forkert", "localhost", "Preauthentication failed"),
        (PASSWORD, "127.0.0.1", "not found in Kerberos database"),
    ],
)
def test_it_makes_no_call_without_a_ticket(receiver, deliver_to, keytab, password, host, reason):
    delivery = deliver_to(f"http://{host}:{receiver.port}/", password=password)
    assert receiver.calls.all() == []
    attempt = delivery.attempts.get()
    assert (attempt.error_code, attempt.status_code, delivery.charged_count) == ("kerberos_failed", None, 1)
    assert attempt.error.startswith(f"Kerberos gave jens@{REALM} no ticket for {host}: ")
    assert reason in attempt.error
    assert password not in attempt.error


def test_it_says_that_the_key_server_is_not_there(receiver, deliver_to, settings):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        settings.KERBEROS_KDCS = [(REALM, f"127.0.0.1:{unused.getsockname()[1]}")]
        attempt = deliver_to(receiver.url()).attempts.get()
    assert attempt.error_code == "kerberos_failed"
    assert "Cannot contact any KDC" in attempt.error


def test_it_waits_for_a_key_server_that_hangs_no_longer_than_the_whole_call(receiver, deliver_to, settings):
    settings.OUTBOUND_DEADLINE = timedelta(seconds=0.8)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen(5)
        settings.KERBEROS_KDCS = [(REALM, f"127.0.0.1:{mute.getsockname()[1]}")]
        attempt = deliver_to(receiver.url()).attempts.get()
    assert receiver.calls.all() == []
    assert (attempt.error_code, attempt.error) == (
        "kerberos_failed",
        "The Kerberos server of the realm did not answer in time.",
    )
    assert timedelta(seconds=0.8) <= attempt.duration
    assert attempt.phases["sign_in"] >= 800


def test_it_signs_a_test_call_in_too(realm, keytab):
    auth = parse_auth({"Method": "Kerberos", "Key": "jens", "Value": PASSWORD})
    with realm.receiver(keytab) as receiver:
        result = send_test(url=receiver.url(), auth=auth, body={})
        assert (result.is_success, result.status_code) == (True, 200)
        assert receiver.users() == [f"jens@{REALM}"]


def test_it_gets_over_a_helper_that_was_killed(realm, keytab, monkeypatch):
    from lasso import kerberos
    from lasso.http import Deadline

    negotiation = kerberos.Negotiation(user="jens", password=PASSWORD)
    bound = Deadline(timedelta(seconds=10))
    negotiation.token(host="localhost", bound=bound)
    assert negotiation._process is not None
    negotiation._process.kill()
    negotiation._process.wait()
    with pytest.raises(kerberos.KerberosError, match="the helper process ended"):
        negotiation.token(host="localhost", bound=bound)
    assert negotiation.token(host="localhost", bound=bound)
    negotiation.close()
    assert negotiation._process is None
