"""Files of hundreds of megabytes, made as they are read, and what reading them costs; run by a test in a process of
its own: ``python -m tests.companies.giants NAME`` prints JSON."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import random
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import IO

from bench.measuring import peak_megabytes
from companies.errors import DocumentError
from companies.sources.cvr import read_profile
from companies.sources.files import Entry, pieces_in_file
from companies.sources.sanitising import sanitise
from tests.companies.builders import company, hit

MB = 1024 * 1024
SIZE = 500 * MB
SOME = 100 * MB  # where each document is read
GOOD = json.dumps(hit(company("99900011"))).encode()
# With little that has to be read, and nothing that gzip makes small.
NOISE = random.Random(1).randbytes(15_000).hex()
LONG = json.dumps(hit(company("99900022", fyld=["Æøå " * 1_000, NOISE, '"{['])), ensure_ascii=False).encode()


class Stream(io.RawIOBase):
    """The parts one after the other, as a file that cannot go back."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        super().__init__()
        self._parts = iter(parts)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._rest = part
        piece, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)


def filled(part: bytes, size: int = SIZE) -> Iterator[bytes]:
    """The part again and again, about a megabyte at a time."""
    many = part * max(1, MB // len(part))
    return itertools.repeat(many, size // len(many))


def one_line() -> Iterator[bytes]:
    """One line that never ends, between two good ones."""
    return itertools.chain([GOOD, b"\n", b'{"cvrNummer": 1, "navne": "'], filled(b"x"), [b'"}\n', GOOD])


def many_lines() -> Iterator[bytes]:
    """Good documents in lines."""
    return filled(LONG + b"\n", SOME)


def one_list() -> Iterator[bytes]:
    """Good documents in one list."""
    return itertools.chain([b"["], filled(LONG + b",", SOME), [GOOD, b"]"])


def one_reply() -> Iterator[bytes]:
    """Good documents in one search reply."""
    return itertools.chain([b'{"took": 3, "hits": {"hits": ['], filled(LONG + b",\n"), [GOOD, b"]}}"])


def one_hit() -> Iterator[bytes]:
    """A hit that is too long, between two good ones."""
    beginning = [b'{"hits": {"hits": [', GOOD, b', {"_source": {"Vrvirksomhed": {"a": [']
    return itertools.chain(beginning, filled(b'{"b": "' + b"x" * 10_000 + b'\\""}, '), [b"0]}}}, ", GOOD, b"]}}"])


def empty_lists() -> Iterator[bytes]:
    """Documents that are short enough and would take a gigabyte of memory."""
    for opened, part in ((b"[", b"[],"), (b"{", b'"a":{},'), (b"[", b'"",')):
        closed = b'"a":0}' if opened == b"{" else b"0]"
        yield b'{"cvrNummer": 99900033, "x": ' + opened + part * (31 * MB // len(part)) + closed + b"}\n"
    yield GOOD


def deep() -> Iterator[bytes]:
    """A hundred thousand lists in each other, in every layout of a line."""
    yield from (b"[" * 100_000 + b"]" * 100_000 + b"\n", b"[" * 100_000 + b"\n")
    yield b'{"cvrNummer": ' * 100_000 + b"1" + b"}" * 100_000 + b"\n"
    yield GOOD


def gzip_bomb() -> Iterator[bytes]:
    """Gzip of a good document and five gigabytes of blanks."""
    yield gzip.compress(GOOD + b"\n")
    blanks = gzip.compress(b" " * 50 * MB)
    yield from itertools.repeat(blanks, 100)


def packed_lines() -> Iterator[bytes]:
    """Good documents in lines, each megabyte packed by itself."""
    lines = gzip.compress((LONG + b"\n") * (MB // len(LONG)))
    return itertools.repeat(lines, SOME // MB)


def opened(name: str) -> IO[bytes]:
    """The giant of that name as a binary file."""
    return io.BufferedReader(Stream(globals()[name]()))


def read(entry: Entry) -> str:
    """Read a document as the import does, short of storing it; what became of it."""
    if entry.document is None:
        return f"{entry.place}: {entry.error}"
    try:
        read_profile(entry.document, day=date(2026, 1, 1), retrieved_at=datetime.now(UTC))
        json.dumps(sanitise(entry.document).document)
    except DocumentError as error:
        return f"{entry.place}: {error}"
    return "good"


if __name__ == "__main__":
    seen: dict[str, int] = {}
    for entry in (entry for piece in pieces_in_file(opened(sys.argv[1])) for entry in piece.entries()):
        outcome = read(entry)
        seen[outcome] = seen.get(outcome, 0) + 1
    print(json.dumps({"seen": seen, "peak_mb": peak_megabytes()}))
