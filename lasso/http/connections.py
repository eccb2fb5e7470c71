"""Connections to checked addresses.

A connection keeps the name it is for: the Host header, SNI and the certificate check go by it. The look-up and the
check of every address happen in the act of connecting, and the socket goes to one of exactly those addresses, so there
is no second look-up that could give another answer.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from typing import Any

import certifi
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from lasso.http.deadlines import BoundedSocket, BoundedTLSSocket, Deadline, HasRemaining
from lasso.http.errors import OutboundError
from lasso.http.failures import understood
from lasso.http.phases import Phase, Stopwatch
from lasso.http.resolving import Address, checked_addresses


class Call:
    """What a session's connections must know about the call under way."""

    def __init__(self) -> None:
        self.deadline: Deadline | None = None
        self.has_connected = False  # a new connection was made for it
        self.is_answered = False  # something of its answer has come
        self.stopwatch = Stopwatch()

    def begin(self, deadline: Deadline) -> None:
        """Start a call that must end by the deadline."""
        self.deadline = deadline
        self.has_connected = self.is_answered = False
        self.stopwatch = Stopwatch()
        # On a connection that is kept, sending is what comes first.
        self.stopwatch.enter(Phase.SEND)

    def received(self) -> None:
        """Something has come from the server."""
        if self.stopwatch.current is Phase.FIRST_BYTE:
            self.is_answered = True
            self.stopwatch.enter(Phase.READ)

    def remaining(self) -> float:
        """Seconds left; raises TimeoutError when none are, or no call is under way."""
        if self.deadline is None:
            raise TimeoutError("No call is under way.")
        return self.deadline.remaining()


def connected(
    address: Address, *, bound: HasRemaining, seconds: float, options: Iterable[tuple[int, int, int | bytes]] = ()
) -> BoundedSocket:
    """A socket connected to the address within so many seconds, bounded from then on.

    Raises:
        OSError: it was not possible.
    """
    connection = BoundedSocket(address.family, socket.SOCK_STREAM)
    try:
        for option in options:
            connection.setsockopt(*option)
        connection.settimeout(seconds)
        connection.connect(address.socket_address)
        # A TLS handshake takes this as the end of all its reading and writing together.
        connection.settimeout(bound.remaining())
    except OSError:
        connection.close()
        raise
    connection.bound = bound
    return connection


class CheckedConnection(HTTPConnection):
    """http:// to a checked address."""

    after_connecting = Phase.SEND

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.call = call

    def _new_conn(self) -> socket.socket:
        self.call.stopwatch.enter(Phase.LOOKUP)
        addresses = checked_addresses(self.host, self.port or self.default_port, self.call)
        self.call.stopwatch.enter(Phase.CONNECT)
        connection = self._connected_to_one(addresses)
        self.call.has_connected = True
        connection.on_received = self.call.received
        self.call.stopwatch.enter(self.after_connecting)
        return connection

    def _connected_to_one(self, addresses: Sequence[Address]) -> BoundedSocket:
        failure: OutboundError | None = None
        for index, address in enumerate(addresses):
            try:
                # An address that does not answer must leave time for the next.
                seconds = self.call.remaining() / (len(addresses) - index)
                return connected(address, bound=self.call, seconds=seconds, options=self.socket_options or ())
            except OSError as error:
                failure = understood(error, self.host)
        raise failure or understood(OSError("no address"), self.host)


class CheckedTLSConnection(CheckedConnection, HTTPSConnection):
    """https:// to a checked address."""

    after_connecting = Phase.TLS

    def connect(self) -> None:
        """Connect, and bound the TLS socket as the plain one was."""
        super().connect()
        if isinstance(self.sock, BoundedTLSSocket):
            self.sock.bound = self.call
            self.sock.on_received = self.call.received
        self.call.stopwatch.enter(Phase.SEND)


class _Pool(HTTPConnectionPool):
    ConnectionCls = CheckedConnection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = CheckedTLSConnection


class CheckedAdapter(HTTPAdapter):
    """What requests makes of a URL when it connects, with connections of ours."""

    def __init__(self, *, call: Call, ca_file: str) -> None:
        self._call = call
        self._ca_file = ca_file
        super().__init__(pool_connections=2, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Have pools make our connections."""
        super().init_poolmanager(*args, **kwargs)
        manager: PoolManager = self.poolmanager
        pools: dict[str, Any] = {
            "http": partial(_Pool, call=self._call),
            "https": partial(_TLSPool, call=self._call),
        }
        manager.pool_classes_by_scheme = pools

    def build_connection_pool_key_attributes(
        self,
        request: requests.PreparedRequest,
        verify: Any,  # noqa: ARG002 - no setting of the request can turn the certificate check off
        cert: Any = None,  # noqa: ARG002
    ) -> tuple[Any, Any]:
        """The pool's key, always with our checking context."""
        host_parameters, _ = super().build_connection_pool_key_attributes(request, True, None)
        if host_parameters["scheme"] == "http":
            return host_parameters, {}
        return host_parameters, {"cert_reqs": "CERT_REQUIRED", "ssl_context": tls_context(self._ca_file)}

    def new_connection(self, request: requests.PreparedRequest) -> CheckedConnection:
        """A connection for the request's URL, not connected yet; the caller's own."""
        pool: Any = self.get_connection_with_tls_context(request, True)
        connection: CheckedConnection = pool._new_conn()  # noqa: SLF001 - with all that a pool sets, but not shared
        return connection


@lru_cache(maxsize=4)
def tls_context(ca_file: str) -> ssl.SSLContext:
    """A checking context whose sockets have an absolute end; trusts certifi's bundle, and `ca_file` besides."""
    context = ssl.create_default_context(cafile=certifi.where())
    if ca_file:
        context.load_verify_locations(cafile=ca_file)
    context.sslsocket_class = BoundedTLSSocket
    return context
