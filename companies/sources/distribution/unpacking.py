"""gzip, with an end: a small body can unpack to a huge one."""

from __future__ import annotations

import zlib

from companies.sources.distribution.errors import AnswerTooLong

MAGIC = b"\x1f\x8b"
GZIP_WINDOW = 16 + zlib.MAX_WBITS


def unpack(body: bytes, *, most: int) -> bytes:
    """The body without its gzip, which is told by its first bytes and not by the header.

    Raises:
        AnswerTooLong: it unpacks to more than `most` bytes.
        ValueError: the gzip is broken or cut off.
    """
    if not body.startswith(MAGIC):
        return body
    unpacker = zlib.decompressobj(GZIP_WINDOW)
    try:
        data = unpacker.decompress(body, most + 1)
    except zlib.error as error:
        raise ValueError(f"broken gzip ({error})") from None
    if len(data) > most:
        raise AnswerTooLong(f"The answer unpacks to more than {most // 1024**2} MB.")
    if not unpacker.eof:
        raise ValueError("gzip that is cut off")
    return data
