"""Take register documents into the register.

A document is read whole before anything of it is stored; what breaks the format is refused alone, with its place, path
and reason. Documents are written in chunks of one transaction each, so memory stays flat and a stopped import keeps
what it has. A document that is the very one that was read last is known by its fingerprint and not even parsed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import orjson

from companies.collector import collector_paused
from companies.days import danish_day
from companies.errors import DocumentError
from companies.fingerprints import fingerprint_of_document, json_of
from companies.sources.cvr import read_profile
from companies.sources.document import Node
from companies.sources.files import Entry, Piece, entries_in_value
from companies.sources.participants import read_beneficial
from companies.sources.sanitising import sanitise
from companies.storing import Outcome, ReadDocument, known_fingerprints, store_chunk

# The sources whose documents hold beneficial owners: there, none in a document means that none is registered.
SOURCES_WITH_BENEFICIAL_OWNERS = frozenset({"sample", "cvr-re"})
CHUNK = 250  # documents a look-up and a transaction
CHUNK_BYTES = 32 * 1024 * 1024  # or as many as have this together
MOST_REFUSALS = 1000  # kept with their reasons; the rest is counted

Input = Piece | Mapping[str, Any] | bytes | str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that was not taken, and why."""

    place: str
    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.path + ': ' if self.path else ''}{self.reason}"


