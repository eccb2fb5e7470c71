"""gunicorn's worker with threads, whose own refusals have the body that every other error of ours has."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from gunicorn.http import errors  # type: ignore[import-untyped]
from gunicorn.util import write_nonblock  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from lasso import error_codes

if TYPE_CHECKING:
    import socket

# What is no fault of the caller; gunicorn logs it and answers 500.
OUR_OWN_FAULTS = (errors.ConfigurationProblem, errors.InvalidResponseHeader, errors.InvalidResponseHeaderName)


class Worker(ThreadWorker):  # type: ignore[misc]
    """Answers a request that is refused before Django sees it: its first line, its headers, the form of its body."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Gunicorn's own, but for requests that cannot be read."""
        if not isinstance(exc, errors.ParseException) or isinstance(exc, OUR_OWN_FAULTS):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("Invalid request from ip=%s: %s", addr[0] if addr else "", exc)
        try:
            write_nonblock(client, answer_to(exc))
        except OSError as error:
            self.log.debug("Failed to send error message: %s", error)


def answer_to(fault: errors.ParseException) -> bytes:
    """The whole answer, head and body, to a request that gunicorn could not read."""
    # Needs Django, which gunicorn's master has not set up when it reads this module.
    from lasso.errors import error_body

    code, message = error_codes.BAD_REQUEST, f"This is no HTTP request that can be read: {fault}."
    if isinstance(fault, errors.LimitRequestLine):
        code = error_codes.ADDRESS_TOO_LONG
        message = f"The address with its query is too long: {fault}."
    elif isinstance(fault, errors.LimitRequestHeaders):
        code, message = error_codes.HEADERS_TOO_LARGE, f"The headers are too large: {fault}."
    body = json.dumps(error_body(code, message)).encode()
    head = (
        f"HTTP/1.1 {code.status} {HTTPStatus(code.status).phrase}\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body
