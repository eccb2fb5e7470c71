"""Register documents in files: JSON lines, or search replies, read piece by piece so that memory stays flat."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from companies.errors import DocumentError

BIGGEST_DOCUMENT = 32 * 1024 * 1024  # bytes; the register's biggest company has a few megabytes
PIECE = 1024 * 1024
# A search reply says so within its first bytes: shards, counts, then the hits.
BEGINNING = 16 * 1024
HITS = re.compile(r'"hits"\s*:\s*\[')
LONGEST_HITS = 200  # characters of `"hits": [`, blanks and all
BETWEEN = re.compile(r"[\s,]*")


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


@dataclass(frozen=True, slots=True)
class Entry:
    """One document and where it stood; or what is wrong with what stood there."""

    place: str  # "line 12", "hit 12"
    document: Mapping[str, Any] | None = None
    error: DocumentError | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a file that stands by itself: a line, not yet parsed, or a hit with its document.

    `data` are its bytes; empty when something is wrong with it.
    """

    place: str
    data: bytes = b""
    entry: Entry | None = None

    def entries(self) -> Iterator[Entry]:
        """The documents in it: one, unless a line holds a whole search reply."""
        if self.entry:
            yield self.entry
        else:
            yield from entries_in_line(self.data, self.place)


def entries_in_file(file: IO[bytes]) -> Iterator[Entry]:
    """The documents in a binary file: JSON lines, or one search reply however it is laid out."""
    for piece in pieces_in_file(file):
        yield from piece.entries()


def pieces_in_file(file: IO[bytes]) -> Iterator[Piece]:
    """The same, with lines left to be parsed by those who need them parsed."""
    beginning = file.read(BEGINNING)
    if is_search_reply(beginning):
        yield from _hits_in_reply(beginning, file)
    else:
        yield from _pieces_in_lines(beginning, file)


def entries_in_line(text: bytes | str, place: str) -> Iterator[Entry]:
    """The documents in one piece of JSON: a document, a hit, or a whole search reply."""
    try:
        value = parse_json(text)
    except DocumentError as error:
        yield Entry(place, error=error)
        return
    yield from entries_in_value(value, place)


def entries_in_value(value: Any, place: str) -> Iterator[Entry]:
    """The documents in parsed JSON."""
    hits = _hits(value)
    if hits is None:
        yield _entry(value, place)
        return
    for number, hit in enumerate(hits, start=1):
        yield _entry(hit, f"{place}, hit {number}")


def is_search_reply(beginning: bytes) -> bool:
    """Whether a file that begins so is a search reply: the hits come before any document does."""
    text = beginning.decode("utf-8-sig", errors="replace")
    match = HITS.search(text)
    return match is not None and '"Vrvirksomhed"' not in text[: match.start()]