@dataclass(slots=True)
class ImportSummary:
    """What became of the documents."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    outdated: int = 0  # older than what the register has
    refused: int = 0
    passed_over: dict[str, int] = field(default_factory=dict)  # documents of other units: "person", …
    refusals: list[Refusal] = field(default_factory=list)  # the first MOST_REFUSALS

    @property
    def total(self) -> int:
        """All documents seen."""
        kept = self.created + self.changed + self.unchanged + self.outdated
        return kept + self.refused + sum(self.passed_over.values())

    def add(self, outcome: Outcome) -> None:
        """Count what became of one good document."""
        setattr(self, outcome.value, getattr(self, outcome.value) + 1)

    def pass_over(self, unit: str) -> None:
        """Count a document of another unit than a company."""
        self.passed_over[unit] = self.passed_over.get(unit, 0) + 1

    def refuse(self, place: str, error: DocumentError) -> None:
        """Count and keep one refusal."""
        self.refused += 1
        if len(self.refusals) < MOST_REFUSALS:
            self.refusals.append(Refusal(place, error.path, error.reason))


def import_documents(
    documents: Iterable[Input],
    *,
    now: datetime | Callable[[], datetime],
    source: str,
    has_beneficial_owners: bool | None = None,
    on_progress: Callable[[ImportSummary], None] | None = None,
) -> ImportSummary:
    """Take the documents in: parsed ones, lines of JSON, or pieces of `companies.sources.files.pieces_in_file`.

    An unchanged document writes nothing but its fingerprint. A changed one gets the next version, its owners written
    anew, and one row in the change log that names the fields that read differently from when the company was last
    looked at. `has_beneficial_owners`: whether a document of this source without beneficial owners means that none is
    registered; by default the source's name decides. `now` is a moment, or for long imports a clock: each chunk is read
    as of the day that it then is, and its changes are noted with the time at which they are recorded.
    """
    tells_owners = source in SOURCES_WITH_BENEFICIAL_OWNERS if has_beneficial_owners is None else has_beneficial_owners
    summary = ImportSummary()
    with collector_paused() as collect:
        for some in _chunks(_pieces(documents)):
            moment = now() if callable(now) else now
            _take_chunk(some, summary, source=source, now=moment, tells_owners=tells_owners, on_progress=on_progress)
            collect()
    return summary


def _take_chunk(
    some: list[Piece],
    summary: ImportSummary,
    *,
    source: str,
    now: datetime,
    tells_owners: bool,
    on_progress: Callable[[ImportSummary], None] | None,
) -> None:
    """Read what is not known of these and write it; more often than once where a company comes again."""
    chunk: dict[str, ReadDocument] = {}
    for place, read in _read_unknown(some, summary, now=now, tells_owners=tells_owners):
        if isinstance(read, DocumentError):
            summary.refuse(place, read)
            continue
        if len(chunk) >= CHUNK or read.profile.cvr in chunk:
            _store(chunk, summary, source=source, now=now, on_progress=on_progress)
        chunk[read.profile.cvr] = read
    _store(chunk, summary, source=source, now=now, on_progress=on_progress)


def _read_unknown(
    pieces: list[Piece], summary: ImportSummary, *, now: datetime, tells_owners: bool
) -> Iterator[tuple[str, ReadDocument | DocumentError]]:
    """Read what is not known as it is, or say why not; what is known is counted as unchanged."""
    fingerprints = [fingerprint_of_document(piece.data, tells_owners=tells_owners) for piece in pieces]
    known = known_fingerprints(fingerprints)
    # A company that another document of these has come for is no longer as it was when it was looked up.
    touched: set[str] = set()
    day = danish_day(now)
    for piece, fingerprint in zip(pieces, fingerprints, strict=True):
        if known.get(fingerprint, "") not in {"", *touched}:
            summary.add(Outcome.UNCHANGED)
            continue
        entries = list(piece.entries())
        for entry in entries:
            if entry.other_unit:
                summary.pass_over(entry.other_unit)
                continue
            try:
                read = read_document(
                    entry,
                    day=day,
                    now=now,
                    tells_owners=tells_owners,
                    # That of a line with a whole search reply is no document's.
                    fingerprint=fingerprint if len(entries) == 1 else "",
                )
            except DocumentError as error:
                yield entry.place, error
            else:
                touched.add(read.profile.cvr)
                yield entry.place, read


def read_document(entry: Entry, *, day: date, now: datetime, tells_owners: bool, fingerprint: str = "") -> ReadDocument:
    """The entry's document, checked and without what may not be kept; the entry's own is used up by that.

    Raises:
        DocumentError: it cannot be taken.
    """
    if entry.document is None:
        raise entry.error or DocumentError("", "no document")
    try:
        profile = read_profile(entry.document, day=day, retrieved_at=now)
        kept = sanitise(entry.document)
        read_beneficial(Node({"deltagerRelation": kept.beneficial_relations}), day)
        text, relations = _canonical(kept.document), _canonical(kept.beneficial_relations)
    except RecursionError:
        raise DocumentError("", "nested too deeply") from None
    return ReadDocument(
        profile=profile,
        document=text.decode(),
        document_hash=hashlib.sha256(text).hexdigest(),
        beneficial_relations=relations.decode() if kept.beneficial_relations or tells_owners else None,
        beneficial_hash=hashlib.sha256(relations).hexdigest(),
        fingerprint=fingerprint,
    )


def _canonical(value: Any) -> bytes:
    """The canonical JSON; refuses what PostgreSQL's jsonb cannot hold."""
    try:
        text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        reason = "nested too deeply" if "Recursion" in str(error) else f"cannot be written as JSON: {error}"
        raise DocumentError("", reason) from None
    # An escaped backslash before it makes it plain text.
    if b"\\u0000" in text and b"\\u0000" in text.replace(b"\\\\", b""):
        raise DocumentError("", "has a NUL character in a text")
    return text


def _pieces(documents: Iterable[Input]) -> Iterator[Piece]:
    for number, item in enumerate(documents, start=1):
        if isinstance(item, Piece):
            yield item
        elif isinstance(item, Mapping):
            for entry in entries_in_value(item, f"document {number}"):
                # As bytes it is read like any other, and the caller's own stays as it is.
                data = json_of(entry.document) if entry.document else b""
                yield Piece(entry.place, data, None if data else entry)
        elif item.strip():
            yield Piece(f"line {number}", item if isinstance(item, bytes) else item.encode(errors="surrogatepass"))


def _chunks(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    chunk: list[Piece] = []
    size = 0
    for piece in pieces:
        chunk.append(piece)
        size += len(piece.data)
        if len(chunk) >= CHUNK or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _store(
    chunk: dict[str, ReadDocument],
    summary: ImportSummary,
    *,
    source: str,
    now: datetime,
    on_progress: Callable[[ImportSummary], None] | None,
) -> None:
    """Write the chunk and empty it."""
    for outcome in store_chunk(list(chunk.values()), source=source, now=now):
        summary.add(outcome)
    chunk.clear()
    if on_progress:
        on_progress(summary)
