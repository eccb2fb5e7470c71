"""JSON from outside, within bounds: what is too big, too deep or no JSON is refused before it costs much memory."""

from __future__ import annotations

from typing import Any

import orjson

from companies.errors import DocumentError

BIGGEST_DOCUMENT = 32 * 1024 * 1024  # bytes; the register's biggest company has a few megabytes
# Each value takes about a hundred bytes of memory, and may come in two bytes of text. The register's documents have one
# in about twenty.
MOST_VALUES = 1_000_000


def parse_json(text: bytes | str) -> Any:
    """The JSON value; of two members of an object with one name the last, as PostgreSQL and most parsers have it.

    Raises:
        DocumentError: it is not JSON or not UTF-8, too long, has too many values, or is nested too deeply.
    """
    data = text if isinstance(text, bytes) else text.encode(errors="surrogatepass")
    if len(data) > BIGGEST_DOCUMENT:
        raise too_long()
    if sum(data.count(sign) for sign in (b",", b"[", b"{")) > MOST_VALUES:
        raise DocumentError("", f"has more than {MOST_VALUES} values")
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise _told(error, data) from None


def too_long() -> DocumentError:
    """What to raise for more bytes than a document may have."""
    return DocumentError("", f"longer than {BIGGEST_DOCUMENT // 1024**2} MB")


def _told(error: orjson.JSONDecodeError, data: bytes) -> DocumentError:
    try:
        data.decode()
    except UnicodeDecodeError as broken:
        return DocumentError("", f"not UTF-8: byte {broken.start} is {data[broken.start]:#04x}")
    if "depth" in error.msg:
        return DocumentError("", "nested too deeply")
    return DocumentError("", f"not JSON: {error.msg} at character {error.pos + 1}")
