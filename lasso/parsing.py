"""JSON bodies: strict, but for what the API's documentation itself shows.

Accepted besides strict JSON: a comma behind the last entry of an object or a list, names in any letter case
(`FieldNames`), a byte order mark, any content type. Everything else is a 400 that says where it stands and what was
found.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import IO, Any

from django.http import HttpRequest
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from lasso.errors import MalformedBody

MOST_LEVELS = 32
# What a 64-bit column holds; Python itself would read thousands of digits.
MOST_INTEGER = 2**63 - 1
# Up to here a float holds every whole number.
MOST_EXACT = 2**53

# A string, or a comma with only white space between it and the bracket that closes. A string that is never closed
# reaches to the end, so that nothing is ever tried twice. (Possessive quantifiers would say it more directly, but
# Python 3.11.2, which is Debian 12's, matches them wrongly.)
STRING_OR_LAST_COMMA = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|,(?=[ \t\r\n]*[\]}])', re.DOTALL)
WHITE_SPACE = " \t\r\n"
LAST_COMMA = re.compile(r",[ \t\r\n]*[\]}]")
# What PostgreSQL cannot keep: NUL, and half of a surrogate pair. Whole pairs match too; `_check_strings` sees.
UNSTORABLE_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")

EXPECTATIONS = {
    "Expecting value": "a value was expected",
    "Expecting property name enclosed in double quotes": "a name in double quotes was expected",
    "Expecting ':' delimiter": "a colon was expected",
    "Expecting ',' delimiter": "a comma or the closing bracket was expected",
    "Extra data": "the end was expected",
    "Unterminated string starting at": "this string is never closed",
    "Invalid control character at": "control characters in strings must be escaped",
    "Invalid \\escape": "this is not an escape that JSON has",
    "Invalid \\uXXXX escape": "four hexadecimal digits were expected behind \\u",
}


class LenientJSONParser(BaseParser):
    """Reads every body as JSON whatever its content type says: `curl -d` calls JSON a form."""

    media_type = "*/*"

    def parse(
        self,
        stream: IO[bytes] | HttpRequest,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> Any:
        """The body as Python data.

        Raises:
            MalformedBody: it is not JSON; the sentence says where.
            RequestDataTooBig: it is larger than DATA_UPLOAD_MAX_MEMORY_SIZE.
        """
        body = stream.body if isinstance(stream, HttpRequest) else stream.read()
        try:
            return read_json(body)
        except MalformedBody as refusal:
            if media_type and "json" not in media_type:
                raise MalformedBody(
                    f"{refusal.message} The body was read as JSON although it is sent as {media_type}."
                ) from None
            raise


def read_json(body: bytes) -> Any:
    """JSON in UTF-8, trailing commas allowed, as Python data that a database can keep.

    Raises:
        MalformedBody: with line, column and what was found there.
    """
    text = _text(body)
    if not text.strip():
        raise MalformedBody("The body is empty; send a JSON object.")
    try:
        data = _strictly(text)
    except json.JSONDecodeError as error:
        if not LAST_COMMA.search(text):
            raise _malformed(text, error) from None
        text = without_last_commas(text)
        try:
            data = _strictly(text)
        except json.JSONDecodeError as second:
            raise _malformed(text, second) from None
    _check_depth(data)
    if UNSTORABLE_ESCAPE.search(text):
        _check_strings(data)
    return data


def without_last_commas(text: str) -> str:
    """The text with a space in place of each comma that only a closing bracket follows; positions stay the same."""

    def replaced(match: re.Match[str]) -> str:
        found = match.group()
        return " " if found == "," and _ends_a_value(text, match.start()) else found

    return STRING_OR_LAST_COMMA.sub(replaced, text)


def _ends_a_value(text: str, comma: int) -> bool:
    # A comma with nothing before it, as in [,], is no trailing comma.
    before = comma - 1
    while before >= 0 and text[before] in WHITE_SPACE:
        before -= 1
    return before >= 0 and text[before] not in "[{,:"


def object_of(request: Request) -> dict[str, Any]:
    """The request's body, which must be a JSON object.

    Raises:
        MalformedBody: there is no body, or it is something else.
    """
    data: Any = request.data
    if not isinstance(data, dict):
        raise MalformedBody(f"The body is {kind_of(data)}; send a JSON object.")
    if not data and not request.headers.get("content-length", "0").strip("0"):
        raise MalformedBody("The body is empty; send a JSON object.")
    return data


def optional_object_of(request: Request) -> dict[str, Any]:
    """The request's body, which may be left out and must be a JSON object otherwise.

    Raises:
        MalformedBody: it is something else.
    """
    data: Any = request.data
    return object_of(request) if data or request.headers.get("content-length", "0").strip("0") else {}


def kind_of(value: object) -> str:
    """What JSON calls a value, with its article: for sentences that say what was found."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
    return "an object"


