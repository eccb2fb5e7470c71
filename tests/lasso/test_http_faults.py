"""What each misbehaviour of a server comes to, and that none of them holds a call up beyond its deadline."""

from __future__ import annotations

import socket
import threading
from datetime import timedelta
from ipaddress import ip_network

import pytest

from lasso import http
from lasso.http import ErrorCode, OutboundError, resolving
from local.receivers import WebhookHandler
from tests import receivers
from tests.lasso.certificates import make_authority
from tests.receivers import FaultyReceiver

SOON = timedelta(seconds=0.6)
# Far more than the deadlines here, less than any other limit that would end a call.
pytestmark = pytest.mark.timeout(8, func_only=True)


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]


def failure(url: str, *, deadline: timedelta = SOON, body: bytes = b"{}") -> OutboundError:
    """The call's error. Where only the deadline ends a call, the tests' time limit shows that it does."""
    with pytest.raises(OutboundError) as caught:
        http.send(method="POST", url=url, body=body, deadline=deadline)
    return caught.value


@pytest.mark.parametrize(
    ("behaviour", "code", "sentence"),
    [
        (receivers.hang, ErrorCode.TIMEOUT, "127.0.0.1 did not answer in time. The limit is 0.6 s for the whole call."),
        (
            receivers.hang_in_body,
            ErrorCode.TIMEOUT,
            "The answer began with status 200, but did not end within 0.6 s.",
        ),
        (receivers.drip, ErrorCode.TIMEOUT, "The answer began with status 200, but did not end within 0.6 s."),
        (
            receivers.drip_headers,
            ErrorCode.TIMEOUT,
            "127.0.0.1 did not answer in time. The limit is 0.6 s for the whole call.",
        ),
        (receivers.reset, ErrorCode.CONNECTION_RESET, "127.0.0.1 closed the connection without a whole answer."),
        (receivers.hang_up, ErrorCode.CONNECTION_RESET, "127.0.0.1 closed the connection without a whole answer."),
        (receivers.garbage, ErrorCode.PROTOCOL_ERROR, "127.0.0.1 did not answer in HTTP."),
    ],
)
def test_it_names_the_fault_in_time(behaviour, code, sentence):
    with FaultyReceiver() as receiver:
        receiver.behaviour = behaviour
        error = failure(receiver.url())
    assert (error.code, error.sentence) == (code, sentence)
    assert len(receiver.calls.all()) == 1


def test_it_reads_at_most_64_kib_of_a_huge_answer():
    with FaultyReceiver() as receiver:
        receiver.behaviour = receivers.huge
        answer = http.send(method="POST", url=receiver.url())
    assert (answer.status_code, len(answer.body), answer.is_truncated) == (200, 65536, True)


def test_it_reads_an_answer_of_exactly_64_kib_whole():
    with FaultyReceiver() as receiver:
        receiver.behaviour = receivers.answer(200, b"x" * 65536)
        answer = http.send(method="POST", url=receiver.url())
    assert (len(answer.body), answer.is_truncated) == (65536, False)


@pytest.mark.parametrize(
    ("longest", "size", "is_truncated"), [(3_000_000, 3_000_000, False), (2_999_999, 2_999_999, True)]
)
def test_it_reads_as_much_as_the_caller_asks_for(longest, size, is_truncated):
    with FaultyReceiver() as receiver:
        receiver.behaviour = receivers.answer(200, b"x" * 3_000_000)
        with http.Session() as session:
            answer = session.send(
                method="GET", url=receiver.url(), longest_answer=longest, deadline=timedelta(seconds=5)
            )
    assert (len(answer.body), answer.is_truncated) == (size, is_truncated)


def test_it_gives_the_answer_as_it_came():
    with FaultyReceiver() as receiver:
        receiver.behaviour = receivers.answer(503, b"later", {"Retry-After": "7", "Set-Cookie": "a=b"})
        with http.Session() as session:
            answer = session.send(method="PUT", url=f"{receiver.url()}?a=b#c", headers={"X-One": "1"}, body=b"{}")
            session.send(method="PUT", url=receiver.url())
    assert (answer.status_code, answer.body, answer.headers["retry-after"]) == (503, b"later", "7")
    assert answer.duration > timedelta()
    first, second = receiver.calls.all()
    assert (first.method, first.path, first.body, first.headers["x-one"]) == ("PUT", "/webhook?a=b", b"{}", "1")
    assert first.headers["user-agent"].startswith("Lasso/")
    assert first.headers["accept-encoding"] == "identity"
    assert "cookie" not in second.headers


def test_it_keeps_the_connection_within_a_session():
    with FaultyReceiver() as receiver, http.Session() as session:
        for _ in range(3):
            session.send(method="POST", url=receiver.url(), body=b"{}")
    assert len({request.connection for request in receiver.calls.all()}) == 1


def test_it_connects_anew_when_a_kept_connection_was_closed():
    with FaultyReceiver() as receiver, http.Session() as session:
        receiver.behaviour = receivers.in_turn(receivers.answer(200), receivers.reset, receivers.answer(201))
        assert session.send(method="POST", url=receiver.url()).status_code == 200
        assert session.send(method="POST", url=receiver.url()).status_code == 201
    assert len(receiver.calls.all()) == 3


