"""Cuts long JSON into the values that it is made of without parsing them, so that each stands or falls alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from companies.errors import DocumentError
from companies.sources.parsing import BIGGEST_DOCUMENT, too_long

PIECE = 1024 * 1024
BIGGEST_PIECE = 8 * 1024 * 1024
KEPT = 64 * 1024  # bytes before what is searched for
BETWEEN = re.compile(rb"[\s,]*")
SCALAR = re.compile(rb'[^\s,"\[\]{}]*')
# Up to the next bracket, or to a text with escapes or without an end. Like the next one bounded, because the pattern's
# engine keeps a note of each repetition; what it repeats can match in one way only.
RUN = re.compile(rb'(?:[^"\[\]{}]+|"[^"\\]*"){0,500}(["\[\]{}])?')
IN_TEXT = re.compile(rb'[^"\\]*(?:\\.[^"\\]*){0,500}', re.DOTALL)
CLOSED_LIST, CLOSED_OBJECT = b"]}"
OPENED = b"[{"


@dataclass(slots=True)
class _Depth:
    """How far into a value the reading has come."""

    brackets: int = 0
    is_in_text: bool = False


class JsonStream:
    """JSON in a binary file from `at` on, read as it is needed; what lies behind is let go of."""

    def __init__(self, beginning: bytes, file: IO[bytes]) -> None:
        self._file = file
        self.ahead = beginning
        self.at = 0

    def go_behind(self, pattern: re.Pattern[bytes]) -> bytes | None:
        """Move behind the next match and return what lay before it, or the end of that; None: there is no match."""
        while not (match := pattern.search(self.ahead, self.at)):
            if not self._read_on(keep=max(self.at, len(self.ahead) - KEPT)):
                return None
            self.at = 0
        before, self.at = self.ahead[self.at : match.start()], match.end()
        return before

    def values(self, *, in_list: bool) -> Iterator[bytes | DocumentError]:
        """The values up to the `]` that closes the list, or to the end of the file; of one that is too long an error.

        Raises:
            DocumentError: the file ends inside a value or the list, or a bracket closes what is not open.
        """
        while self._go_to_next() and self.ahead[self.at] != CLOSED_LIST:
            if self.ahead[self.at] == CLOSED_OBJECT:
                raise DocumentError("", "not JSON: a bracket closes what is not open; the rest was not read")
            yield self._take()
        if in_list and self.at == len(self.ahead):
            raise DocumentError("", "the file ends inside the list")

    def rest(self) -> bytes:
        """What has been read and not been taken."""
        return self.ahead[self.at :]

    def _read_on(self, *, keep: int) -> bool:
        """Read some more and keep what stands from this index on; False at the end of the file."""
        # In proportion to what is held, so that a long value is not copied again and again.
        size = min(max(PIECE, len(self.ahead) - keep), BIGGEST_PIECE)
        piece = self._file.read(size)
        self.ahead = self.ahead[keep:] + piece
        self.at -= keep
        return bool(piece)

    def _go_to_next(self) -> bool:
        """Move over blanks and commas; False at the end of the file."""
        while True:
            blanks = BETWEEN.match(self.ahead, self.at)
            self.at = blanks.end() if blanks else self.at
            if self.at < len(self.ahead):
                return True
            if not self._read_on(keep=self.at):
                return False

    def _take(self) -> bytes | DocumentError:
        """The value that begins here; of one that is too long only that, and nothing of it is held."""
        start, is_too_long = self.at, False
        depth = _Depth()
        while not self._advance(depth):
            is_too_long = is_too_long or self.at - start > BIGGEST_DOCUMENT
            keep = self.at if is_too_long else start
            start = 0
            if not self._read_on(keep=keep):
                raise DocumentError("", "the file ends inside the document")
        return too_long() if is_too_long else self.ahead[start : self.at]

    def _advance(self, depth: _Depth) -> bool:
        """Move on through what is held; whether that is the end of the value."""
        if not depth.brackets and not depth.is_in_text:
            first = self.ahead[self.at : self.at + 1]
            if first not in {b'"', b"{", b"["}:
                return self._follow_scalar()
            depth.is_in_text = first == b'"'
            self.at += depth.is_in_text
        return self._follow(depth)

    def _follow(self, depth: _Depth) -> bool:
        """Move on in a text, a list or an object; whether that is its end."""
        while self.at < len(self.ahead):
            if depth.is_in_text:
                if not self._leave_text(depth):
                    return False
                if not depth.brackets:
                    return True
            elif self._follow_brackets(depth):
                return True
        return False

    def _follow_scalar(self) -> bool:
        """Move behind a number or a word; False when it may go on in what has not been read yet."""
        scalar = SCALAR.match(self.ahead, self.at)
        self.at = scalar.end() if scalar else self.at
        return self.at < len(self.ahead)

    def _leave_text(self, depth: _Depth) -> bool:
        """Move behind the text's end; False when that has not been read yet."""
        while self.at < len(self.ahead):
            inside = IN_TEXT.match(self.ahead, self.at)
            self.at = inside.end() if inside else self.at
            if self.ahead[self.at : self.at + 1] == b'"':
                self.at += 1
                depth.is_in_text = False
                return True
            if self.ahead[self.at :] == b"\\":
                return False
        return False

    def _follow_brackets(self, depth: _Depth) -> bool:
        """Move behind the bracket that closes the value, or into a text, or to the end; whether the value is whole."""
        for run in RUN.finditer(self.ahead, self.at):
            self.at = run.end()
            sign = run[1]
            if sign == b'"':
                depth.is_in_text = True
                return False
            if sign:
                depth.brackets += 1 if sign in OPENED else -1
            if depth.brackets <= 0:
                return True
        self.at = len(self.ahead)
        return False
