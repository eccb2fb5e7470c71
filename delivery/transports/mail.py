"""Messages by mail: rendered from a template, with the PDF from the storage."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from datetime import timedelta
from email.charset import QP, Charset
from email.utils import format_datetime, parseaddr
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string

from delivery.links import endpoint_link, failed_deliveries_link
from delivery.mails import Attachment, MailBody
from delivery.outcomes import DeliveryErrorCode, Outcome
from delivery.transports.base import Message, Transport
from delivery.transports.smtp_replies import fault, is_about_connection, is_goodbye, understood
from lasso.http import USER_AGENT
from lasso.mail import OK, SMTPBackend
from lasso.storage import STORAGE_FAULTS

# Many mail servers refuse more, and base64 adds a third.
LARGEST_ATTACHMENT = 10 * 1024 * 1024  # bytes
# Seven bits whatever the text is, since not every server between us and the reader takes eight.
SEVEN_BITS = Charset("utf-8")
SEVEN_BITS.body_encoding = QP
# What has no place in a header: line breaks of any kind and other control characters.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class MailTransport(Transport):
    """Sends each message through the mail server of the settings; keeps the connection to it."""

    def __init__(self) -> None:
        self._backend: Any = get_connection()

    def close(self) -> None:
        """Close the connection."""
        self._backend.close()

    def send(self, message: Message) -> Outcome:
        """Send the mail once, within `lasso.mail.DEADLINE`."""
        started = time.monotonic()
        outcome = self._sent(message)
        return Outcome(
            duration=timedelta(seconds=time.monotonic() - started),
            status_code=outcome.status_code,
            error_code=outcome.error_code,
            error=outcome.error,
            is_our_fault=outcome.is_our_fault,
            body=outcome.body,
        )

    def _sent(self, message: Message) -> Outcome:
        try:
            mail = compose(message)
        except STORAGE_FAULTS:
            return fault(DeliveryErrorCode.STORAGE_UNREACHABLE, "The PDF cannot be read from the storage right now.")
        try:
            self._hand_over(mail)
        except OSError as error:  # smtplib's own are of this kind too
            if is_about_connection(error):
                self._drop()
            return understood(error)
        return Outcome(duration=timedelta(), status_code=OK)

    def _hand_over(self, mail: EmailMultiAlternatives) -> None:
        backend = self._backend
        if not isinstance(backend, SMTPBackend):
            backend.send_messages([mail])
            return
        backend.begin()
        is_kept = backend.refresh()
        try:
            backend.send_messages([mail])
        except OSError as error:
            # A server that has had enough of this connection says so at the next mail, before it has taken any of it.
            if not (is_kept and is_goodbye(error)):
                raise
            backend.drop()
            backend.open()
            backend.send_messages([mail])

    def _drop(self) -> None:
        if isinstance(self._backend, SMTPBackend):
            self._backend.drop()
        else:
            self._backend.close()


def compose(message: Message) -> EmailMultiAlternatives:
    """The mail of a message: text and HTML in the organisation's language, and the PDF or, above 10 MB, its link.

    Raises:
        one of STORAGE_FAULTS: the PDF cannot be read.
    """
    body: MailBody = json.loads(message.body)
    content, link = _attached(body["attachment"])
    context = {
        **body["context"],
        "language": body["language"],
        "link": link,
        "is_attached": content is not None,
        "public_url": settings.PUBLIC_URL,
        **_links(body["context"]),
    }
    folder = f"emails/{body['template']}/{body['language']}"
    subject = one_line(render_to_string(f"{folder}/subject.txt", context))
    context["title"] = subject
    mail = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"{folder}/body.txt", context),
        to=[message.url.partition(":")[2]],
        headers={
            # The same over all tries, so that a mail program shows a doubled mail once.
            "Message-ID": f"<{message.id}@{_sender_domain()}>",
            "Date": format_datetime(message.sent_at),
            "X-Mailer": USER_AGENT,
            # RFC 3834: no out-of-office notices, please.
            "Auto-Submitted": "auto-generated",
        },
    )
    encoding: Any = SEVEN_BITS
    mail.encoding = encoding
    mail.attach_alternative(render_to_string(f"{folder}/body.html", context), "text/html")
    if content is not None and body["attachment"] is not None:
        name = one_line(PurePosixPath(body["attachment"]["file_name"]).name)
        mail.attach(name, content, "application/pdf")
    return mail


def one_line(text: str) -> str:
    """The text as a header may hold it: one line, whatever a name in it holds."""
    return " ".join(CONTROL.sub(" ", text).split())


def _links(context: Mapping[str, Any]) -> dict[str, str]:
    """Where the reader of a notice goes on."""
    if "endpoint_id" not in context:
        return {}
    endpoint_id = context["endpoint_id"]
    return {"deliveries_url": failed_deliveries_link(endpoint_id), "endpoint_url": endpoint_link(endpoint_id)}


def _attached(attachment: Attachment | None) -> tuple[bytes | None, str]:
    if attachment is None:
        return None, ""
    if default_storage.size(attachment["storage_key"]) > LARGEST_ATTACHMENT:
        return None, attachment["link"]
    with default_storage.open(attachment["storage_key"]) as file:
        return file.read(), attachment["link"]


def _sender_domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