def break_off(handler: WebhookHandler) -> None:
    """Begin an answer and close in the middle of it."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
    handler.close_connection = True


def test_it_does_not_call_again_when_an_answer_has_begun():
    with FaultyReceiver() as receiver, http.Session() as session:
        receiver.behaviour = receivers.in_turn(receivers.answer(200), break_off, receivers.answer(201))
        session.send(method="POST", url=receiver.url())
        with pytest.raises(OutboundError) as caught:
            session.send(method="POST", url=receiver.url())
    assert caught.value.code is ErrorCode.CONNECTION_RESET
    assert len(receiver.calls.all()) == 2


def switch(handler: WebhookHandler) -> None:
    """Switch to another protocol, unasked, and leave the connection open."""
    handler.wfile.write(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n")


def test_it_leaves_a_connection_that_speaks_something_else_now():
    with FaultyReceiver() as receiver, http.Session() as session:
        receiver.behaviour = receivers.in_turn(switch, receivers.answer(200))
        first, second = (session.send(method="POST", url=receiver.url(), body=b"{}") for _ in range(2))
    assert (first.status_code, first.body, second.status_code) == (101, b"", 200)
    one, other = receiver.calls.all()
    assert one.connection != other.connection


def test_it_says_that_nobody_listens():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        error = failure(f"http://127.0.0.1:{unused.getsockname()[1]}/")
    assert (error.code, error.sentence) == (ErrorCode.CONNECTION_REFUSED, "127.0.0.1 refused the connection.")


def test_it_gives_up_a_connection_that_is_never_accepted():
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        # The queue of a listener with a backlog of 0 takes one connection; further ones wait for ever.
        first.connect(full.getsockname())
        second.setblocking(False)
        second.connect_ex(full.getsockname())
        error = failure(f"http://127.0.0.1:{full.getsockname()[1]}/")
    assert error.code is ErrorCode.TIMEOUT


def test_it_gives_up_a_server_that_reads_nothing():
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(1)
        error = failure(f"http://127.0.0.1:{deaf.getsockname()[1]}/", body=b"x" * 50_000_000)
    assert error.code is ErrorCode.TIMEOUT


def test_it_gives_up_a_tls_handshake_that_hangs():
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen(1)
        error = failure(f"https://127.0.0.1:{mute.getsockname()[1]}/")
    assert error.code is ErrorCode.TIMEOUT


def test_it_gives_up_a_look_up_that_hangs_for_one_name(monkeypatch):
    released = threading.Event()

    def look_up(host, port, *args, **kwargs):
        if host == "slow.example":
            released.wait(20)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(resolving, "_control", None)
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    error = failure("http://slow.example/")
    released.set()
    assert (error.code, error.is_our_fault) == (ErrorCode.TIMEOUT, False)
    assert error.sentence.startswith("Looking up the name slow.example took too long.")


def test_it_checks_the_certificate_by_the_name(settings, tmp_path):
    settings.OUTBOUND_ALLOWED_HOSTS = ["localhost"]
    authority, context = make_authority(tmp_path, name="localhost")
    names: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    settings.OUTBOUND_CA_FILE = str(authority)
    with FaultyReceiver(tls=context) as receiver:
        answer = http.send(method="POST", url=f"https://localhost:{receiver.port}/", body=b"{}")
    assert (answer.status_code, names) == (200, ["localhost"])


def test_it_bounds_a_drip_over_tls_too(settings, tmp_path):
    settings.OUTBOUND_ALLOWED_HOSTS = ["localhost"]
    authority, context = make_authority(tmp_path, name="localhost")
    settings.OUTBOUND_CA_FILE = str(authority)
    with FaultyReceiver(tls=context) as receiver:
        receiver.behaviour = receivers.drip
        error = failure(f"https://localhost:{receiver.port}/")
    assert error.sentence == "The answer began with status 200, but did not end within 0.6 s."


def test_it_refuses_a_certificate_for_another_name(settings, tmp_path):
    settings.OUTBOUND_ALLOWED_HOSTS = ["localhost"]
    authority, context = make_authority(tmp_path, name="other.example")
    settings.OUTBOUND_CA_FILE = str(authority)
    with FaultyReceiver(tls=context) as receiver:
        error = failure(f"https://localhost:{receiver.port}/", deadline=timedelta(seconds=5))
    assert error.code is ErrorCode.TLS_ERROR
    assert "Hostname mismatch" in error.sentence
    assert receiver.calls.all() == []


def test_it_refuses_a_certificate_that_nobody_vouches_for(settings, tmp_path):
    settings.OUTBOUND_ALLOWED_HOSTS = ["localhost"]
    _, context = make_authority(tmp_path, name="localhost")
    with FaultyReceiver(tls=context) as receiver:
        error = failure(f"https://localhost:{receiver.port}/", deadline=timedelta(seconds=5))
    assert error.code is ErrorCode.TLS_ERROR
    assert receiver.calls.all() == []


def test_it_refuses_a_server_that_does_not_speak_tls():
    with FaultyReceiver() as receiver:
        error = failure(f"https://127.0.0.1:{receiver.port}/", deadline=timedelta(seconds=5))
    assert (error.code, error.sentence) == (ErrorCode.TLS_ERROR, "127.0.0.1 does not speak TLS as it should.")
