"""The receivers of a chaos run: webhooks and mails, each of which can be made to misbehave while it runs."""

from __future__ import annotations

import email.parser
import threading
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message

from aiosmtpd.smtp import SMTP, Envelope, Session

from local.receivers import MailReceiver, WebhookHandler, WebhookReceiver, WebhookServer

OK = "ok"
DOWN = "down"
HANGS = "hangs"
HOLDS = "holds"
# Calls to addresses that begin so are refused whatever the mode: the failures that are real.
REFUSING = "/refusing"
LONGEST_HANG_SECONDS = 40.0
THROTTLED = 429
NO_ANSWER = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """A call and how it was answered: an HTTP status, or NO_ANSWER."""

    id: str
    path: str
    body: bytes
    status: int


class Webhooks(WebhookReceiver):
    """Keeps every call with its answer.

    `mode` is OK, a status, DOWN (by `go_down` and `come_up`), HANGS (no answer ever), or HOLDS: answered 200 when it
    behaves again.
    """

    def __init__(self) -> None:
        super().__init__()
        self.mode: str | int = OK
        self.taken: list[Taken] = []
        self.held = 0  # calls that wait now
        self._woken = threading.Event()

    def answer(self, handler: WebhookHandler) -> None:
        """Answer as the mode says."""
        mode = self.mode
        if mode in {HANGS, HOLDS}:
            self.held += 1
            self._woken.wait(LONGEST_HANG_SECONDS)
            self.held -= 1
        if mode in {HANGS, DOWN}:
            status = NO_ANSWER
            handler.close_connection = True
        else:
            status = 400 if handler.call.path.startswith(REFUSING) else 200 if mode in {OK, HOLDS} else int(mode)
        call = handler.call
        # Before it is sent: who sees it must find it here.
        self.taken.append(Taken(call.headers.get("webhook-id", ""), call.path, call.body, status))
        if status != NO_ANSWER:
            handler.send_response(status)
            if status == THROTTLED:
                handler.send_header("retry-after", "1")
            handler.send_header("content-length", "0")
            handler.end_headers()

    def misbehave(self, mode: str | int) -> None:
        """Behave so from now on."""
        self._woken.clear()
        self.mode = mode

    def behave(self) -> None:
        """Answer 200 again; who hangs is cut off."""
        self.mode = OK
        self._woken.set()

    def go_down(self) -> None:
        """Refuse connections, and leave the calls of those that are open without an answer."""
        self.mode = DOWN
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()

    def come_up(self) -> None:
        """Listen again, at the same port."""
        self.server = WebhookServer(self, self.host, self.port)
        self._thread = threading.Thread(target=self.server.serve_forever, name="webhook receiver", daemon=True)
        self.behave()
        self._thread.start()


@dataclass(frozen=True, slots=True)
class TakenMail:
    """A mail that was taken."""

    id: str  # of its Message-ID, before the @: the delivery's
    recipient: str
    subject: str


class Mails(MailReceiver):
    """Keeps what a mail is known by. While `refusal` is set, every mail is refused with it."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[TakenMail] = []
        self.refusal = ""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        """Take a mail, or refuse it; called by aiosmtpd."""
        if self.refusal:
            return self.refusal
        content = envelope.content or b""
        head = _head_of(content if isinstance(content, bytes) else content.encode())
        identity = str(head["Message-ID"]).strip("<>").partition("@")[0]
        self.taken.append(TakenMail(identity, ",".join(envelope.rcpt_tos), str(head["Subject"])))
        return "250 kept"

    def go_down(self) -> None:
        """Refuse connections."""
        self._controller.stop()

    def come_up(self) -> None:
        """Listen again, at the same port."""
        self._controller = self.controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def __exit__(self, *exception: object) -> None:
        with suppress(AssertionError):  # it is down
            self._controller.stop()


def _head_of(content: bytes) -> Message:
    """A mail's headers; its PDF is left alone."""
    return email.parser.BytesHeaderParser().parsebytes(content)
