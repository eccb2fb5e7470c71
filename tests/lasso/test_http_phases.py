"""What a call says of its parts, and how it bears the head of an answer."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network

import pytest

from lasso import http
from lasso.http import ErrorCode, OutboundError
from local.receivers import WebhookHandler
from tests import receivers
from tests.lasso.certificates import make_authority
from tests.receivers import FaultyReceiver


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    settings.OUTBOUND_ALLOWED_HOSTS = ["localhost"]
    settings.OUTBOUND_DEADLINE = timedelta(seconds=0.5)


def failure(url: str) -> OutboundError:
    with pytest.raises(OutboundError) as caught:
        http.send(method="POST", url=url, body=b"{}")
    return caught.value


def test_it_measures_every_part_of_a_call_over_tls(settings, tmp_path):
    authority, context = make_authority(tmp_path, name="localhost")
    settings.OUTBOUND_CA_FILE = str(authority)
    settings.OUTBOUND_DEADLINE = timedelta(seconds=5)
    with FaultyReceiver(tls=context) as receiver, http.Session() as session:
        url = f"https://localhost:{receiver.port}/"
        first = session.send(method="POST", url=url, body=b"{}")
        second = session.send(method="POST", url=url, body=b"{}")
    assert set(first.phases) == {"lookup", "connect", "tls", "send", "first_byte", "read"}
    # The connection was kept.
    assert set(second.phases) == {"send", "first_byte", "read"}


def test_it_measures_the_wait_where_it_was(settings):
    settings.OUTBOUND_DEADLINE = timedelta(seconds=5)

    def slow(handler: WebhookHandler) -> None:
        receivers.closing(handler).wait(0.2)
        handler.send_response(200)
        handler.send_header("Content-Length", "2")
        handler.end_headers()
        handler.wfile.flush()
        receivers.closing(handler).wait(0.4)
        handler.wfile.write(b"{}")

    with FaultyReceiver() as receiver:
        receiver.behaviour = slow
        answer = http.send(method="POST", url=receiver.url())
    assert answer.phases["first_byte"] >= 200
    # Less than the whole: the first byte may be noticed late.
    assert answer.phases["read"] >= 100


@pytest.mark.parametrize(
    ("behaviour", "reached"),
    [
        (receivers.hang, {"lookup", "connect", "send", "first_byte"}),
        (receivers.hang_in_body, {"lookup", "connect", "send", "first_byte", "read"}),
    ],
)
def test_it_says_how_far_a_call_came_that_failed(behaviour, reached):
    with FaultyReceiver() as receiver:
        receiver.behaviour = behaviour
        error = failure(receiver.url())
    assert set(error.phases) == reached
    assert sum(error.phases.values()) >= 450


def test_it_passes_over_interim_answers():
    with FaultyReceiver() as receiver:
        receiver.behaviour = receivers.interim(100, 102, 103, 103)
        answer = http.send(method="POST", url=receiver.url(), body=b"{}")
    assert (answer.status_code, answer.body) == (200, b"done")


@pytest.mark.parametrize("status", [100, 103])
def test_it_gives_up_a_flood_of_interim_answers(status):
    with FaultyReceiver() as receiver:
        receiver.behaviour = receivers.interim_flood(status)
        error = failure(receiver.url())
    assert (error.code, error.sentence) == (
        ErrorCode.TOO_LARGE,
        "127.0.0.1 sent more headers than any answer needs.",
    )


@pytest.mark.parametrize("behaviour", [receivers.endless_headers, receivers.endless_header_line])
def test_it_gives_up_headers_without_end(behaviour):
    with FaultyReceiver() as receiver:
        receiver.behaviour = behaviour
        assert failure(receiver.url()).code is ErrorCode.TOO_LARGE
