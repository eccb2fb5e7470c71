"""Messages by HTTP: a signed POST or PUT of JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings

from delivery.auth import AuthConfig
from delivery.auth.errors import SignInError
from delivery.auth.masking import Mask
from delivery.auth.signing_in import UNAUTHORIZED, SignIn, sign_in_of
from delivery.outcomes import Outcome
from delivery.signing import signed_headers
from delivery.transports.base import Message, Transport
from lasso import http
from lasso.http import Answer, Deadline


class HTTPTransport(Transport):
    """Sends each message; keeps the connection to the receiver, and what it signs in with."""

    def __init__(self) -> None:
        self._session = http.Session()
        self._sign_in: SignIn | None = None
        self._sign_in_time = timedelta()
        self._secrets: frozenset[str] = frozenset()
        self._mask = Mask(())

    def close(self) -> None:
        """Close the connection."""
        self._session.close()
        self._sign_out()

    def send(self, message: Message) -> Outcome:
        """POST or PUT the message once, within `settings.OUTBOUND_DEADLINE`, signing in included.

        What the outcome holds of the receiver's words is without the secrets that it was called with.
        """
        sign_in = self._sign_in_for(message.auth)
        deadline = Deadline(settings.OUTBOUND_DEADLINE)
        outcome = self._outcome(message, sign_in, deadline)
        return self._mask_for(message, sign_in).outcome(outcome)

    def _mask_for(self, message: Message, sign_in: SignIn | None) -> Mask:
        """Spelling secrets out in all ways takes longer than a call: kept while they stay the same."""
        secrets = frozenset((*message.signing_secrets, *(sign_in.secrets() if sign_in else ())))
        if secrets != self._secrets:
            self._secrets, self._mask = secrets, Mask(secrets)
        return self._mask

    def _outcome(self, message: Message, sign_in: SignIn | None, deadline: Deadline) -> Outcome:
        self._sign_in_time = timedelta()
        try:
            answer = self._answer(message, sign_in, deadline)
        except http.OutboundError as error:
            return Outcome(
                duration=deadline.elapsed,
                error_code=error.code.value,
                error=error.sentence,
                is_our_fault=error.is_our_fault,
                phases=self._phases(error.phases),
            )
        except SignInError as error:
            return Outcome(
                duration=deadline.elapsed, error_code=error.code, error=error.sentence, phases=self._phases({})
            )
        except TimeoutError:
            sentence = f"Signing in took longer than the {deadline.duration.total_seconds():g} s for the whole call."
            return Outcome(
                duration=deadline.elapsed,
                error_code=http.ErrorCode.TIMEOUT,
                error=sentence,
                phases=self._phases({}),
            )
        return Outcome(
            duration=deadline.elapsed,
            status_code=answer.status_code,
            headers=answer.headers,
            body=answer.body,
            phases=self._phases(answer.phases),
        )

    def _answer(self, message: Message, sign_in: SignIn | None, deadline: Deadline) -> Answer:
        answer = self._called(message, sign_in, deadline)
        if sign_in and answer.status_code == UNAUTHORIZED and sign_in.renew():
            answer = self._called(message, sign_in, deadline)
        if sign_in:
            sign_in.check(answer, url=message.url, deadline=deadline)
        return answer

    def _called(self, message: Message, sign_in: SignIn | None, deadline: Deadline) -> Answer:
        headers = headers_of(message)
        if sign_in:
            before = deadline.elapsed
            try:
                headers |= sign_in.headers(url=message.url, deadline=deadline)
            finally:
                self._sign_in_time += deadline.elapsed - before
        return self._session.send(
            method=message.method, url=message.url, headers=headers, body=message.body.encode(), deadline=deadline
        )

    def _phases(self, phases: Mapping[str, int]) -> dict[str, int]:
        milliseconds = round(self._sign_in_time / timedelta(milliseconds=1))
        return {"sign_in": milliseconds, **phases} if milliseconds else dict(phases)

    def _sign_in_for(self, auth: AuthConfig | None) -> SignIn | None:
        if self._sign_in is None or self._sign_in.auth != auth:
            self._sign_out()
            self._sign_in = sign_in_of(auth) if auth else None
        return self._sign_in

    def _sign_out(self) -> None:
        if self._sign_in is not None:
            self._sign_in.close()
            self._sign_in = None


def headers_of(message: Message) -> dict[str, str]:
    """The headers of a message but those that sign it in and those that the connection sets."""
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
    return headers
