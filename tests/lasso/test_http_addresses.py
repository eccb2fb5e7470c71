"""Which addresses a call goes to, and that a refused one is never connected to."""

from __future__ import annotations

import socket
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from lasso import http
from lasso.http import ErrorCode, OutboundError, resolving
from lasso.http.addresses import is_public
from tests.receivers import FaultyReceiver

PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.32.0.1", "192.0.1.1", "100.128.0.1", "2606:4700::1111", "2a00::1"]

GETADDRINFO = socket.getaddrinfo


class Resolver:
    """Stands in for the C library's look-up: each name's answers one after another, the last one for ever."""

    def __init__(self, answers: dict[str, list[Any]]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def __call__(self, host, port, *args, **kwargs):
        if host not in self.answers:
            # Another thread's: what is counted goes to Redis meanwhile.
            return GETADDRINFO(host, port, *args, **kwargs)
        self.asked.append(host)
        waiting = self.answers[host]
        found = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(found, Exception):
            raise found
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]


@pytest.fixture
def resolver(monkeypatch):
    monkeypatch.setattr(resolving, "_control", None)

    def install(**answers: list[Any]) -> Resolver:
        stub = Resolver({name.replace("_", "."): found for name, found in answers.items()})
        monkeypatch.setattr(socket, "getaddrinfo", stub)
        return stub

    return install


@pytest.fixture
def connections(monkeypatch):
    """Every address that a socket was told to connect to."""
    made: list[Any] = []
    original = socket.socket.connect

    def connect(self, address):
        made.append(address)
        return original(self, address)

    monkeypatch.setattr("lasso.http.deadlines.BoundedSocket.connect", connect, raising=False)
    return made


def refusal(url: str) -> OutboundError:
    with pytest.raises(OutboundError) as caught:
        http.send(method="POST", url=url, body=b"{}")
    return caught.value


@pytest.mark.parametrize("text", PUBLIC)
def test_it_takes_public_addresses(text):
    assert is_public(ip_address(text))


def test_it_refuses_when_one_of_several_addresses_is_not_public(resolver, settings, connections):
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.2/32")]
    resolver(mixed_example=[["127.0.0.2", "10.0.0.1"]])
    with FaultyReceiver(host="127.0.0.2") as receiver:
        assert refusal(f"http://mixed.example:{receiver.port}/").code is ErrorCode.ADDRESS_REFUSED
    assert receiver.calls.all() == []
    assert connections == []


def test_it_connects_to_the_address_that_it_checked_though_the_name_changes(resolver, settings):
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.2/32")]
    stub = resolver(rebinding_example=[["127.0.0.2"], ["127.0.0.1"]])
    with FaultyReceiver(host="127.0.0.2") as receiver:
        answer = http.send(method="POST", url=f"http://rebinding.example:{receiver.port}/", body=b"{}")
    assert answer.status_code == 200
    assert stub.asked == ["rebinding.example"]
    assert receiver.calls.all()[0].headers["host"] == f"rebinding.example:{receiver.port}"


def test_it_refuses_a_name_that_has_changed_when_it_connects_again(resolver, settings):
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.2/32")]
    resolver(rebinding_example=[["127.0.0.2"], ["127.0.0.1"]])
    with FaultyReceiver(host="127.0.0.2") as receiver, FaultyReceiver() as inner, http.Session() as session:
        url = f"http://rebinding.example:{receiver.port}/"
        assert session.send(method="POST", url=url).status_code == 200
        with pytest.raises(OutboundError) as caught:
            session.send(method="POST", url=f"http://rebinding.example:{inner.port}/")
    assert caught.value.code is ErrorCode.ADDRESS_REFUSED
    assert inner.calls.all() == []


def test_it_goes_to_the_next_address_when_one_does_not_answer(resolver, settings):
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    resolver(several_example=[["127.0.0.3", "127.0.0.2"]])
    with FaultyReceiver(host="127.0.0.2") as receiver:
        assert http.send(method="GET", url=f"http://several.example:{receiver.port}/").status_code == 200


def test_it_calls_a_host_that_the_settings_allow(settings):
    settings.OUTBOUND_ALLOWED_HOSTS = ["LocalHost"]
    with FaultyReceiver() as receiver:
        assert http.send(method="GET", url=f"http://localhost:{receiver.port}/").status_code == 200
        assert refusal(receiver.url()).code is ErrorCode.ADDRESS_REFUSED
    assert len(receiver.calls.all()) == 1


def test_it_follows_no_redirect_to_a_private_address(settings):
    settings.OUTBOUND_ALLOWED_HOSTS = ["localhost"]
    from tests.receivers import answer

    with FaultyReceiver() as receiver, FaultyReceiver() as inner:
        receiver.behaviour = answer(307, headers={"Location": inner.url()})
        assert http.send(method="POST", url=f"http://localhost:{receiver.port}/").status_code == 307
    assert inner.calls.all() == []


def test_it_uses_no_proxy_of_the_environment(settings, monkeypatch):
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.1/32")]
    with FaultyReceiver() as receiver, FaultyReceiver() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert http.send(method="GET", url=receiver.url()).status_code == 200
    assert proxy.calls.all() == []


def test_it_charges_a_name_that_does_not_exist_to_the_receiver(resolver):
    resolver(missing_example=[socket.gaierror(socket.EAI_NONAME, "Name or service not known")])
    error = refusal("http://missing.example/")
    assert (error.code, error.is_our_fault) == (ErrorCode.DNS_ERROR, False)
    assert error.sentence == "The name missing.example has no address."


def test_it_charges_name_servers_that_fail_for_this_name_alone_to_the_receiver(resolver, monkeypatch):
    stub = resolver(broken_example=[socket.gaierror(socket.EAI_AGAIN, "Temporary failure")])
    stub.answers[resolving.CONTROL_NAME] = [["198.41.0.4"]]
    error = refusal("http://broken.example/")
    assert (error.code, error.is_our_fault) == (ErrorCode.DNS_ERROR, False)


def test_it_takes_the_blame_when_no_name_at_all_can_be_looked_up(resolver):
    failure = socket.gaierror(socket.EAI_AGAIN, "Temporary failure")
    stub = resolver(any_example=[failure])
    stub.answers[resolving.CONTROL_NAME] = [failure]
    error = refusal("http://any.example/")
    assert (error.code, error.is_our_fault) == (ErrorCode.RESOLVER_DOWN, True)
