"""Adds to a finished PDF what the fast engine does not write: language, bookmarks, and who made it when.

A PDF may be changed by appending to it (ISO 32000-1, 7.5.6): the objects that are new or different, and a table of
where they stand that points back at the table before. So little of what Cairo wrote is read, and it costs less than a
hundredth of what a PDF library needs to read and write the whole file.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from reporting.document.head import Head
from reporting.document.headings import Bookmark

PRODUCER = "PlutoPrint"
# The level whose bookmarks are shown folded, as the stylesheet has it for the other engine.
FOLDED_LEVEL = 2
NUMBER = rb"/%s\s+(\d+)"


class PDFShapeError(Exception):
    """The engine wrote a PDF of another shape than its version here does: a fault of ours, met after an upgrade."""


@dataclass(frozen=True, slots=True)
class _Table:
    """A cross-reference stream: the dictionary's bytes, its entries and where it stands."""

    dictionary: bytes
    entries: Mapping[int, tuple[int, int, int]]
    start: int

    def number(self, name: bytes) -> int:
        """A number, or the number of the object that is referred to."""
        return _number(self.dictionary, name)


def append(pdf: bytes, *, head: Head, bookmarks: Sequence[Bookmark]) -> bytes:
    """The PDF with language, title, metadata and bookmarks; the same for the same arguments.

    Raises:
        PDFShapeError: its catalogue was not found where this version of the engine puts it.
    """
    table = _read_table(pdf)
    size = table.number(b"Size")
    outlines = _outlines(bookmarks, first=size)
    root, info = table.number(b"Root"), table.number(b"Info")
    objects = {root: _catalogue(_object(pdf, table, root), head, outlines=size if outlines else None)}
    objects |= {info: _information(head)} | outlines
    return _written(pdf, table, objects)


