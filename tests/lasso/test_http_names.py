"""No call goes to an address inside, however it is named: checked where the connection is made, over real look-ups."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest

from lasso import http
from lasso.http import Deadline, ErrorCode, OutboundError, resolving
from lasso.http.deadlines import BoundedSocket
from tests.lasso.refused_addresses import ADDRESSES, PUBLIC_IN_DISGUISE, SPELLINGS
from tests.name_server import NameServer
from tests.receivers import FaultyReceiver

REFUSALS = {ErrorCode.ADDRESS_REFUSED, ErrorCode.URL_REFUSED, ErrorCode.DNS_ERROR}


@pytest.fixture
def names(monkeypatch) -> Iterator[NameServer]:
    """The name server that every look-up of this process asks."""
    monkeypatch.setattr(resolving, "_control", None)
    with NameServer() as server:
        monkeypatch.setattr(socket, "getaddrinfo", server.look_up)
        yield server


@pytest.fixture(autouse=True)
def connections(monkeypatch) -> list[Any]:
    """Every address that a call's socket was told to connect to."""
    made: list[Any] = []

    def connect(self: socket.socket, address: Any) -> None:
        made.append(address)
        socket.socket.connect(self, address)

    monkeypatch.setattr(BoundedSocket, "connect", connect, raising=False)
    return made


def refusal(url: str) -> OutboundError:
    with pytest.raises(OutboundError) as caught:
        http.send(method="POST", url=url, body=b"{}", deadline=timedelta(seconds=5))
    return caught.value


def test_it_has_enough_to_refuse():
    assert len(set(ADDRESSES)) >= 150
    assert len({*ADDRESSES, *SPELLINGS}) >= 240


def test_it_connects_to_none_that_a_name_leads_to(names, connections):
    """Each address under a name of its own, alone and behind a public one."""
    got = {}
    for number, address in enumerate(ADDRESSES):
        names.names[f"only{number}.example"] = [[address]]
        names.names[f"mixed{number}.example"] = [["93.184.216.34", address]]
        for name in (f"only{number}.example", f"mixed{number}.example"):
            got[address, name] = refusal(f"http://{name}/hook").code
    assert {key: code for key, code in got.items() if code is not ErrorCode.ADDRESS_REFUSED} == {}
    assert len(names.asked) == 2 * len(ADDRESSES)
    assert connections == []


def test_it_connects_to_none_that_the_url_names(connections):
    got = {}
    addresses = [f"[{address}]" if ":" in address else address for address in ADDRESSES]
    for host in (*addresses, *SPELLINGS, *PUBLIC_IN_DISGUISE):
        for scheme in ("http", "https"):
            got[host, scheme] = refusal(f"{scheme}://{host}/hook").code
    assert {key: code for key, code in got.items() if code not in REFUSALS} == {}
    assert connections == []


@pytest.mark.parametrize("port", [80, 6379])
def test_it_checks_at_the_socket_too_what_the_url_was_checked_for(connections, port):
    """What the C library makes of a host is judged by where it leads, whoever let it come so far."""
    got = {}
    for host in [*ADDRESSES, *SPELLINGS]:
        with pytest.raises(OutboundError) as caught:
            resolving.checked_addresses(host.strip("[]"), port, Deadline(timedelta(seconds=5)))
        got[host] = caught.value.code
    assert {host: code for host, code in got.items() if code not in REFUSALS} == {}
    assert connections == []


def test_it_connects_to_the_address_that_it_checked_while_the_name_changes(names, settings, connections):
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.2/32")]
    names.names["rebinding.example"] = [["127.0.0.2"], ["127.0.0.1"]]
    with FaultyReceiver(host="127.0.0.2") as receiver:
        answer = http.send(method="POST", url=f"http://rebinding.example:{receiver.port}/", body=b"{}")
        assert answer.status_code == 200
        assert names.asked == ["rebinding.example"]
        assert connections == [("127.0.0.2", receiver.port)]
        assert refusal(f"http://rebinding.example:{receiver.port}/").code is ErrorCode.ADDRESS_REFUSED
    assert len(receiver.calls.all()) == len(connections) == 1


def test_it_looks_again_when_the_connection_is_made_anew(names, settings, connections):
    from tests import receivers

    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.2/32")]
    names.names["rebinding.example"] = [["127.0.0.2"], ["127.0.0.1"]]
    with FaultyReceiver(host="127.0.0.2") as receiver, http.Session() as session:
        receiver.behaviour = receivers.in_turn(receivers.answer(200), receivers.reset)
        url = f"http://rebinding.example:{receiver.port}/"
        assert session.send(method="POST", url=url).status_code == 200
        with pytest.raises(OutboundError) as caught:
            session.send(method="POST", url=url)
    # The kept connection was reset; the new one would have gone inside.
    assert caught.value.code is ErrorCode.ADDRESS_REFUSED
    assert connections == [("127.0.0.2", receiver.port)]


def test_it_takes_a_name_whose_case_and_dots_differ_for_the_same(names, settings):
    settings.OUTBOUND_ALLOWED_HOSTS = ["intranet.example"]
    names.names["intranet.example"] = [["127.0.0.1"]]
    with FaultyReceiver() as receiver:
        for host in ("Intranet.Example", "intranet.example."):
            assert http.send(method="POST", url=f"http://{host}:{receiver.port}/").status_code == 200
        names.names["xintranet.example"] = names.names["intranet.example.evil.example"] = [["127.0.0.1"]]
        for host in ("xintranet.example", "intranet.example.evil.example"):
            assert refusal(f"http://{host}:{receiver.port}/").code is ErrorCode.ADDRESS_REFUSED
    assert len(receiver.calls.all()) == 2


def test_it_says_that_a_name_does_not_exist(names):
    error = refusal("http://missing.example/")
    assert (error.code, error.sentence) == (ErrorCode.DNS_ERROR, "The name missing.example has no address.")
    assert set(error.phases) == {"send", "lookup"}


def test_it_refuses_the_names_that_this_machine_has_for_itself(connections):
    for host in {"localhost", "localhost.", "ip6-localhost", socket.gethostname()}:
        assert refusal(f"http://{host}/").code in {ErrorCode.ADDRESS_REFUSED, ErrorCode.DNS_ERROR}
    assert refusal("http://localhost/").code is ErrorCode.ADDRESS_REFUSED
    assert connections == []
