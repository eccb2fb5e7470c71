"""The menu of faults: every way in which a receiver is known to misbehave, as something that a call can be sent to."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from local.receivers import WebhookHandler
from tests import receivers
from tests.lasso.certificates import make_authority
from tests.name_server import NameServer
from tests.receivers import Behaviour, FaultyReceiver

HUGE = 1024 * 1024 * 1024  # bytes


@dataclass
class Stage:
    """Where a fault is set up: settings that may be changed, names that may be given, servers that end with it."""

    settings: Any
    names: NameServer
    folder: Path
    servers: ExitStack = field(default_factory=ExitStack)
    receiver: FaultyReceiver | None = None  # the one that the call goes to
    inner: FaultyReceiver | None = None  # one that no call may ever reach

    def receive(self, behaviour: Behaviour, *, tls: ssl.SSLContext | None = None) -> FaultyReceiver:
        """A receiver that behaves so."""
        self.receiver = self.servers.enter_context(FaultyReceiver(tls=tls))
        self.receiver.behaviour = behaviour
        return self.receiver


@dataclass(frozen=True)
class Fault:
    """One entry: what is set up, giving the URL to call, and what a call to it comes to.

    `waits` is said of faults that only the deadline ends; `calls` of those that get as far as a request.
    """

    name: str
    set_up: Callable[[Stage], str]
    status_code: int | None = None
    error_code: str = ""
    waits: bool = False
    calls: bool = True


# --- What a receiver does once it has the request ---------------------------------------------------------------------


def behaves(behaviour: Behaviour) -> Callable[[Stage], str]:
    """A receiver on plain http that behaves so."""
    return lambda stage: stage.receive(behaviour).url()


def says(text: bytes, *, closes: bool = True) -> Callable[[Stage], str]:
    """A receiver that writes these bytes in answer, and hangs up."""

    def behave(handler: WebhookHandler) -> None:
        handler.wfile.write(text)
        handler.close_connection = closes

    return behaves(behave)


def redirect_inside(status: int) -> Callable[[Stage], str]:
    """A redirect to a receiver in the network behind."""

    def set_up(stage: Stage) -> str:
        stage.inner = stage.servers.enter_context(FaultyReceiver())
        location = f"http://127.0.0.1:{stage.inner.port}/latest/meta-data/"
        return stage.receive(receivers.answer(status, headers={"Location": location})).url()

    return set_up


def reset_after_headers(handler: WebhookHandler) -> None:
    """Answer 200, promise a body, and reset the connection."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n12345")
    handler.wfile.flush()
    receivers.reset(handler)


