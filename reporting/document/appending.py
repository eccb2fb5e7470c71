"""Adds to a finished PDF what the fast engine does not write: language, bookmarks, and who made it when.

A PDF may be changed by appending to it (ISO 32000-1, 7.5.6): the objects that are new or different, and a table of
where they stand that points back at the table before. So little of what Cairo wrote is read, and it costs a
thirtieth of what a PDF library needs to read and write the whole file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from reporting.document.head import Head
from reporting.document.headings import Bookmark
from reporting.document.reading import Written

PRODUCER = "PlutoPrint"
# The level whose bookmarks are shown folded, as the stylesheet has it for the other engine.
FOLDED_LEVEL = 2


def append(
    written: Written, *, head: Head, bookmarks: Sequence[Bookmark], instead: Mapping[int, bytes] | None = None
) -> bytes:
    """The PDF with language, title, metadata and bookmarks; the same for the same arguments.

    `instead` has objects, by their numbers, to take the place of what was written.

    Raises:
        PDFShapeError: its catalogue was not found where this version of the engine puts it.
    """
    outlines = _outlines(bookmarks, first=written.size)
    catalogue = _catalogue(written.catalogue, head, outlines=written.size if outlines else None)
    return _grown(
        written, {**(instead or {}), written.root: catalogue, written.information: _information(head), **outlines}
    )


def _catalogue(before: bytes, head: Head, *, outlines: int | None) -> bytes:
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


def _grown(written: Written, objects: Mapping[int, bytes]) -> bytes:
    """The PDF with these objects behind it, and the table that says where they stand."""
    pieces, position = [written.pdf], len(written.pdf)
    places = {}
    for number, content in sorted(objects.items()):
        piece = b"%d 0 obj\n%s\nendobj\n" % (number, content)
        places[number] = position
        pieces.append(piece)
        position += len(piece)
    own = max(*objects, written.size - 1) + 1
    places[own] = position
    identity = hashlib.md5(b"".join(pieces), usedforsecurity=False).hexdigest().encode("ascii")
    content = b"".join(b"\1" + place.to_bytes(4, "big") + b"\0\0" for place in places.values())
    dictionary = b"<< /Type /XRef /Size %d /W [1 4 2] /Index [%s] /Prev %d /Root %d 0 R /Info %d 0 R" % (
        own + 1,
        b" ".join(b"%d 1" % number for number in places),
        written.table_start,
        written.root,
        written.information,
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
