"""One body for every error of the API, whoever found it: our own verbs, Django REST framework, or Django.

The body is the one that the API's documentation shows, with the paths of wrong fields besides::

    {"errorMessage": "items[3].cvr: …", "httpStatusCode": 400, "errorCode": 3, "friendlyError": "Some of …",
     "helpLink": "https://…/docs/errors#invalid-fields", "errors": [{"path": "items[3].cvr", "message": "…"}]}
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, UnreadablePostError
from rest_framework import exceptions
from rest_framework.response import Response

from lasso import error_codes
from lasso.error_codes import CODE_OF_STATUS, ErrorCode

log = structlog.get_logger(__name__)

# When to try again what the database has broken off, or was not there for.
UNAVAILABLE_SECONDS = 2
# A body that lists more than this helps nobody; the count of all stands in errorMessage.
MOST_FIELD_ERRORS = 100


class FieldErrorBody(TypedDict):
    """One wrong field, as sent."""

    path: str
    message: str


class ErrorBody(TypedDict):
    """The body of every error answer."""

    errorMessage: str
    httpStatusCode: int
    errorCode: int
    friendlyError: str
    helpLink: str
    errors: NotRequired[list[FieldErrorBody]]
    requestId: NotRequired[str]


@dataclass(frozen=True, slots=True)
class FieldError:
    """A field that is wrong: where (`items[3].cvr`; empty for the body itself) and what is wrong, as a sentence."""

    path: str
    message: str


class Refusal(Exception):  # noqa: N818 - a request that we refuse is not an error of ours
    """A request that is refused: a code of the table, a sentence, and headers for the answer."""

    code: ErrorCode = error_codes.BAD_REQUEST

    def __init__(
        self, message: str, *, code: ErrorCode | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.headers = dict(headers or {})


class FieldErrors(Refusal):
    """400: fields of the body or the query are missing or wrong."""

    code = error_codes.INVALID_FIELDS

    def __init__(self, errors: Iterable[FieldError], *, count: int | None = None) -> None:
        """`count` says how many there are when only the first of them are given."""
        self.errors = tuple(errors)
        self.count = len(self.errors) if count is None else count
        super().__init__(summarised(self.errors, count=self.count))


class MalformedBody(Refusal):
    """400: the body is not the JSON that it should be."""

    code = error_codes.MALFORMED_BODY


class NotFound(Refusal):
    """404: no such thing, or another organisation's."""

    code = error_codes.NOT_FOUND


class IllegalMove(Refusal):
    """409: the thing is in a state in which this cannot be done."""

    code = error_codes.CONFLICT


class Expired(Refusal):
    """410: there was something, and its time is over."""

    code = error_codes.EXPIRED


class TooLarge(Refusal):
    """413: the body is larger than we read."""

    code = error_codes.TOO_LARGE


class Unavailable(Refusal):
    """The database is out of reach, or broke the work off (a deadlock): the same request may succeed in a moment."""

    code = error_codes.UNAVAILABLE

    def __init__(self) -> None:
        super().__init__(
            "The service is out of reach for a moment; try again.",
            headers={"retry-after": str(UNAVAILABLE_SECONDS)},
        )


class Unprocessable(Refusal):
    """422: understood, but it cannot be carried out."""

    code = error_codes.UNPROCESSABLE


def summarised(errors: Sequence[FieldError], *, count: int) -> str:
    """One sentence for `count` field errors: the first one, and how many more there are."""
    if not errors:
        return "The request is not valid."
    first = f"{errors[0].path}: {errors[0].message}" if errors[0].path else errors[0].message
    others = count - 1
    if not others:
        return first
    return f"{first} (and {others} more {'error' if others == 1 else 'errors'})"


def error_body(
    code: ErrorCode, message: str, *, errors: Sequence[FieldError] = (), request_id: str | None = None
) -> ErrorBody:
    """The body for one error; `message` is a sentence that says what was wrong and holds no secret."""
    body: ErrorBody = {
        "errorMessage": message,
        "httpStatusCode": code.status,
        "errorCode": code.number,
        "friendlyError": code.friendly,
        "helpLink": f"{settings.PUBLIC_URL}/docs/errors#{code.anchor}",
    }
    if errors:
        body["errors"] = [{"path": error.path, "message": error.message} for error in errors[:MOST_FIELD_ERRORS]]
    if request_id:
        body["requestId"] = request_id
    return body


def current_request_id() -> str | None:
    """The id under which the logs know the request being answered."""
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    return str(request_id) if request_id else None


def answer_exception(
    exception: Exception,
    context: dict[str, Any],  # noqa: ARG001 - Django REST framework's signature
) -> Response | None:
    """Django REST framework's exception handler.

    None for what nobody expected: Django then logs it with the request's id and `lasso.pages.handle_500` answers.
    """
    refusal = as_refusal(exception)
    if refusal is None:
        return None
    if isinstance(refusal, Unavailable):
        log.error("database_out_of_reach", error=str(exception))
    errors = refusal.errors if isinstance(refusal, FieldErrors) else ()
    return Response(
        error_body(refusal.code, refusal.message, errors=errors), status=refusal.code.status, headers=refusal.headers
    )


def as_refusal(exception: Exception) -> Refusal | None:
    """What an exception means to the caller; None when it was not meant for the caller at all."""
    if isinstance(exception, Refusal):
        return exception
    if isinstance(exception, exceptions.APIException):
        return _from_rest_framework(exception)
    if isinstance(exception, OperationalError | InterfaceError):
        return Unavailable()
    return _from_django(exception)


def too_large_sentence() -> str:
    """Why a body is refused for its size."""
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if limit is None:
        return "The body is too large."
    return f"The body is larger than {limit / 2**20:g} MiB; split the order into several requests."


def _from_django(exception: Exception) -> Refusal | None:
    match exception:
        case Http404():
            return NotFound("There is nothing at this address.")
        case PermissionDenied():
            return Refusal("This is not allowed.", code=error_codes.FORBIDDEN)
        case RequestDataTooBig():
            return TooLarge(too_large_sentence())
        case UnreadablePostError():
            return MalformedBody("The body broke off before its end.")
        case SuspiciousOperation():
            return Refusal("The request could not be understood.")
    return None


def _from_rest_framework(exception: exceptions.APIException) -> Refusal:
    if isinstance(exception, exceptions.ValidationError):
        return FieldErrors(flattened(exception.detail))
    code = CODE_OF_STATUS.get(exception.status_code)
    if code is None:
        code = error_codes.UNEXPECTED if exception.status_code >= 500 else error_codes.BAD_REQUEST
    headers = {}
    if challenge := getattr(exception, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    message = str(exception.detail)
    if isinstance(exception, exceptions.Throttled):
        seconds = max(1, math.ceil(getattr(exception, "wait", None) or 1))
        headers["retry-after"] = str(seconds)
        message = f"Too many requests; try again in {seconds} s."
    return Refusal(message, code=code, headers=headers)


def flattened(detail: Any, path: str = "") -> Iterator[FieldError]:
    """A serializer's nested errors as a list: `{"items": [{}, {"cvr": ["…"]}]}` gives the path `items[1].cvr`."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from flattened(inner, _joined(path, name))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            yield from flattened(inner, path if isinstance(inner, str) else f"{path}[{index}]")
    else:
        yield FieldError(path, str(detail))


def _joined(path: str, name: object) -> str:
    if name == "non_field_errors":
        return path
    if isinstance(name, int):
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else str(name)
