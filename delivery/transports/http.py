"""Messages by HTTP: a signed POST of JSON."""

from __future__ import annotations

import time
from datetime import timedelta

from delivery.outcomes import Outcome
from delivery.signing import signed_headers
from delivery.transports.base import Message, Transport
from lasso import http


class HTTPTransport(Transport):
    """POSTs each message; keeps the connection to the receiver."""

    def __init__(self) -> None:
        self._session = http.Session()

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def send(self, message: Message) -> Outcome:
        """POST the message once, within `lasso.http.DEADLINE`."""
        started = time.monotonic()
        try:
            answer = self._session.send(
                method="POST", url=message.url, headers=headers_of(message), body=message.body.encode()
            )
        except http.OutboundError as error:
            return Outcome(
                duration=timedelta(seconds=time.monotonic() - started),
                error_code=error.code.value,
                error=error.sentence,
                is_our_fault=error.is_our_fault,
            )
        return Outcome(
            duration=answer.duration, status_code=answer.status_code, headers=answer.headers, body=answer.body
        )


def headers_of(message: Message) -> dict[str, str]:
    """All headers of a message but those that the connection sets; they hold its secrets."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": http.USER_AGENT,
        "Idempotency-Key": str(message.id),
        "webhook-id": str(message.id),
    }
    if message.signing_secrets:
        headers |= signed_headers(
            signing_secrets=message.signing_secrets, message_id=str(message.id), body=message.body, now=message.sent_at
        )
    if message.auth:
        headers |= message.auth.headers()
    return headers
