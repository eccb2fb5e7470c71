"""Messages by mail: rendered from a template, with the PDF from the storage."""

from __future__ import annotations

import json
import smtplib
import time
from contextlib import suppress
from datetime import timedelta
from email.utils import parseaddr
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string

from delivery.mails import Attachment, MailBody
from delivery.outcomes import DeliveryErrorCode, Outcome
from delivery.transports.base import Message, Transport
from lasso.http import USER_AGENT
from lasso.storage import STORAGE_FAULTS

# Many mail servers refuse more, and base64 adds a third.
LARGEST_ATTACHMENT = 10 * 1024 * 1024  # bytes
ACCEPTED = 250  # RFC 5321: the reply that smtplib keeps to itself when all went well
TOO_LARGE = 552


class MailTransport(Transport):
    """Sends each message through the mail server of the settings; keeps the connection to it."""

    def __init__(self) -> None:
        self._backend: Any = get_connection()

    def close(self) -> None:
        """Close the connection."""
        # The server may have gone before we say goodbye.
        with suppress(OSError, smtplib.SMTPException):
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
        )

    def _sent(self, message: Message) -> Outcome:
        try:
            mail = compose(message)
        except STORAGE_FAULTS:
            return _fault(DeliveryErrorCode.STORAGE_UNREACHABLE, "The PDF cannot be read from the storage right now.")
        try:
            if begin := getattr(self._backend, "begin", None):
                begin()
            # Opened by us, it stays open for the next one.
            self._backend.open()
            self._backend.send_messages([mail])
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return _understood(error)
        return Outcome(duration=timedelta(), status_code=ACCEPTED)


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
    }
    folder = f"emails/{body['template']}/{body['language']}"
    # A header is one line, whatever a name in it holds.
    subject = " ".join(render_to_string(f"{folder}/subject.txt", context).split())
    context["title"] = subject
    mail = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"{folder}/body.txt", context),
        to=[message.url.partition(":")[2]],
        headers={
            # The same over all tries, so that a mail program shows a doubled mail once.
            "Message-ID": f"<{message.id}@{_sender_domain()}>",
            "X-Mailer": USER_AGENT,
            # RFC 3834: no out-of-office notices, please.
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(render_to_string(f"{folder}/body.html", context), "text/html")
    if content is not None and body["attachment"] is not None:
        mail.attach(PurePosixPath(body["attachment"]["file_name"]).name, content, "application/pdf")
    return mail


def _attached(attachment: Attachment | None) -> tuple[bytes | None, str]:
    if attachment is None:
        return None, ""
    if default_storage.size(attachment["storage_key"]) > LARGEST_ATTACHMENT:
        return None, attachment["link"]
    with default_storage.open(attachment["storage_key"]) as file:
        return file.read(), attachment["link"]


def _sender_domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"


def _understood(error: OSError | smtplib.SMTPException) -> Outcome:
    """What the mail server's refusal means: only a word about the recipient or the mail is the receiver's."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, text = next(iter(error.recipients.values()))
            return _refused(code, text)
        case smtplib.SMTPDataError():
            return _refused(error.smtp_code, error.smtp_error)
        case smtplib.SMTPSenderRefused() if error.smtp_code == TOO_LARGE:
            return _refused(error.smtp_code, error.smtp_error)
        case smtplib.SMTPResponseException():
            return _fault(
                DeliveryErrorCode.MAIL_SERVER_UNREACHABLE,
                f"Our mail server answered {error.smtp_code} and took no mail.",
            )
    return _fault(DeliveryErrorCode.MAIL_SERVER_UNREACHABLE, "Our mail server is out of reach right now.")


def _refused(code: int, text: bytes | str) -> Outcome:
    said = text.decode("utf-8", errors="replace") if isinstance(text, bytes) else text
    return Outcome(
        duration=timedelta(),
        status_code=code,
        error_code=DeliveryErrorCode.MAIL_REFUSED,
        error=f"The mail server answered {code}: {' '.join(said.split())[:500]}",
    )


def _fault(code: DeliveryErrorCode, sentence: str) -> Outcome:
    return Outcome(
        duration=timedelta(), error_code=code, error=f"{sentence} It will be tried again.", is_our_fault=True
    )
