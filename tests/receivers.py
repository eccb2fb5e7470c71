"""Receivers on loopback that record what they get and misbehave on demand: HTTP(S) and SMTP, over real sockets."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller


@dataclass(frozen=True)
class Request:
    """One request as it came; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int  # the sender's port: the same for requests over one connection
    received_at: float


Behaviour = Callable[["Handler"], None]


@dataclass
class Receiver:
    """A running receiver. `behaviour` answers each request; set it to one of the menu below, or your own."""

    url: str
    port: int
    requests: list[Request] = field(default_factory=list)
    behaviour: Behaviour = field(default_factory=lambda: answer(200))
    closing: threading.Event = field(default_factory=threading.Event)

    def wait_for(self, count: int, seconds: float = 10) -> list[Request]:
        """The first `count` requests, as soon as they are there."""
        until = time.monotonic() + seconds
        while len(self.requests) < count:
            assert time.monotonic() < until, f"{len(self.requests)} of {count} requests came within {seconds} s"
            time.sleep(0.01)
        return self.requests[:count]


class Handler(BaseHTTPRequestHandler):
    """Records a request, then behaves as the receiver says."""

    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.receiver.requests.append(
            Request(
                method=self.command,
                path=self.path,
                headers={name.lower(): value for name, value in self.headers.items()},
                body=body,
                connection=self.client_address[1],
                received_at=time.monotonic(),
            )
        )
        self.receiver.behaviour(self)

    do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815 - the base class looks for these

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Senders that hang up are what half the menu provokes."""


@contextmanager
def http_receiver(*, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Receiver]:
    """Run a receiver on a free port."""
    server = _Server((host, 0), type("BoundHandler", (Handler,), {}))
    port = server.server_address[1]
    receiver = Receiver(url=f"{'https' if tls else 'http'}://{host}:{port}/hook", port=port)
    server.RequestHandlerClass.receiver = receiver  # type: ignore[attr-defined]
    if tls:
        # The handshake belongs to the connection's own thread, so that one that hangs holds up nobody.
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


# --- The menu ---------------------------------------------------------------------------------------------------------


def answer(status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> Behaviour:
    """A proper answer."""

    def behave(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        if status >= 200 and status not in {204, 304}:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if status not in {204, 304}:
            handler.wfile.write(body)

    return behave


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """One behaviour after another; the last one stays."""
    waiting = list(behaviours)

    def behave(handler: Handler) -> None:
        (waiting.pop(0) if len(waiting) > 1 else waiting[0])(handler)

    return behave


def hang(handler: Handler) -> None:
    """Never answer."""
    handler.receiver.closing.wait(60)
    handler.close_connection = True


def hang_in_body(handler: Handler) -> None:
    """Answer 200, promise a body, and send half of it."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b"x" * 50)
    handler.wfile.flush()
    hang(handler)


def drip(handler: Handler) -> None:
    """Answer 200 and send the body a byte at a time, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    _drip(handler, b"x")


def drip_headers(handler: Handler) -> None:
    """Send an endless header a byte at a time."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    _drip(handler, b"x")


def _drip(handler: Handler, byte: bytes) -> None:
    while not handler.receiver.closing.wait(0.05):
        try:
            handler.wfile.write(byte)
            handler.wfile.flush()
        except OSError:
            break
    handler.close_connection = True


def reset(handler: Handler) -> None:
    """Reset the connection instead of answering."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def hang_up(handler: Handler) -> None:
    """Close the connection instead of answering."""
    handler.close_connection = True


def garbage(handler: Handler) -> None:
    """Answer something that is not HTTP."""
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    handler.close_connection = True


def huge(handler: Handler) -> None:
    """Answer 200 with a body that has no end."""
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    block = b"x" * 65536
    while not handler.receiver.closing.is_set():
        try:
            handler.wfile.write(block)
        except OSError:
            break
    handler.close_connection = True


# --- Mail -------------------------------------------------------------------------------------------------------------


@dataclass
class MailReceiver:
    """A running mail server. `reply_to_recipient` and `reply_to_mail` are what it says; mails holds what it took."""

    port: int = 0
    mails: list[bytes] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    reply_to_recipient: str = "250 OK"
    reply_to_mail: str = "250 OK"
    connections: int = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: Any
    ) -> Any:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.reply_to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.reply_to_recipient

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        if self.reply_to_mail.startswith("250"):
            self.mails.append(envelope.original_content)
            self.recipients.append(list(envelope.rcpt_tos))
        return self.reply_to_mail


@contextmanager
def mail_receiver(**options: Any) -> Iterator[MailReceiver]:
    """Run a mail server on a free port; options go to aiosmtpd's Controller."""
    receiver = MailReceiver()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        receiver.port = probe.getsockname()[1]
    controller = Controller(
        receiver, hostname="127.0.0.1", port=receiver.port, data_size_limit=64 * 1024 * 1024, **options
    )
    controller.start()
    try:
        yield receiver
    finally:
        controller.stop()
