"""Real receivers on loopback: an HTTP server for webhooks and an SMTP server for mails, both keeping all they get."""

from __future__ import annotations

import email
import email.policy
import json
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from lasso.embedded.redis import free_port

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it arrived; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    received_at: datetime
    connection: int = 0
    """The sender's port: the same for calls over one connection."""

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it arrived."""

    sender: str
    recipients: Sequence[str]
    message: EmailMessage
    received_at: datetime


class Received(Generic[T]):
    """A list that one thread fills and another waits for."""

    def __init__(self) -> None:
        self._items: list[T] = []
        self._changed = threading.Condition()

    def add(self, item: T) -> None:
        """Keep an item and wake who waits."""
        with self._changed:
            self._items.append(item)
            self._changed.notify_all()

    def all(self) -> list[T]:
        """What has come so far, oldest first."""
        with self._changed:
            return list(self._items)

    def wait_for(self, count: int, *, seconds: float) -> list[T]:
        """Everything that has come, as soon as it is at least ``count``; less when the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._items) >= count, timeout=seconds)
            return list(self._items)


class WebhookReceiver:
    """An HTTP server that keeps every call and answers 200. Override ``answer`` for one that answers otherwise.

    ``port`` is where it listens; a free one when not said.
    """

    scheme = "http"

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.calls: Received[Call] = Received()
        self.host = host
        self.server = WebhookServer(self, host, port)
        # Asked often whether to stop, so that a receiver that lives for one test ends at once.
        self._thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, name="webhook receiver", daemon=True
        )

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server.server_port

    def url(self, path: str = "/webhook") -> str:
        """The receiver's address for a path of yours."""
        return f"{self.scheme}://{self.host}:{self.port}{path}"

    def answer(self, handler: WebhookHandler) -> None:
        """Answer ``handler.call``, which is kept already."""
        handler.send_response(200)
        handler.send_header("content-length", "0")
        handler.end_headers()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()


class WebhookServer(ThreadingHTTPServer):
    """A thread a connection; all belong to one receiver."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, receiver: WebhookReceiver, host: str, port: int) -> None:
        super().__init__((host, port), WebhookHandler)
        self.receiver = receiver

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print what went wrong, unless it is a caller that hung up."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class WebhookHandler(BaseHTTPRequestHandler):
    """Keeps a call, then lets the receiver answer it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: WebhookServer
    call: Call

    def _receive(self) -> None:
        self.call = Call(
            method=self.command,
            path=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("content-length", 0))),
            received_at=datetime.now(UTC),
            connection=self.client_address[1],
        )
        self.server.receiver.calls.add(self.call)
        self.server.receiver.answer(self)

    do_GET = do_POST = do_PUT = do_DELETE = _receive  # noqa: N815 - the names that http.server calls

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing: calls are kept, not printed."""


class MailReceiver:
    """An SMTP server that keeps every mail; ``options`` go to aiosmtpd's Controller."""

    controller: type[Controller] = Controller

    def __init__(self, *, port: int | None = None, **options: Any) -> None:
        self.mails: Received[Mail] = Received()
        self.on_mail: Callable[[Mail], None] = lambda _mail: None
        self._controller = self.controller(self, hostname="127.0.0.1", port=port or free_port(), **options)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._controller.port)

    @property
    def url(self) -> str:
        """The address for ``EMAIL_URL``."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        """Take a mail; called by aiosmtpd."""
        content = envelope.content or b""
        message = email.message_from_bytes(
            content if isinstance(content, bytes) else content.encode(), policy=email.policy.default
        )
        mail = Mail(envelope.mail_from or "", list(envelope.rcpt_tos), message, datetime.now(UTC))
        self.mails.add(mail)
        self.on_mail(mail)
        return "250 kept"

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()