def _read_table(pdf: bytes) -> _Table:
    try:
        start = int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])
        dictionary, content = _stream(pdf, start)
        widths = [int(width) for width in dictionary[dictionary.index(b"/W") :].split(b"[")[1].split(b"]")[0].split()]
    except (ValueError, IndexError) as error:
        raise PDFShapeError("The PDF ends without a cross-reference stream.") from error
    step = sum(widths)
    entries = {}
    for number in range(len(content) // step):
        fields, place = [], number * step
        for width in widths:
            fields.append(int.from_bytes(content[place : place + width], "big"))
            place += width
        entries[number] = (fields[0], fields[1], fields[2])
    return _Table(dictionary, entries, start)


def _stream(pdf: bytes, start: int) -> tuple[bytes, bytes]:
    """The dictionary and the inflated content of the stream object that begins here."""
    begin = pdf.index(b"stream", start)
    dictionary = pdf[start:begin]
    begin = pdf.index(b"\n", begin) + 1
    if b"/FlateDecode" in dictionary:
        # Knows its end by itself; the length may stand in another object.
        return dictionary, zlib.decompressobj().decompress(memoryview(pdf)[begin:])
    return dictionary, pdf[begin : pdf.index(b"endstream", begin)]


def _object(pdf: bytes, table: _Table, number: int) -> bytes:
    """An object's own bytes: from the file, or out of the stream of objects that holds it."""
    kind, where, place = table.entries[number]
    if kind == 1:
        begin = pdf.index(b"obj", where) + 3
        return pdf[begin : pdf.index(b"endobj", begin)].strip()
    if kind != 2:
        raise PDFShapeError(f"Object {number} is not in the PDF.")
    dictionary, content = _stream(pdf, table.entries[where][1])
    first = _number(dictionary, b"First")
    offsets = [int(offset) for offset in content[:first].split()[1::2]] + [len(content) - first]
    return content[first + offsets[place] : first + offsets[place + 1]].strip()


def _number(dictionary: bytes, name: bytes) -> int:
    found = re.search(NUMBER % name, dictionary)
    if not found:
        raise PDFShapeError(f"The PDF does not say its {name.decode()}.")
    return int(found.group(1))


def _catalogue(before: bytes, head: Head, *, outlines: int | None) -> bytes:
    if b"/Catalog" not in before or not before.endswith(b">>"):
        raise PDFShapeError("The PDF's catalogue is not a dictionary.")
    added = b"/ViewerPreferences << /DisplayDocTitle true >>"
    if head.language:
        added += b" /Lang " + _text(head.language)
    if outlines is not None:
        added += b" /Outlines %d 0 R" % outlines
    return before[:-2] + added + b" >>"


def _information(head: Head) -> bytes:
    texts = {
        b"Title": head.title,
        b"Author": head.author,
        b"Subject": head.description,
        b"Keywords": head.keywords,
        b"Creator": head.generator,
        b"Producer": PRODUCER,
    }
    parts = [b"/%s %s" % (name, _text(text)) for name, text in texts.items() if text]
    if head.created:
        moment = b"(%s)" % _moment(head.created).encode("ascii")
        parts += [b"/CreationDate " + moment, b"/ModDate " + moment]
    return b"<< " + b" ".join(parts) + b" >>"


def _outlines(bookmarks: Sequence[Bookmark], *, first: int) -> dict[int, bytes]:
    """The outline as objects numbered from `first`, which is its root; none without bookmarks."""
    if not bookmarks:
        return {}
    numbers = [first + 1 + place for place in range(len(bookmarks))]
    parents: list[int] = []
    above: list[tuple[int, int]] = [(0, first)]  # the levels and numbers of the bookmarks that may be parents here
    for bookmark, number in zip(bookmarks, numbers, strict=True):
        while above[-1][0] >= bookmark.level:
            above.pop()
        parents.append(above[-1][1])
        above.append((bookmark.level, number))
    children = {parent: [n for n, p in zip(numbers, parents, strict=True) if p == parent] for parent in parents}
    shown = sum(bookmark.level <= FOLDED_LEVEL for bookmark in bookmarks)
    objects = {first: b"<< /Type /Outlines %s/Count %d >>" % (_ends(children[first]), shown)}
    for bookmark, number, parent in zip(bookmarks, numbers, parents, strict=True):
        parts = b"/Title %s /Dest (%s) /Parent %d 0 R " % (_text(bookmark.title), bookmark.place.encode(), parent)
        siblings = children[parent]
        place = siblings.index(number)
        if place:
            parts += b"/Prev %d 0 R " % siblings[place - 1]
        if place + 1 < len(siblings):
            parts += b"/Next %d 0 R " % siblings[place + 1]
        if own := children.get(number):
            folded = bookmark.level >= FOLDED_LEVEL
            parts += b"%s/Count %d " % (_ends(own), -len(own) if folded else len(own))
        objects[number] = b"<< " + parts + b">>"
    return objects


def _ends(children: Sequence[int]) -> bytes:
    return b"/First %d 0 R /Last %d 0 R " % (children[0], children[-1])


def _written(pdf: bytes, table: _Table, objects: Mapping[int, bytes]) -> bytes:
    pieces, position = [pdf], len(pdf)
    places = {}
    for number, content in sorted(objects.items()):
        piece = b"%d 0 obj\n%s\nendobj\n" % (number, content)
        places[number] = position
        pieces.append(piece)
        position += len(piece)
    own = max(max(objects) + 1, table.number(b"Size"))
    places[own] = position
    identity = hashlib.md5(b"".join(pieces), usedforsecurity=False).hexdigest().encode("ascii")
    content = b"".join(b"\1" + place.to_bytes(4, "big") + b"\0\0" for place in places.values())
    dictionary = b"<< /Type /XRef /Size %d /W [1 4 2] /Index [%s] /Prev %d /Root %d 0 R /Info %d 0 R" % (
        own + 1,
        b" ".join(b"%d 1" % number for number in places),
        table.start,
        table.number(b"Root"),
        table.number(b"Info"),
    )
    dictionary += b" /ID [<%s> <%s>] /Length %d >>" % (identity, identity, len(content))
    pieces.append(b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (own, dictionary, content))
    pieces.append(b"startxref\n%d\n%%%%EOF\n" % position)
    return b"".join(pieces)


def _text(text: str) -> bytes:
    """A text string: UTF-16 behind its mark, in hexadecimal, so that nothing need be escaped."""
    return b"<FEFF" + text.encode("utf-16-be", "replace").hex().encode("ascii") + b">"


def _moment(moment: datetime) -> str:
    return f"D:{moment.astimezone(UTC):%Y%m%d%H%M%S}Z"
