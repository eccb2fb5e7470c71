"""Reads what is needed of a PDF that the fast engine has just written: its catalogue, its named places, its pages.

Cairo writes PDF 1.7: most objects stand in compressed streams, and a compressed table says where (ISO 32000-1, 7.5.7
and 7.5.8). A PDF library reads all that too, in several times the time of the whole printing.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping

NUMBER = rb"/%s\s+(\d+)"
PLACE = re.compile(rb"\(([^)]*)\)\s*\[\s*(\d+) 0 R")
REFERENCE = re.compile(rb"(\d+) 0 R")


class PDFShapeError(Exception):
    """The engine wrote a PDF of another shape than its version here does: a fault of ours, met after an upgrade."""


class Written:
    """A PDF as the fast engine wrote it.

    Raises:
        PDFShapeError: in every method, when something is not where this version of the engine puts it.
    """

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pdf
        try:
            self.table_start = int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])
            self._dictionary, content = self._stream(self.table_start)
            self._entries = _entries(self._dictionary, content)
        except (ValueError, IndexError) as error:
            raise PDFShapeError("The PDF ends without a cross-reference stream.") from error
        self._inflated: dict[int, tuple[bytes, bytes]] = {}
        self.size = number(self._dictionary, b"Size")
        self.root = number(self._dictionary, b"Root")
        self.information = number(self._dictionary, b"Info")

    @property
    def catalogue(self) -> bytes:
        """The catalogue's dictionary."""
        found = self.object(self.root)
        if b"/Catalog" not in found or not found.endswith(b">>"):
            raise PDFShapeError("The PDF's catalogue is not a dictionary.")
        return found

    def object(self, wanted: int) -> bytes:
        """An object's own bytes: from the file, or out of the stream of objects that holds it."""
        kind, where, place = self._entry(wanted)
        if kind == 1:
            begin = self.pdf.index(b"obj", where) + 3
            return self.pdf[begin : self.pdf.index(b"endobj", begin)].strip()
        if kind != 2:
            raise PDFShapeError(f"Object {wanted} is not in the PDF.")
        if where not in self._inflated:
            self._inflated[where] = self._stream(self._entries[where][1])
        dictionary, content = self._inflated[where]
        first = number(dictionary, b"First")
        offsets = [int(offset) for offset in content[:first].split()[1::2]] + [len(content) - first]
        return content[first + offsets[place] : first + offsets[place + 1]].strip()

    @property
    def pages(self) -> list[int]:
        """The numbers of the pages' objects, in the order of the pages."""
        return self.references(self.object(number(self.catalogue, b"Pages")), b"Kids")

    def references(self, dictionary: bytes, name: bytes) -> list[int]:
        """The numbers of the objects in a dictionary's list of this name; none when it has no such list."""
        listed = dictionary.partition(b"/" + name)[2].partition(b"]")[0]
        return [int(reference) for reference in REFERENCE.findall(listed)]

    def content(self, wanted: int) -> bytes:
        """What the stream object of this number holds, inflated."""
        kind, where, _place = self._entry(wanted)
        if kind != 1:
            raise PDFShapeError(f"Object {wanted} is not a stream in the PDF.")
        return self._stream(where)[1]

    def pages_of_places(self) -> dict[str, int]:
        """The number of the page, from 1, that each named place is on."""
        if b"/Names" not in self.catalogue:
            return {}
        names = self.object(number(self.catalogue, b"Names"))
        places = self.object(number(names, b"Dests"))
        pages = {page: place for place, page in enumerate(self.pages, start=1)}
        return {name.decode("utf-8", "replace"): pages[int(page)] for name, page in PLACE.findall(places)}

    def _entry(self, wanted: int) -> tuple[int, int, int]:
        if wanted not in self._entries:
            raise PDFShapeError(f"Object {wanted} is not in the PDF.")
        return self._entries[wanted]

    def _stream(self, start: int) -> tuple[bytes, bytes]:
        """The dictionary and the inflated content of the stream object that begins here."""
        begin = self.pdf.index(b"stream", start)
        dictionary = self.pdf[start:begin]
        begin = self.pdf.index(b"\n", begin) + 1
        if b"/FlateDecode" in dictionary:
            # Knows its end by itself; the length may stand in another object.
            return dictionary, zlib.decompressobj().decompress(memoryview(self.pdf)[begin:])
        return dictionary, self.pdf[begin : self.pdf.index(b"endstream", begin)]


def number(dictionary: bytes, name: bytes) -> int:
    """A number in a dictionary, or the number of the object that it refers to.

    Raises:
        PDFShapeError: it has none of this name.
    """
    found = re.search(NUMBER % name, dictionary)
    if not found:
        raise PDFShapeError(f"The PDF does not say its {name.decode()}.")
    return int(found.group(1))


def _entries(dictionary: bytes, content: bytes) -> Mapping[int, tuple[int, int, int]]:
    """What the table says of each object: the kind of its place, the place, and what belongs to it."""
    widths = [int(width) for width in dictionary[dictionary.index(b"/W") :].split(b"[")[1].split(b"]")[0].split()]
    kind, where, place = widths
    step = kind + where + place
    lines = (content[begin : begin + step] for begin in range(0, len(content) - step + 1, step))
    return {
        object_number: (
            int.from_bytes(line[:kind], "big"),
            int.from_bytes(line[kind : kind + where], "big"),
            int.from_bytes(line[kind + where :], "big"),
        )
        for object_number, line in enumerate(lines)
    }
