"""Calls to other people's servers: `send` for one, a `Session` for several to the same server."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPException
from types import TracebackType
from typing import Self

import requests
from django.conf import settings
from urllib3.exceptions import HTTPError

from lasso import __version__
from lasso.http.connections import Call, CheckedAdapter, CheckedConnection
from lasso.http.deadlines import Deadline
from lasso.http.errors import ErrorCode, OutboundError
from lasso.http.exchanges import (
    HeaderError,
    begun_response,
    capped_body,
    headers_of,
    request_head,
    send_request,
)
from lasso.http.failures import understood
from lasso.http.urls import Target, checked_target

LONGEST_ANSWER = 64 * 1024  # bytes
USER_AGENT = f"Lasso/{__version__}"
USUAL_HEADERS = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered: header names in lower case, the body as it came, up to what was asked to be read."""

    status_code: int
    headers: dict[str, str]
    body: bytes
    duration: timedelta
    is_truncated: bool
    phases: Mapping[str, int]  # milliseconds of each phase that was reached (lasso.http.phases)


class Session:
    """Calls that keep their connection between them. For one thread; close it, or use it in a `with`."""

    def __init__(self) -> None:
        self._call = Call()
        self._adapter = CheckedAdapter(call=self._call, ca_file=settings.OUTBOUND_CA_FILE)
        self._connection: CheckedConnection | None = None
        self._connected_to: Target | None = None
        self._last: tuple[str, Target, str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._disconnect()
        self._adapter.close()

    def send(
        self,
        *,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        deadline: timedelta | Deadline | None = None,
        longest_answer: int = LONGEST_ANSWER,
    ) -> Answer:
        """One call. Any status is an answer, redirects too: they are not followed.

        `deadline` is for look-up, connection, TLS, request and answer together: settings.OUTBOUND_DEADLINE, unless
        told; a Deadline that runs already is for what went before, too. At most `longest_answer` bytes of the body are
        read; what is longer is cut off and `is_truncated`.

        A connection kept from an earlier call may have been closed by the server just as it is used again; then, and
        only then, the call is made a second time, on a new connection and within the same deadline.

        Raises:
            OutboundError: there was no whole answer; the sentence says why.
        """
        target, path = self._place(url)
        until = deadline if isinstance(deadline, Deadline) else Deadline(deadline or settings.OUTBOUND_DEADLINE)
        self._call.begin(until)
        try:
            connection = self._connection_to(target, url)
            message = _message(connection, method, path, headers or {}, body)
            try:
                return self._answer(connection, method, message, until, longest_answer)
            except OutboundError as error:
                was_closed = error.code is ErrorCode.CONNECTION_RESET and not self._call.is_answered
                if self._call.has_connected or not was_closed:
                    raise
            return self._answer(connection, method, message, until, longest_answer)
        except OutboundError as error:
            self._call.stopwatch.stop()
            error.phases = self._call.stopwatch.milliseconds()
            raise

    def _place(self, url: str) -> tuple[Target, str]:
        """Where the URL leads, and what is asked for there; worked out once for the URL of several calls."""
        if self._last is None or self._last[0] != url:
            self._last = (url, checked_target(url), _prepared(url).path_url)
        return self._last[1:]

    def _connection_to(self, target: Target, url: str) -> CheckedConnection:
        if self._connection is None or self._connected_to != target:
            self._disconnect()
            try:
                self._connection = self._adapter.new_connection(_prepared(url))
            except (requests.RequestException, HTTPError) as error:
                raise understood(error, target.host) from error
            self._connected_to = target
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _answer(
        self, connection: CheckedConnection, method: str, message: bytes, until: Deadline, longest_answer: int
    ) -> Answer:
        status_code: int | None = None
        is_kept = False
        try:
            send_request(connection, message)
            with closing(begun_response(connection, method=method)) as response:
                status_code = response.status
                body, is_truncated = capped_body(response, longest_answer)
                is_kept = not (is_truncated or response.will_close)
        except (HTTPException, HTTPError, OSError, OutboundError) as error:
            raise _told(understood(error, connection.host), status_code, until) from error
        finally:
            if not is_kept:
                connection.close()
        self._call.stopwatch.stop()
        return Answer(
            status_code=status_code,
            headers=headers_of(response),
            body=body,
            duration=until.elapsed,
            is_truncated=is_truncated,
            phases=self._call.stopwatch.milliseconds(),
        )


def send(
    *,
    method: str,
    url: str,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    deadline: timedelta | Deadline | None = None,
) -> Answer:
    """One call on a connection of its own; as `Session.send`."""
    with Session() as session:
        return session.send(method=method, url=url, headers=headers, body=body, deadline=deadline)


def _prepared(url: str) -> requests.PreparedRequest:
    """The URL as requests writes it: a name beyond ASCII as IDNA has it, what must be encoded encoded."""
    try:
        return requests.Request("GET", url).prepare()
    except (requests.RequestException, UnicodeError):
        raise _unsendable() from None


def _message(connection: CheckedConnection, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    given = {name.lower() for name in headers}
    usual = {name: value for name, value in USUAL_HEADERS.items() if name.lower() not in given}
    try:
        return request_head(connection, method=method, path=path, headers={**usual, **headers}, body=body) + body
    except (HeaderError, UnicodeError):
        raise _unsendable() from None


def _unsendable() -> OutboundError:
    return OutboundError(ErrorCode.URL_REFUSED, "The URL or a header of the call cannot be sent.")


def _told(error: OutboundError, status_code: int | None, until: Deadline) -> OutboundError:
    """The error with what only the call knows: how long it waited and how far the answer had come."""
    if error.code is not ErrorCode.TIMEOUT:
        return error
    seconds = f"{until.duration.total_seconds():g} s"
    if status_code is not None:
        return OutboundError(
            error.code, f"The answer began with status {status_code}, but did not end within {seconds}."
        )
    return OutboundError(error.code, f"{error.sentence} The limit is {seconds} for the whole call.")
