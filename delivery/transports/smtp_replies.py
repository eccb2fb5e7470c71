"""What a mail server's refusal means: whether it is about this mail and its reader, or about the server and us.

RFC 5321, section 4.2.1: a reply 4yz says "not now", 5yz "not at all". Only a word about the recipient or the mail is
the receiver's answer and counts as an attempt: to RCPT TO, to DATA, and 552 (too large) to MAIL FROM. All else, from
the greeting to the sign-in, would have met any mail: that is our fault, or our server's, and costs the customer none.
"""

from __future__ import annotations

import smtplib
import ssl
from datetime import timedelta

from delivery.outcomes import DeliveryErrorCode, Outcome
from delivery.wording import Answer
from lasso.mail import DEADLINE

CLOSING = 421  # "Service not available, closing transmission channel", at any command
TOO_LARGE = 552
LOWEST_CODE = 200
LONGEST_REPLY = 500  # characters of it that are shown

Code = DeliveryErrorCode


def understood(error: OSError) -> Outcome:
    """The outcome of a mail that the server did not take."""
    reply = _reply_about_mail(error)
    if reply is not None and reply[0] != CLOSING:
        return _refused(*reply)
    return fault(*_about_server(error, reply))


def is_about_connection(error: OSError) -> bool:
    """Whether the connection is of no more use after this."""
    reply = _reply_about_mail(error)
    return reply is None or reply[0] == CLOSING


def is_goodbye(error: OSError) -> bool:
    """Whether the server closed the connection at the beginning of a mail, of which it has taken nothing."""
    return isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code == CLOSING


def fault(code: DeliveryErrorCode, sentence: str) -> Outcome:
    """A fault of ours: it is tried again and costs no attempt."""
    return Outcome(
        duration=timedelta(), error_code=code, error=f"{sentence} It will be tried again.", is_our_fault=True
    )


def _reply_about_mail(error: OSError) -> tuple[int, bytes | str] | None:
    """The reply about the recipient or the mail, when it is one."""
    reply = _reply_to_mail(error)
    # smtplib's -1 is for a line without a code.
    return reply if reply is not None and reply[0] >= LOWEST_CODE else None


def _reply_to_mail(error: OSError) -> tuple[int, bytes | str] | None:
    match error:
        case smtplib.SMTPRecipientsRefused():
            # A delivery has one recipient.
            code, text = next(iter(error.recipients.values()))
            return int(code), text
        case smtplib.SMTPDataError():
            return int(error.smtp_code), error.smtp_error
        case smtplib.SMTPSenderRefused() if error.smtp_code in {TOO_LARGE, CLOSING}:
            return int(error.smtp_code), error.smtp_error
    return None


def _about_server(error: OSError, reply: tuple[int, bytes | str] | None) -> tuple[DeliveryErrorCode, str]:
    if isinstance(error, ssl.SSLError):
        reason = getattr(error, "verify_message", "")
        return (
            Code.MAIL_SERVER_INSECURE,
            f"No TLS with our mail server{f': {reason}' if reason else ''}; nothing was sent.",
        )
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Code.MAIL_SERVER_INSECURE, "Our mail server offers no STARTTLS, or no sign-in; nothing was sent."
    if isinstance(error, smtplib.SMTPServerDisconnected):
        seconds = f"{DEADLINE.total_seconds():g} s"
        return Code.MAIL_SERVER_UNREACHABLE, f"Our mail server broke off, or took longer than {seconds}."
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        reply = _reply_to_mail(error)
    code = reply[0] if reply else getattr(error, "smtp_code", None)
    if code is not None and code < LOWEST_CODE:
        return Code.MAIL_SERVER_UNREACHABLE, "Our mail server does not answer in SMTP."
    if code is not None:
        return Code.MAIL_SERVER_REFUSED, f"Our mail server answered {code} and took no mail."
    return Code.MAIL_SERVER_UNREACHABLE, "Our mail server is out of reach right now."


def _refused(code: int, text: bytes | str) -> Outcome:
    said = text.decode("utf-8", errors="replace") if isinstance(text, bytes) else text
    words = " ".join(said.split())[:LONGEST_REPLY]
    return Outcome(
        duration=timedelta(),
        status_code=code,
        error_code=Code.MAIL_REFUSED,
        error=Answer(status_code=code, error_code=Code.MAIL_REFUSED, words=words).sentence("en"),
        body=words.encode(),
    )
