"""Real receivers on loopback: an HTTP server for webhooks and an SMTP server for mails, both keeping all they get."""

from __future__ import annotations

import email
import email.policy
import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
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

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver says to a call, after a while."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay_seconds: float = 0.0


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
    """An HTTP server that keeps every call and answers as ``menu`` says (200 unless told otherwise)."""

    def __init__(self, menu: Callable[[Call], Answer] | None = None) -> None:
        self.calls: Received[Call] = Received()
        self.menu = menu or (lambda _call: Answer())
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, name="webhook receiver", daemon=True)

    def url(self, path: str = "/webhook") -> str:
        """The receiver's address for a path of yours."""
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, receiver: WebhookReceiver) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.receiver = receiver


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def _receive(self) -> None:
        call = Call(
            method=self.command,
            path=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("content-length", 0))),
            received_at=datetime.now(UTC),
        )
        answer = self.server.receiver.menu(call)
        time.sleep(answer.delay_seconds)
        self.server.receiver.calls.add(call)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = _receive  # noqa: N815 - the names that http.server calls

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing: calls are kept, not printed."""


class MailReceiver:
    """An SMTP server that keeps every mail, or refuses it with the reply that ``menu`` gives (such as "550 no")."""

    def __init__(self, menu: Callable[[Envelope], str | None] | None = None, *, port: int | None = None) -> None:
        self.mails: Received[Mail] = Received()
        self.menu = menu or (lambda _envelope: None)
        self.on_mail: Callable[[Mail], None] = lambda _mail: None
        self._controller = Controller(self, hostname="127.0.0.1", port=port or free_port())

    @property
    def url(self) -> str:
        """The address for ``EMAIL_URL``."""
        return f"smtp://127.0.0.1:{self._controller.port}"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        """Take a mail; called by aiosmtpd."""
        refusal = self.menu(envelope)
        if refusal:
            return refusal
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