def parse_json(text: bytes | str) -> Any:
    """The JSON value.

    Raises:
        DocumentError: it is not JSON, or nested too deeply, or a number is none.
    """
    if len(text) > BIGGEST_DOCUMENT:
        raise DocumentError("", f"longer than {BIGGEST_DOCUMENT // 1024**2} MB")
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise DocumentError("", f"not UTF-8: byte {error.start} is {error.object[error.start]:#04x}") from None
    except json.JSONDecodeError as error:
        raise DocumentError("", f"not JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise DocumentError("", "nested too deeply") from None
    except ValueError as error:  # a number of thousands of digits
        raise DocumentError("", f"not JSON: {error}") from None


def _hits(value: Any) -> list[Any] | None:
    """The hits of a parsed search reply; None when it is none."""
    outer = value.get("hits") if isinstance(value, Mapping) else None
    inner = outer.get("hits") if isinstance(outer, Mapping) else None
    return inner if isinstance(inner, list) else None


def _entry(value: Any, place: str) -> Entry:
    if isinstance(value, Mapping):
        source = value.get("_source", value)
        document = source.get("Vrvirksomhed", source) if isinstance(source, Mapping) else None
        if isinstance(document, Mapping) and "cvrNummer" in document:
            return Entry(place, document)
    reason = "no company document here: expected an object with cvrNummer, or with Vrvirksomhed, or a hit with _source"
    return Entry(place, error=DocumentError("", reason))


def _pieces_in_lines(beginning: bytes, file: IO[bytes]) -> Iterator[Piece]:
    for number, line in enumerate(_lines(beginning.removeprefix(b"\xef\xbb\xbf"), file), start=1):
        place = f"line {number}"
        if line is None:
            reason = f"longer than {BIGGEST_DOCUMENT // 1024**2} MB"
            yield _broken(place, DocumentError("", reason))
        elif line.strip():
            yield Piece(place, line)


def _broken(place: str, error: DocumentError) -> Piece:
    return Piece(place, entry=Entry(place, error=error))


def _lines(beginning: bytes, file: IO[bytes]) -> Iterator[bytes | None]:
    """The lines; None for one that is too long, which is passed over without being held."""
    *whole, rest = beginning.split(b"\n")
    yield from whole
    is_too_long = False
    while piece := file.readline(PIECE):
        rest = b"" if is_too_long else rest + piece
        is_too_long = is_too_long or len(rest) > BIGGEST_DOCUMENT
        if piece.endswith(b"\n"):
            yield None if is_too_long else rest
            rest, is_too_long = b"", False
    if rest or is_too_long:
        yield None if is_too_long else rest


class _Text:
    """The rest of a file as text from `at` on, read as it is needed."""

    def __init__(self, beginning: bytes, file: IO[bytes]) -> None:
        # A broken byte becomes half of a surrogate pair: it reaches its own hit, which is then refused alone.
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="surrogateescape")
        self._file = file
        self.ahead = self._decoder.decode(beginning)
        self.at = 0

    def read_on(self) -> bool:
        """Read one more piece and let go of what lies behind; False at the end of the file."""
        piece = self._file.read(PIECE)
        self.ahead = self.ahead[self.at :] + self._decoder.decode(piece, final=not piece)
        self.at = 0
        return bool(piece)

    def go_behind_hits(self) -> bool:
        """Move behind the next `"hits": [`; False when there is none."""
        while not (match := HITS.search(self.ahead, self.at)):
            # What may be the first half of it is kept.
            self.at = max(self.at, len(self.ahead) - LONGEST_HITS)
            if not self.read_on():
                return False
        self.at = match.end()
        return True

    def go_to_next(self) -> bool:
        """Move over blanks and commas; False at the end of the file."""
        while True:
            blanks = BETWEEN.match(self.ahead, self.at)
            self.at = blanks.end() if blanks else self.at
            if self.at < len(self.ahead):
                return True
            if not self.read_on():
                return False

    def take_value(self) -> tuple[Any, bytes]:
        """The JSON value that begins here, and its bytes; reads on until it is whole."""
        while True:
            try:
                value, end = DECODER.raw_decode(self.ahead, self.at)
            except json.JSONDecodeError as error:
                if len(self.ahead) - self.at > BIGGEST_DOCUMENT:
                    raise DocumentError("", f"longer than {BIGGEST_DOCUMENT // 1024**2} MB, or broken JSON") from None
                if not self.read_on():
                    raise DocumentError("", f"not JSON: {error.msg}") from None
            else:
                data = self.ahead[self.at : end].encode(errors="surrogateescape")
                self.at = end
                return value, data


def _hits_in_reply(beginning: bytes, file: IO[bytes]) -> Iterator[Piece]:
    """The hits of one search reply after the other. Broken JSON ends the file: what follows cannot be told apart."""
    number = 0
    try:
        text = _Text(beginning, file)
        while text.go_behind_hits():
            while text.go_to_next() and text.ahead[text.at] != "]":
                number += 1
                value, data = text.take_value()
                yield Piece(f"hit {number}", data, _entry(value, f"hit {number}"))
            if text.at == len(text.ahead):
                yield _broken(f"hit {number}", DocumentError("", "the file ends inside the hits"))
    except DocumentError as error:
        yield _broken(f"hit {number}", error)
    except RecursionError:
        yield _broken(f"hit {number}", DocumentError("", "nested too deeply; the rest was not read"))
    except ValueError as error:
        yield _broken(f"hit {number}", DocumentError("", f"not JSON: {error}; the rest was not read"))
