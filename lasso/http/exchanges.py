"""One request and its answer on a connection that is ours alone.

`requests` and urllib3 would spend more time on a call than the machine does on sending it: pools, cookies, redirects
and hooks that we never use, and wrappers around wrappers. What they know about URLs and connecting is still theirs.
"""

from __future__ import annotations

import errno
import http.client
import re
from collections.abc import Mapping

from lasso.http.connections import CheckedConnection
from lasso.http.phases import Phase
from lasso.http.responses import FinalResponse

PIECE = 1024 * 1024  # read at once, so that a short answer to a caller that allows a long one needs little memory
# As requests has it, and no NUL.
HEADER_NAME = re.compile(r"[^:\s\x00][^:\r\n\x00]*")
HEADER_VALUE = re.compile(r"(?:[^\s\x00][^\r\n\x00]*)?")
# What a server that answers before it has read everything, and closes, makes of our sending: the answer may be there.
ANSWERED_EARLY = frozenset({errno.EPIPE, errno.EPROTOTYPE, errno.ECONNRESET})


class HeaderError(ValueError):
    """A header that cannot be sent. Its value may be a secret, so it is not quoted."""

    def __init__(self) -> None:
        super().__init__("A header's name or value holds a line break, a NUL or a leading space.")


def request_head(
    connection: CheckedConnection, *, method: str, path: str, headers: Mapping[str, str], body: bytes
) -> bytes:
    """The head of a request, with its Host and Content-Length.

    Raises:
        HeaderError: a header cannot be sent.
        UnicodeEncodeError: nor can one with letters beyond Latin-1.
    """
    lines = [f"{method} {path} HTTP/1.1", f"Host: {_host(connection)}"]
    for name, value in headers.items():
        if not (HEADER_NAME.fullmatch(name) and HEADER_VALUE.fullmatch(value)):
            raise HeaderError
        lines.append(f"{name}: {value}")
    if body or method not in {"GET", "HEAD"}:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def send_request(connection: CheckedConnection, message: bytes) -> None:
    """Send it, on a new connection when there is none yet or the server has closed it meanwhile.

    Raises:
        OSError, urllib3.exceptions.HTTPError, lasso.http.OutboundError: it was not possible.
    """
    if connection.sock is not None and not connection.is_connected:
        connection.close()
    if connection.sock is None:
        connection.connect()
    try:
        connection.sock.sendall(message)
    except OSError as error:
        if error.errno not in ANSWERED_EARLY:
            raise
    connection.call.stopwatch.enter(Phase.FIRST_BYTE)


def begun_response(connection: CheckedConnection, *, method: str) -> FinalResponse:
    """The answer, as far as its headers.

    Raises:
        OSError, http.client.HTTPException: there is none.
    """
    response = FinalResponse(connection.sock, method=method)
    try:
        response.begin()
    except BaseException:
        response.close()
        raise
    return response


def headers_of(response: FinalResponse) -> dict[str, str]:
    """The answer's headers, names in lower case; what came several times is joined by commas."""
    headers: dict[str, str] = {}
    for name, value in response.headers.items():
        key = name.lower()
        # A value may go over several lines (RFC 9112, section 5.2).
        line = " ".join(value.split()) if "\n" in value or "\r" in value else value
        headers[key] = f"{headers[key]}, {line}" if key in headers else line
    return headers


def capped_body(response: FinalResponse, longest: int) -> tuple[bytes, bool]:
    """The body up to the cap, and whether there was more; undecoded, since a small body can decode to a huge one.

    Raises:
        OSError, http.client.HTTPException: it broke off.
    """
    parts: list[bytes] = []
    size = 0
    while size <= longest:
        part = response.read(min(PIECE, longest + 1 - size))
        if not part:
            break
        parts.append(part)
        size += len(part)
    if size <= longest and response.length:
        raise http.client.IncompleteRead(b"", response.length)
    return b"".join(parts)[:longest], size > longest


def _host(connection: CheckedConnection) -> str:
    host = f"[{connection.host}]" if ":" in connection.host else connection.host
    return host if connection.port in {None, connection.default_port} else f"{host}:{connection.port}"
