"""Files that come packed: gzip is unpacked as it is read, within bounds; zip archives are refused."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import IO

from companies.errors import DocumentError

GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
# JSON packs to a tenth or a thirtieth of its size; what grows more than this is not meant to be read.
HIGHEST_RATIO = 200
UNJUDGED = 64 * 1024 * 1024  # bytes that may come of anything
PIECE = 64 * 1024


def unpacked(file: IO[bytes]) -> IO[bytes]:
    """The file's content, whether it is gzip or not; reading it holds little in memory.

    Raises:
        DocumentError: it is a zip archive. Reading raises it where gzip is broken, cut short, or a bomb.
    """
    beginning = file.read(max(len(GZIP), len(ZIP)))
    if beginning.startswith(ZIP):
        raise DocumentError("", "a zip archive; unpack it first")
    whole = _Whole(beginning, file)
    return io.BufferedReader(_Unpacking(whole) if beginning.startswith(GZIP) else whole, PIECE)


class _Whole(io.RawIOBase):
    """A file of which the beginning has been read, and how much of it has been read in all."""

    def __init__(self, beginning: bytes, file: IO[bytes]) -> None:
        super().__init__()
        self._beginning = beginning
        self._file = file
        self.size_read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # the buffer is io's own
        piece = self._beginning[: len(buffer)] or self._file.read(len(buffer))
        self._beginning = self._beginning[len(buffer) :]
        self.size_read += len(piece)
        buffer[: len(piece)] = piece
        return len(piece)


class _Unpacking(io.RawIOBase):
    """What a gzip file unpacks to, as long as that is in proportion."""

    def __init__(self, packed: _Whole) -> None:
        super().__init__()
        self._packed = packed
        self._gzip = gzip.GzipFile(fileobj=packed, mode="rb")
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # the buffer is io's own
        try:
            piece = self._gzip.read(len(buffer))
        except (EOFError, OSError, zlib.error) as error:
            raise DocumentError("", f"broken gzip, what follows was not read: {error}") from None
        self._size += len(piece)
        if self._size > max(UNJUDGED, HIGHEST_RATIO * self._packed.size_read):
            raise DocumentError("", f"unpacks to more than {HIGHEST_RATIO} times its size; the rest was not read")
        buffer[: len(piece)] = piece
        return len(piece)
