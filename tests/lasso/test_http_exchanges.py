"""What stands on the wire: the head that is sent, and the ways in which an answer may be framed."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from lasso import http
from lasso.http import ErrorCode, OutboundError
from local.receivers import WebhookHandler
from tests import receivers
from tests.receivers import Behaviour, FaultyReceiver


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]


def says(answer: bytes, *, closes: bool = False) -> Behaviour:
    def behave(handler: WebhookHandler) -> None:
        handler.wfile.write(answer)
        handler.close_connection = closes

    return behave


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-One", "a\r\nX-Two: b"),
        ("X-One", "a\nb"),
        ("X-One", "a\x00b"),
        ("X-One", " a"),
        ("X-One", "€"),
        ("X-One: a\r\nX-Two", "b"),
        ("X:One", "a"),
        ("", "a"),
    ],
)
def test_it_sends_nothing_when_a_header_would_be_something_else(name, value):
    with FaultyReceiver() as receiver, pytest.raises(OutboundError) as caught:
        http.send(method="POST", url=receiver.url(), headers={name: value}, body=b"{}")
    assert caught.value.code is ErrorCode.URL_REFUSED
    assert caught.value.sentence == "The URL or a header of the call cannot be sent."
    assert receiver.calls.all() == []


@pytest.mark.parametrize(
    ("method", "body", "length"), [("POST", b"{}", "2"), ("POST", b"", "0"), ("GET", b"", None), ("GET", b"{}", "2")]
)
def test_it_says_where_it_goes_and_how_long_the_body_is(method, body, length):
    with FaultyReceiver() as receiver:
        http.send(method=method, url=receiver.url(), headers={"user-agent": "ours", "X-Empty": ""}, body=body)
    (call,) = receiver.calls.all()
    assert call.headers == {
        "host": f"127.0.0.1:{receiver.port}",
        "accept": "*/*",
        "accept-encoding": "identity",
        "user-agent": "ours",
        "x-empty": "",
        **({} if length is None else {"content-length": length}),
    }


def test_it_joins_headers_that_come_several_times_or_over_several_lines():
    with FaultyReceiver() as receiver:
        receiver.behaviour = says(
            b"HTTP/1.1 200 OK\r\nX-One: a\r\nx-one: b\r\nX-Two: c\r\n  d\r\nContent-Length: 0\r\n\r\n"
        )
        answer = http.send(method="POST", url=receiver.url())
    assert answer.headers == {"x-one": "a, b", "x-two": "c d", "content-length": "0"}


@pytest.mark.parametrize(
    ("answer", "body", "is_kept"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", b"abc", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", b"abc", True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b"", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc", b"abc", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc", b"abc", False),
        # What comes beyond the answer is no answer to the next call.
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 500 No\r\n\r\n", b"abc", True),
    ],
)
def test_it_reads_an_answer_as_it_is_framed(answer, body, is_kept):
    with FaultyReceiver() as receiver, http.Session() as session:
        receiver.behaviour = receivers.in_turn(says(answer), receivers.answer(201))
        first, second = (session.send(method="POST", url=receiver.url(), body=b"{}") for _ in range(2))
    assert (first.body, first.is_truncated, second.status_code) == (body, False, 201)
    one, other = receiver.calls.all()
    assert (one.connection == other.connection) is is_kept


def test_it_reads_an_answer_without_a_length_to_its_end():
    with FaultyReceiver() as receiver:
        receiver.behaviour = says(b"HTTP/1.1 200 OK\r\n\r\nabc", closes=True)
        answer = http.send(method="POST", url=receiver.url())
    assert (answer.status_code, answer.body) == (200, b"abc")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3",
        b"",
    ],
)
def test_it_takes_an_answer_that_breaks_off_for_none(answer):
    with FaultyReceiver() as receiver:
        receiver.behaviour = says(answer, closes=True)
        with pytest.raises(OutboundError) as caught:
            http.send(method="POST", url=receiver.url(), body=b"{}")
    assert caught.value.code is ErrorCode.CONNECTION_RESET
    assert len(receiver.calls.all()) == 1