class FieldNames:
    """The names that an object may have; what is sent may write them in any letter case."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(names)
        self._by_folded = {name.casefold(): name for name in self.names}

    def fold(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """The object under its canonical names; names that are not known stay as they are, to be refused."""
        if data.keys() <= self.names:
            return data
        return {self._by_folded.get(name.casefold(), name): value for name, value in data.items()}

    def advice(self, name: str) -> str:
        """What to say of a name that is not known: the nearest one, or all of them."""
        near = get_close_matches(name.casefold(), self._by_folded, n=1)
        hint = f"did you mean {self._by_folded[near[0]]}?" if near else f"known are {', '.join(sorted(self.names))}."
        return f"is not a field; {hint}"


class _RepeatedNameError(ValueError):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise MalformedBody(
            f"Line {line}: the byte 0x{body[error.start]:02x} (number {error.start + 1} of the body) is not UTF-8."
        ) from None


def _strictly(text: str) -> Any:
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_constant=_no_constant, parse_float=_finite, parse_int=_integer
        )
    except _RepeatedNameError as error:
        raise MalformedBody(
            f"The name {error.name!r} stands twice in one object (letter case does not matter); keep one of them."
        ) from None
    except RecursionError:
        raise _too_deep() from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len({name.casefold() for name in data}) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name.casefold() in seen:
                raise _RepeatedNameError(name)
            seen.add(name.casefold())
    return data


def _no_constant(text: str) -> Any:
    raise MalformedBody(f"{text} is not a number in JSON; send null or leave the field out.")


def _finite(text: str) -> float | int:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise MalformedBody(f"The number {_shortened(text)} is too large.")
    # JSON has one kind of number: programs that know no whole ones write 34580820.0.
    return int(number) if number.is_integer() and abs(number) <= MOST_EXACT else number


def _integer(text: str) -> int:
    if len(text) < 19:
        return int(text)
    if len(text) > 20 or abs(int(text)) > MOST_INTEGER:
        raise MalformedBody(f"The number {_shortened(text)} is too large; {MOST_INTEGER} is the largest.")
    return int(text)


def _shortened(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:20]}… ({len(text)} digits)"


def _malformed(text: str, error: json.JSONDecodeError) -> MalformedBody:
    found = repr(text[error.pos]) if error.pos < len(text) else "the end of the body"
    expectation = EXPECTATIONS.get(error.msg.removesuffix(":"), error.msg)
    return MalformedBody(f"Line {error.lineno}, column {error.colno}: {expectation}, found {found}.")


def _check_depth(data: Any) -> None:
    level = [data]
    for _ in range(MOST_LEVELS):
        level = [inner for outer in level for inner in _entries(outer) if isinstance(inner, (dict, list))]
        if not level:
            return
    raise _too_deep()


def _entries(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _too_deep() -> MalformedBody:
    return MalformedBody(f"The body is nested deeper than {MOST_LEVELS} levels.")


def _check_strings(data: Any) -> None:
    """Refuses strings with NUL or half of a surrogate pair, wherever they stand."""
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str) and ("\0" in value or any("\ud800" <= character <= "\udfff" for character in value)):
            raise MalformedBody("A string has the character \\u0000 or half of a surrogate pair, which is not text.")
        if isinstance(value, dict):
            waiting.extend(value)
        waiting.extend(_entries(value))