def gigabyte(handler: WebhookHandler) -> None:
    """Answer 200 with a body of 1 GB."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(HUGE))
    handler.end_headers()
    block = b"x" * 1024 * 1024
    try:
        for _ in range(HUGE // len(block)):
            handler.wfile.write(block)
    except OSError:
        handler.close_connection = True


def gzip_bomb(handler: WebhookHandler) -> None:
    """Answer 200 with 100 KB that unpack to 100 MB."""
    receivers.answer(200, BOMB, {"Content-Encoding": "gzip"})(handler)


BOMB = gzip.compress(bytes(100 * 1024 * 1024), compresslevel=9)


# --- What goes wrong before there is a request ------------------------------------------------------------------------


def nobody_listens(stage: Stage) -> str:
    """A port that is bound and not listened on."""
    unused = stage.servers.enter_context(socket.socket())
    unused.bind(("127.0.0.1", 0))
    return f"http://127.0.0.1:{unused.getsockname()[1]}/"


def accepts_nothing(stage: Stage) -> str:
    """A listener whose queue is full."""
    full, first, second = (stage.servers.enter_context(socket.socket()) for _ in range(3))
    full.bind(("127.0.0.1", 0))
    full.listen(0)
    first.connect(full.getsockname())
    second.setblocking(False)
    second.connect_ex(full.getsockname())
    return f"http://127.0.0.1:{full.getsockname()[1]}/"


def resets_at_accept(stage: Stage) -> str:
    """A server that resets each connection as it comes."""
    server = stage.servers.enter_context(socket.create_server(("127.0.0.1", 0)))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            connection.close()

    threading.Thread(target=serve, daemon=True).start()
    stage.servers.callback(server.shutdown, socket.SHUT_RDWR)
    return f"http://127.0.0.1:{server.getsockname()[1]}/"


def hangs_in_handshake(stage: Stage) -> str:
    """A TLS port that accepts and says nothing."""
    mute = stage.servers.enter_context(socket.create_server(("127.0.0.1", 0)))
    return f"https://127.0.0.1:{mute.getsockname()[1]}/"


def speaks_plain_http(stage: Stage) -> str:
    """A plain receiver behind an https URL."""
    return stage.receive(receivers.answer(200)).url().replace("http:", "https:")


def has_certificate(*, name: str = "localhost", is_trusted: bool = True, is_expired: bool = False) -> Any:
    """A TLS receiver with such a certificate."""

    def set_up(stage: Stage) -> str:
        authority, context = make_authority(stage.folder, name=name, is_expired=is_expired)
        if is_trusted:
            stage.settings.OUTBOUND_CA_FILE = str(authority)
        return f"https://localhost:{stage.receive(receivers.answer(200), tls=context).port}/"

    return set_up


def named(*addresses: str) -> Callable[[Stage], str]:
    """A name that leads to these addresses; none: a name that does not exist."""

    def set_up(stage: Stage) -> str:
        if addresses:
            stage.names.names["receiver.example"] = [list(addresses)]
        return f"http://receiver.example:{stage.receive(receivers.answer(200)).port}/"

    return set_up


def changes_its_address(stage: Stage) -> str:
    """A name that led to a good address when it was ordered, and leads inside now."""
    stage.names.names["receiver.example"] = [["93.184.216.34"], ["169.254.169.254"]]
    assert stage.names.look_up("receiver.example", 80)[0][4][0] == "93.184.216.34"
    return f"http://receiver.example:{stage.receive(receivers.answer(200)).port}/"


# --- The menu ---------------------------------------------------------------------------------------------------------

MENU: tuple[Fault, ...] = (
    Fault("hang before headers", behaves(receivers.hang), error_code="timeout", waits=True),
    Fault("hang in the body", behaves(receivers.hang_in_body), error_code="timeout", waits=True),
    Fault("drip of the body", behaves(receivers.drip), error_code="timeout", waits=True),
    Fault("drip of the headers", behaves(receivers.drip_headers), error_code="timeout", waits=True),
    Fault("nothing is accepted", accepts_nothing, error_code="timeout", waits=True, calls=False),
    Fault("hang in the handshake", hangs_in_handshake, error_code="timeout", waits=True, calls=False),
    Fault("nobody listens", nobody_listens, error_code="connection_refused", calls=False),
    Fault("reset at accept", resets_at_accept, error_code="connection_reset", calls=False),
    Fault("reset instead of an answer", behaves(receivers.reset), error_code="connection_reset"),
    Fault("reset after headers", behaves(reset_after_headers), error_code="connection_reset"),
    Fault("hang-up instead of an answer", behaves(receivers.hang_up), error_code="connection_reset"),
    Fault("headers that break off", says(b"HTTP/1.1 200 OK\r\nContent-Le"), error_code="connection_reset"),
    Fault(
        "body shorter than it says",
        says(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n12345"),
        error_code="connection_reset",
    ),
    Fault(
        "chunk shorter than it says",
        says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nabc"),
        error_code="connection_reset",
    ),
    Fault("certificate nobody vouches for", has_certificate(is_trusted=False), error_code="tls_error", calls=False),
    Fault("certificate expired", has_certificate(is_expired=True), error_code="tls_error", calls=False),
    Fault("certificate of another", has_certificate(name="other.example"), error_code="tls_error", calls=False),
    Fault("plain http on the TLS port", speaks_plain_http, error_code="tls_error", calls=False),
    Fault("not HTTP", behaves(receivers.garbage), error_code="protocol_error"),
    Fault("status that is no number", says(b"HTTP/1.1 OK 200\r\n\r\n"), error_code="protocol_error"),
    Fault("status beyond three digits", says(b"HTTP/1.1 2000 OK\r\n\r\n"), error_code="protocol_error"),
    Fault(
        "chunks that are none",
        says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n"),
        error_code="connection_reset",  # the library tells it from a broken-off chunk no more than that
    ),
    Fault("endless headers", behaves(receivers.endless_headers), error_code="too_large"),
    Fault("endless header line", behaves(receivers.endless_header_line), error_code="too_large"),
    Fault("flood of 100", behaves(receivers.interim_flood(100)), error_code="too_large"),
    Fault("flood of 103", behaves(receivers.interim_flood(103)), error_code="too_large"),
    Fault("no such name", named(), error_code="dns_error", calls=False),
    Fault("name leads inside", named("10.0.0.1"), error_code="address_refused", calls=False),
    Fault("one address inside", named("93.184.216.34", "fd00::1"), error_code="address_refused", calls=False),
    Fault("name changes its address", changes_its_address, error_code="address_refused", calls=False),
    *(Fault(f"redirect {status} inside", redirect_inside(status), status) for status in (301, 302, 303, 307, 308)),
    Fault("body of a gigabyte", behaves(gigabyte), 200),
    Fault("body without end", behaves(receivers.huge), 200),
    Fault("gzip bomb", behaves(gzip_bomb), 200),
    Fault(
        "body longer than it says",
        says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 410 Gone\r\n\r\n", closes=False),
        200,
    ),
    Fault("length that is no number", says(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nok"), 200),
    Fault("interim answers first", behaves(receivers.interim(100, 103)), 200),
    Fault("no reason and no headers", says(b"HTTP/1.0 200\r\n\r\nok"), 200),
)


@contextmanager
def on_stage(fault: Fault, *, settings: Any, names: NameServer, folder: Path) -> Iterator[tuple[Stage, str]]:
    """The fault, set up, and its URL."""
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.1/32")]
    settings.OUTBOUND_ALLOWED_HOSTS = ["localhost"]
    stage = Stage(settings=settings, names=names, folder=folder)
    with stage.servers:
        yield stage, fault.set_up(stage)
