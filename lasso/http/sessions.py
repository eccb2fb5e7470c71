"""Calls to other people's servers: `send` for one, a `Session` for several to the same server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import Self

import requests
from django.conf import settings
from requests.auth import AuthBase
from requests_hardened import Config, HTTPSession
from urllib3.exceptions import HTTPError

from lasso import __version__
from lasso.http.connections import Call, CheckedAdapter
from lasso.http.deadlines import Deadline
from lasso.http.errors import ErrorCode, OutboundError
from lasso.http.failures import understood
from lasso.http.urls import checked_target

LONGEST_ANSWER = 64 * 1024  # bytes
PIECE = 1024 * 1024  # read at once, so that a short answer to a caller that allows a long one needs little memory
USER_AGENT = f"Lasso/{__version__}"


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
        # The filter of requests-hardened is left off: it looks at one address only and looks it up again.
        # Ours does its work where the connection is made (lasso.http.connections).
        seconds = settings.OUTBOUND_DEADLINE.total_seconds()
        self._requests = HTTPSession(
            Config(
                ip_filter_enable=False,
                ip_filter_allow_loopback_ips=False,
                never_redirect=True,
                default_timeout=(seconds, seconds),
            )
        )
        self._requests.trust_env = False  # no proxies, no .netrc, no certificate bundles from the environment
        self._requests.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._requests.headers.clear()
        self._requests.headers.update({"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"})
        self._requests.adapters.clear()
        self._adapter = CheckedAdapter(call=self._call, ca_file=settings.OUTBOUND_CA_FILE)
        self._requests.mount("http://", self._adapter)
        self._requests.mount("https://", self._adapter)
        self._template: requests.PreparedRequest | None = None  # of the last method and URL
        self._template_url = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._requests.close()

    def send(
        self,
        *,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        auth: AuthBase | None = None,
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
        target = checked_target(url)
        until = deadline if isinstance(deadline, Deadline) else Deadline(deadline or settings.OUTBOUND_DEADLINE)
        request = requests.Request(method, url, headers=dict(headers or {}), data=body or None, auth=auth)
        self._call.begin(until)
        try:
            try:
                return self._answer(request, until, target.host, longest_answer)
            except OutboundError as error:
                if self._call.has_connected or error.code is not ErrorCode.CONNECTION_RESET:
                    raise
            return self._answer(request, until, target.host, longest_answer)
        except OutboundError as error:
            self._call.stopwatch.stop()
            error.phases = self._call.stopwatch.milliseconds()
            raise

    def _answer(self, request: requests.Request, until: Deadline, host: str, longest_answer: int) -> Answer:
        status_code: int | None = None
        try:
            prepared = self._prepared(request)
            # Past the session: it would look for cookies and redirects, which we never follow, at each call.
            response = self._adapter.send(prepared, stream=True, timeout=until.remaining(), proxies={})
            with response:
                status_code = response.status_code
                body, is_truncated = _capped(response, longest_answer)
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader, UnicodeError):
            raise OutboundError(ErrorCode.URL_REFUSED, "The URL or a header of the call cannot be sent.") from None
        except (requests.RequestException, HTTPError, OSError, OutboundError) as error:
            raise _told(understood(error, host), status_code, until) from error
        self._call.stopwatch.stop()
        return Answer(
            status_code=status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=body,
            duration=until.elapsed,
            is_truncated=is_truncated,
            phases=self._call.stopwatch.milliseconds(),
        )


    def _prepared(self, request: requests.Request) -> requests.PreparedRequest:
        """The request, ready; what follows from method and URL alone is worked out once."""
        template = self._template
        if template is None or (template.method, self._template_url) != (request.method, request.url):
            bare = requests.Request(request.method, request.url)
            template = self._template = self._requests.prepare_request(bare)
            self._template_url = request.url
        prepared = template.copy()
        prepared.prepare_headers({**self._requests.headers, **request.headers})
        prepared.prepare_body(request.data, None)
        prepared.prepare_auth(request.auth, request.url)
        return prepared


def send(
    *,
    method: str,
    url: str,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    auth: AuthBase | None = None,
    deadline: timedelta | Deadline | None = None,
) -> Answer:
    """One call on a connection of its own; as `Session.send`."""
    with Session() as session:
        return session.send(method=method, url=url, headers=headers, body=body, auth=auth, deadline=deadline)


def _capped(response: requests.Response, longest: int) -> tuple[bytes, bool]:
    """The body up to the cap, and whether there was more; undecoded, since a small body can decode to a huge one."""
    parts: list[bytes] = []
    size = 0
    while size <= longest:
        part = response.raw.read(min(PIECE, longest + 1 - size), decode_content=False)
        if not part:
            break
        parts.append(part)
        size += len(part)
    return b"".join(parts)[:longest], size > longest


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
