"""What tests add to the recording receiver of webhooks: HTTP that misbehaves on demand, and TLS."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable
from types import TracebackType

from local.receivers import WebhookHandler, WebhookReceiver

Behaviour = Callable[[WebhookHandler], None]


class FaultyReceiver(WebhookReceiver):
    """`behaviour` answers each call; set it to one of the menu below, or your own."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__(host=host, port=port)
        self.behaviour: Behaviour = answer(200)
        self.closing = threading.Event()
        if tls:
            self.scheme = "https"
            # The handshake belongs to the connection's own thread, so that one that hangs holds up nobody.
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)

    def answer(self, handler: WebhookHandler) -> None:
        """Behave as told."""
        self.behaviour(handler)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        super().__exit__(kind, error, trace)


def closing(handler: WebhookHandler) -> threading.Event:
    """Set when the handler's receiver ends."""
    receiver = handler.server.receiver
    assert isinstance(receiver, FaultyReceiver)
    return receiver.closing


# --- The menu ---------------------------------------------------------------------------------------------------------


def answer(status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> Behaviour:
    """A proper answer."""

    def behave(handler: WebhookHandler) -> None:
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

    def behave(handler: WebhookHandler) -> None:
        (waiting.pop(0) if len(waiting) > 1 else waiting[0])(handler)

    return behave


def hang(handler: WebhookHandler) -> None:
    """Never answer."""
    closing(handler).wait(60)
    handler.close_connection = True


def hang_in_body(handler: WebhookHandler) -> None:
    """Answer 200, promise a body, and send half of it."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b"x" * 50)
    handler.wfile.flush()
    hang(handler)


def drip(handler: WebhookHandler) -> None:
    """Answer 200 and send the body a byte at a time, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    _drip(handler, b"x")


def drip_headers(handler: WebhookHandler) -> None:
    """Send an endless header a byte at a time."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    _drip(handler, b"x")


def _drip(handler: WebhookHandler, byte: bytes) -> None:
    while not closing(handler).wait(0.05):
        try:
            handler.wfile.write(byte)
            handler.wfile.flush()
        except OSError:
            break
    handler.close_connection = True


def reset(handler: WebhookHandler) -> None:
    """Reset the connection instead of answering."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def hang_up(handler: WebhookHandler) -> None:
    """Close the connection instead of answering."""
    handler.close_connection = True


def garbage(handler: WebhookHandler) -> None:
    """Answer something that is not HTTP."""
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    handler.close_connection = True


def huge(handler: WebhookHandler) -> None:
    """Answer 200 with a body that has no end."""
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    _flood(handler, b"x" * 65536)


def interim(*statuses: int) -> Behaviour:
    """Send these interim answers, then 200 and "done"."""

    def behave(handler: WebhookHandler) -> None:
        for status in statuses:
            handler.wfile.write(f"HTTP/1.1 {status} Interim\r\nLink: </style.css>\r\n\r\n".encode())
        answer(200, b"done")(handler)

    return behave


def interim_flood(status: int) -> Behaviour:
    """Send interim answers for ever."""

    def behave(handler: WebhookHandler) -> None:
        _flood(handler, f"HTTP/1.1 {status} Interim\r\n\r\n".encode())

    return behave


def endless_headers(handler: WebhookHandler) -> None:
    """Answer 200 with headers for ever."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    _flood(handler, b"X-More: more\r\n")


def endless_header_line(handler: WebhookHandler) -> None:
    """Answer 200 with one header that has no end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-More: ")
    _flood(handler, b"x" * 65536)


def _flood(handler: WebhookHandler, block: bytes) -> None:
    while not closing(handler).is_set():
        try:
            handler.wfile.write(block)
        except OSError:
            break
    handler.close_connection = True
