"""Files of documents are read piece by piece, and what is broken in them is named by its place."""

from __future__ import annotations

import io
import json
import tracemalloc

import pytest

from companies.sources import files
from companies.sources.files import pieces_in_file
from tests.companies.builders import company, hit

FIRST, SECOND = company("99900011"), company("99900022")


def entries(file):
    return (entry for piece in pieces_in_file(file) for entry in piece.entries())


def read(data: bytes):
    return list(entries(io.BytesIO(data)))


def seen(entries):
    return [(one.place, one.document["cvrNummer"] if one.document else str(one.error)) for one in entries]


def lines(*values) -> bytes:
    return "\n".join(json.dumps(one) for one in values).encode()


def reply(*hits, indent=None) -> bytes:
    value = {
        "took": 3,
        "_shards": {"total": 6, "skipped": 0},
        "hits": {"total": len(hits), "max_score": 1.0, "hits": hits},
    }
    return json.dumps(value, indent=indent).encode()


def test_it_reads_json_lines_of_all_three_shapes():
    data = lines(FIRST, {"Vrvirksomhed": SECOND}, hit(FIRST))
    assert seen(read(data)) == [("line 1", 99900011), ("line 2", 99900022), ("line 3", 99900011)]


@pytest.mark.parametrize("end", [b"", b"\n", b"\n\n", b"\r\n"])
def test_it_does_not_mind_how_the_file_ends(end):
    assert seen(read(b"\xef\xbb\xbf" + lines(FIRST) + end)) == [("line 1", 99900011)]


@pytest.mark.parametrize("indent", [None, 2])
def test_it_reads_a_search_reply_however_it_is_laid_out(indent):
    assert seen(read(reply(hit(FIRST), hit(SECOND), indent=indent))) == [("hit 1", 99900011), ("hit 2", 99900022)]


def test_it_reads_several_replies_in_one_file():
    data = reply(hit(FIRST)) + b"\n" + reply() + b"\n" + reply(hit(SECOND))
    assert seen(read(data)) == [("hit 1", 99900011), ("hit 2", 99900022)]


def test_it_reads_hits_that_span_pieces(monkeypatch):
    monkeypatch.setattr(files, "PIECE", 7)
    monkeypatch.setattr(files, "BEGINNING", 140)
    assert seen(read(reply(hit(FIRST), hit(SECOND), indent=1))) == [("hit 1", 99900011), ("hit 2", 99900022)]
    assert seen(read(lines(FIRST, SECOND))) == [("line 1", 99900011), ("line 2", 99900022)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON"),
        (b"[1]", "no company document here"),
        (b'"x"', "no company document here"),
        (b'{"Vrvirksomhed": 3}', "no company document here"),
        (b'{"_source": null}', "no company document here"),
        (b'{"cvrNummer": NaN}', "not JSON: unexpected character"),
        (b'{"cvrNummer": -Infinity}', "not JSON"),
        (b'{"cvrNummer": 1e400}', "not JSON: number is infinity"),
        (b'{"navne": "\\ud800"}', "not JSON: no low surrogate in string"),
        (b"[" * 1000 + b"]" * 1000, "no company document here"),
        (b'{"cvrNummer": "\xe6"}', "not UTF-8: byte 15 is 0xe6"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"cvrNummer": ' + b"9" * 5000 + b"}", "not JSON"),
    ],
)
def test_it_names_the_broken_line_and_goes_on(line, reason):
    entries = read(lines(FIRST) + b"\n" + line + b"\n" + lines(SECOND))
    assert [one.place for one in entries] == ["line 1", "line 2", "line 3"]
    assert reason in entries[1].error.reason
    assert entries[2].document["cvrNummer"] == 99900022


def test_it_passes_over_a_line_that_is_too_long(monkeypatch):
    monkeypatch.setattr(files, "BIGGEST_DOCUMENT", 1000)
    monkeypatch.setattr(files, "PIECE", 100)
    monkeypatch.setattr(files, "BEGINNING", 50)
    entries = read(lines(FIRST) + b"\n" + b"x" * 5000 + b"\n" + lines(SECOND))
    assert [one.place for one in entries] == ["line 1", "line 2", "line 3"]
    assert "longer than" in entries[1].error.reason
    assert entries[2].document["cvrNummer"] == 99900022


@pytest.mark.parametrize(
    ("tail", "reason"),
    [
        (b"", "the file ends inside the list"),
        (b",", "the file ends inside the list"),
        (b',{"_source": "', "the file ends inside the document"),
        (b"," + b"[" * 100_000, "the file ends inside the document"),
        (b"," + b"[" * 100_000 + b"]" * 100_000 + b"]}}", "nested too deeply"),
        (b",}]}}", "a bracket closes what is not open"),
        (b",{]]}}", "not JSON"),
    ],
)
def test_it_keeps_the_hits_before_a_broken_one(tail, reason):
    whole = reply(hit(FIRST))
    first, second = read(whole[: whole.rindex(b"]")] + tail)
    assert first.document["cvrNummer"] == 99900011
    assert reason in second.error.reason


@pytest.mark.parametrize(
    "broken",
    [b'{"_source": {"Vrvirksomhed": {"cvrNummer": \xe6}}}', b'{"a" 1}', b"nonsense", b'{"_source": {"a": "\xff\\""}}'],
)
def test_it_keeps_the_hits_behind_a_broken_one(broken):
    whole = reply(hit(FIRST), "BROKEN", hit(SECOND))
    entries = read(whole.replace(b'"BROKEN"', broken))
    assert [one.document is None for one in entries] == [False, True, False]
    assert entries[2].document["cvrNummer"] == 99900022


def test_it_names_a_bad_hit_and_goes_on():
    entries = read(reply(hit(FIRST), {"_source": {"Andet": {}}}, hit(SECOND)))
    assert [one.place for one in entries] == ["hit 1", "hit 2", "hit 3"]
    assert "no company document here" in entries[1].error.reason


class Endless(io.RawIOBase):
    """A file of 60 MB of one search reply, made as it is read."""

    def __init__(self):
        self.hit = json.dumps(hit(company(fyld="x" * 20_000))).encode()
        self.rest = b'{"hits": {"hits": [' + self.hit
        self.left = 60 * 1024 * 1024

    def readable(self):
        return True

    def readinto(self, buffer):
        size = len(buffer)
        while len(self.rest) < size and self.left > 0:
            self.rest += b"," + self.hit
            self.left -= len(self.hit)
            if self.left <= 0:
                self.rest += b"]}}"
        piece, self.rest = self.rest[:size], self.rest[size:]
        buffer[: len(piece)] = piece
        return len(piece)


def test_it_holds_little_of_a_big_reply():
    tracemalloc.start()
    try:
        count = len([True for one in entries(io.BufferedReader(Endless())) if one.document])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count > 2_800
    assert peak < 20 * 1024 * 1024
