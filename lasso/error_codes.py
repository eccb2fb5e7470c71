"""What can go wrong with a request, as data: the number, the address of its explanation, and what to do about it.

`/docs/errors` is made from this table, and so are the `helpLink` of every error body and the section in docs/api.md.
Number 26 is the one that the API's own documentation shows; the others are ours.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCode:
    """One kind of error."""

    number: int
    anchor: str  # of its section on /docs/errors
    status: int  # HTTP
    friendly: str  # for the person in front of the caller's program
    advice: str  # for the developer of that program


UNEXPECTED = ErrorCode(
    number=1,
    anchor="unexpected",
    status=500,
    friendly="Something went wrong on our side.",
    advice="Try again later. When it goes on, write to us with the requestId of the answer.",
)
MALFORMED_BODY = ErrorCode(
    number=2,
    anchor="malformed-body",
    status=400,
    friendly="The request could not be read.",
    advice="The body must be JSON in UTF-8; a comma behind the last entry may stay. The message says where.",
)
INVALID_FIELDS = ErrorCode(
    number=3,
    anchor="invalid-fields",
    status=400,
    friendly="Some of the information in the request is missing or wrong.",
    advice="Each entry of `errors` gives the path of a field and what is wrong with it. Nothing was stored.",
)
BAD_REQUEST = ErrorCode(
    number=4,
    anchor="bad-request",
    status=400,
    friendly="The request could not be understood.",
    advice="The message says what was wrong with the request.",
)
NOT_AUTHENTICATED = ErrorCode(
    number=10,
    anchor="authentication",
    status=401,
    friendly="Access needs a valid API key.",
    advice="Send an API key in the header lasso-api-key or in the query parameter accessKey.",
)
FORBIDDEN = ErrorCode(
    number=11,
    anchor="forbidden",
    status=403,
    friendly="This is not allowed.",
    advice="The caller is known, but may not do this.",
)
NOT_FOUND = ErrorCode(
    number=12,
    anchor="not-found",
    status=404,
    friendly="What was asked for does not exist.",
    advice="Check the address and the id. What belongs to another organisation does not exist either.",
)
METHOD_NOT_ALLOWED = ErrorCode(
    number=13,
    anchor="method-not-allowed",
    status=405,
    friendly="This is not possible.",
    advice="The header Allow lists the methods that this address answers.",
)
NOT_ACCEPTABLE = ErrorCode(
    number=14,
    anchor="not-acceptable",
    status=406,
    friendly="The answer is not available in the wanted form.",
    advice="Answers are application/json: leave the header Accept out, or name application/json in it.",
)
CONFLICT = ErrorCode(
    number=15,
    anchor="conflict",
    status=409,
    friendly="This is not possible right now.",
    advice="What was asked for does not fit the state that the thing is in. Read it again to see its state.",
)
STILL_RUNNING = ErrorCode(
    number=16,
    anchor="still-running",
    status=409,
    friendly="The same request is already being worked on.",
    advice="The first request with this Idempotency-Key has no answer yet. Try again after the seconds in retry-after.",
)
TOO_LARGE = ErrorCode(
    number=17,
    anchor="too-large",
    status=413,
    friendly="The request is too large.",
    advice="Split the order into several requests.",
)
UNSUPPORTED_MEDIA_TYPE = ErrorCode(
    number=18,
    anchor="unsupported-media-type",
    status=415,
    friendly="The request could not be read.",
    advice="Send JSON in UTF-8, not compressed, with the header Content-Type: application/json.",
)
ADDRESS_TOO_LONG = ErrorCode(
    number=23,
    anchor="address-too-long",
    status=414,
    friendly="The request is too large.",
    advice="The first line of a request is at most 8,190 bytes long. Send less in the query.",
)
HEADERS_TOO_LARGE = ErrorCode(
    number=24,
    anchor="headers-too-large",
    status=431,
    friendly="The request is too large.",
    advice="Send fewer headers, or shorter ones: at most 100 of 8,190 bytes. Old cookies are what mostly grows.",
)
EXPIRED = ErrorCode(
    number=21,
    anchor="expired",
    status=410,
    friendly="This link has expired.",
    advice="Links to PDFs end after a while. Read the batch's items again: each reading gives new links.",
)
TOKEN_EXPIRED = ErrorCode(
    number=22,
    anchor="token-expired",
    status=410,
    friendly="Some changes may have been missed: too much time has passed.",
    advice="Messages are kept for 90 days. Export the companies again, and begin the feed without cToken.",
)
UNPROCESSABLE = ErrorCode(
    number=19,
    anchor="unprocessable",
    status=422,
    friendly="The request cannot be carried out.",
    advice="The request was understood, but what it asks for cannot be done. The message says why.",
)
KEY_REUSED = ErrorCode(
    number=20,
    anchor="idempotency-key-reused",
    status=422,
    friendly="The request cannot be carried out.",
    advice="An Idempotency-Key stands for one request: use a new one for another address or another body.",
)
RATE_LIMITS = ErrorCode(
    number=26,
    anchor="rate-limits",
    status=429,
    friendly="Too many requests. Wait a little and try again.",
    advice="Each key may make 500 requests in any 60 seconds. Wait as many seconds as the header retry-after says.",
)
UNAVAILABLE = ErrorCode(
    number=27,
    anchor="unavailable",
    status=503,
    friendly="The service is out of reach for a moment.",
    advice="Try again after the seconds in retry-after.",
)

ERROR_CODES = (
    UNEXPECTED,
    MALFORMED_BODY,
    INVALID_FIELDS,
    BAD_REQUEST,
    NOT_AUTHENTICATED,
    FORBIDDEN,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    NOT_ACCEPTABLE,
    CONFLICT,
    STILL_RUNNING,
    EXPIRED,
    TOKEN_EXPIRED,
    TOO_LARGE,
    ADDRESS_TOO_LONG,
    UNSUPPORTED_MEDIA_TYPE,
    UNPROCESSABLE,
    KEY_REUSED,
    RATE_LIMITS,
    HEADERS_TOO_LARGE,
    UNAVAILABLE,
)

# The code that an HTTP status gets when whoever raised it named none.
CODE_OF_STATUS = {
    400: BAD_REQUEST,
    401: NOT_AUTHENTICATED,
    403: FORBIDDEN,
    404: NOT_FOUND,
    405: METHOD_NOT_ALLOWED,
    406: NOT_ACCEPTABLE,
    409: CONFLICT,
    410: EXPIRED,
    413: TOO_LARGE,
    414: ADDRESS_TOO_LONG,
    415: UNSUPPORTED_MEDIA_TYPE,
    422: UNPROCESSABLE,
    429: RATE_LIMITS,
    431: HEADERS_TOO_LARGE,
    500: UNEXPECTED,
    503: UNAVAILABLE,
}
