"""Register documents in files, gzip or not, read piece by piece so that memory stays flat.

A file holds JSON lines, search replies, one list of documents, or one document laid out over many lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from companies.errors import DocumentError
from companies.sources.packing import unpacked
from companies.sources.parsing import BIGGEST_DOCUMENT, parse_json, too_long
from companies.sources.splitting import PIECE, JsonStream

# What a file is made of shows within its first bytes: a search reply has shards and counts, then the hits.
BEGINNING = 16 * 1024
HITS = re.compile(rb'"hits"\s*:\s*\[')
DOCUMENT = re.compile(rb'"(?:_source|Vrvirksomhed|cvrNummer)"')
LIST = re.compile(rb"\s*\[\s*[{\]]")
LAID_OUT = re.compile(rb'\s*\{[ \t\r]*\n\s+"')
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# A service that could not ask all of its parts answers all the same.
TIMED_OUT = re.compile(rb'"timed_out"\s*:\s*true')
FAILED_SHARDS = re.compile(rb'"failed"\s*:\s*([1-9][0-9]*)')
# The register's other documents: they come with the same replies, and are passed over.
OTHER_UNITS = {
    "VrproduktionsEnhed": "production unit",
    "Vrdeltagerperson": "person",
    "Vrdeltager": "participant",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One document and where it stood; or what is wrong with what stood there.

    `other_unit` says what it is a document of when not of a company ("production unit", "person"); `error` then too.
    """

    place: str  # "line 12", "hit 12"
    document: Mapping[str, Any] | None = None
    error: DocumentError | None = None
    other_unit: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a file that stands by itself, not yet parsed: a line, a hit, an element of a list.

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


def pieces_in_file(file: IO[bytes]) -> Iterator[Piece]:
    """The documents in a binary file, each left to be parsed by those who need it parsed."""
    try:
        content = unpacked(file)
        beginning = content.read(BEGINNING).removeprefix(BYTE_ORDER_MARK)
        if is_search_reply(beginning):
            yield from _in_replies(JsonStream(beginning, content))
        elif LIST.match(beginning):
            yield from _in_list(beginning, content)
        elif LAID_OUT.match(beginning):
            yield from _numbered(JsonStream(beginning, content), "document", in_list=False)
        else:
            yield from _in_lines(beginning, content)
    except DocumentError as error:
        yield _broken("the file", error)


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
    shards = value.get("_shards")
    failed = shards.get("failed") if isinstance(shards, Mapping) else None
    if value.get("timed_out") is True or failed:
        yield Entry(place, error=_incomplete(f"{failed or 0}"))
    for number, hit in enumerate(hits, start=1):
        yield _entry(hit, f"{place}, hit {number}")


def is_search_reply(beginning: bytes) -> bool:
    """Whether a file that begins so is a search reply: the hits come before any document does."""
    hits, document = HITS.search(beginning), DOCUMENT.search(beginning)
    return hits is not None and (document is None or hits.start() < document.start())


def _hits(value: Any) -> list[Any] | None:
    """The hits of a parsed search reply; None when it is none."""
    outer = value.get("hits") if isinstance(value, Mapping) else None
    inner = outer.get("hits") if isinstance(outer, Mapping) else None
    return inner if isinstance(inner, list) else None


def _entry(value: Any, place: str) -> Entry:
    source = value.get("_source", value) if isinstance(value, Mapping) else None
    if isinstance(source, Mapping):
        document = source.get("Vrvirksomhed", source)
        if isinstance(document, Mapping) and "cvrNummer" in document:
            return Entry(place, document)
        for key, unit in OTHER_UNITS.items():
            if key in source:
                return Entry(place, error=DocumentError(key, f"the document of a {unit} is not kept"), other_unit=unit)
    reason = "no company document here: expected an object with cvrNummer, or with Vrvirksomhed, or a hit with _source"
    return Entry(place, error=DocumentError("", reason))


def _broken(place: str, error: DocumentError) -> Piece:
    return Piece(place, entry=Entry(place, error=error))


def _in_replies(stream: JsonStream) -> Iterator[Piece]:
    """The hits of one search reply after the other."""
    number = replies = 0
    while (before := stream.go_behind(HITS)) is not None:
        replies += 1
        failed = FAILED_SHARDS.search(before)
        if failed or TIMED_OUT.search(before):
            yield _broken(f"reply {replies}", _incomplete(failed[1].decode() if failed else "0"))
        for piece in _numbered(stream, "hit", after=number):
            number += 1
            yield piece


def _incomplete(failed_shards: str) -> DocumentError:
    return DocumentError(
        "", f"the service's answer is not complete: {failed_shards} shards failed or it timed out; ask again"
    )


def _in_list(beginning: bytes, file: IO[bytes]) -> Iterator[Piece]:
    """The elements of a list; what follows it is taken for lines."""
    stream = JsonStream(beginning, file)
    stream.at = beginning.index(b"[") + 1
    yield from _numbered(stream, "element")
    yield from _in_lines(stream.rest().removeprefix(b"]"), file)


def _numbered(stream: JsonStream, kind: str, *, after: int = 0, in_list: bool = True) -> Iterator[Piece]:
    """The values that follow; behind one that does not end nothing can be told apart."""
    number = after
    try:
        for value in stream.values(in_list=in_list):
            number += 1
            place = f"{kind} {number}"
            yield _broken(place, value) if isinstance(value, DocumentError) else Piece(place, value)
    except DocumentError as error:
        yield _broken(f"{kind} {number + 1}", error)
        stream.at = len(stream.ahead)


def _in_lines(beginning: bytes, file: IO[bytes]) -> Iterator[Piece]:
    for number, line in enumerate(_lines(beginning, file), start=1):
        place = f"line {number}"
        if line is None:
            yield _broken(place, too_long())
        elif line.strip():
            yield Piece(place, line)


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
