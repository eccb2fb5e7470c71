"""The head of an answer: interim answers are passed over, and there is an end to what is read of it."""

from __future__ import annotations

import http.client
from io import BufferedIOBase
from typing import Any

# RFC 9110, section 15.2: a client must bear one or more interim answers (1xx) before the real one.
MOST_INTERIM_ANSWERS = 20
SWITCHING_PROTOCOLS = 101
EMPTY_LINES = frozenset({b"\r\n", b"\n"})


class HeadTooLong(http.client.HTTPException):
    """The server sends more lines, longer lines or more interim answers than an honest one does."""


class _Lines:
    """Reads lines from a stream and knows the last one."""

    def __init__(self, stream: BufferedIOBase) -> None:
        self._stream = stream
        self.last = b""

    def readline(self, limit: int = -1) -> bytes:
        self.last = self._stream.readline(limit)
        return self.last

    def close(self) -> None:
        self._stream.close()


class FinalResponse(http.client.HTTPResponse):
    """Reads up to the real answer. The standard library passes over 100 (Continue) only, and without end."""

    _interim_answers = 0

    def begin(self) -> None:
        """Read status and headers.

        Raises:
            http.client.RemoteDisconnected: the server closed before the head was whole. The standard library would take
                what came for all, and a 200 for good (RFC 9112, section 8).
            HeadTooLong: a line above 64 KiB, more than 100 headers, or more than MOST_INTERIM_ANSWERS.
            http.client.HTTPException: what came is not HTTP.
        """
        self._begin()
        while 100 <= self.status < 200 and self.status != SWITCHING_PROTOCOLS:
            cleared: Any = None
            # What makes `begin` read on.
            self.headers = self.msg = cleared
            self._begin()
        if self.status == SWITCHING_PROTOCOLS:
            # We asked for no other protocol; whatever the server speaks from here on is not HTTP.
            self.will_close = True

    def _begin(self) -> None:
        stream = self.fp
        lines: Any = _Lines(stream)
        self.fp = lines
        try:
            super().begin()
        except http.client.LineTooLong:
            raise HeadTooLong from None
        except http.client.HTTPException as error:
            # The one that is raised without a class of its own says that there are more than 100 headers.
            if type(error) is http.client.HTTPException:
                raise HeadTooLong from None
            raise
        finally:
            # What is no HTTP it has closed already.
            closed: Any = None
            self.fp = closed if stream.closed else stream
        if lines.last not in EMPTY_LINES:
            raise http.client.RemoteDisconnected("The server closed before its headers ended.")

    def _read_status(self) -> tuple[str, int, str]:
        self._interim_answers += 1
        if self._interim_answers > MOST_INTERIM_ANSWERS + 1:
            raise HeadTooLong
        found: tuple[str, int, str] = super()._read_status()  # type: ignore[misc]
        return found
