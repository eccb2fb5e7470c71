"""Filings that are refused: each with its reason, none with harm done."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from companies.errors import AccountsError
from companies.sources.accounts import markup, packing, read_accounts
from tests.companies.filings import DAY, RESULT, context, fact, instance, said
from tests.companies.inline_filings import page

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BILLION_LAUGHS = f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><x>&l9;</x>'.encode()
QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]><x>{"&a;" * 50_000}</x>'.encode()
IN_AN_ATTRIBUTE = f'<!DOCTYPE x [<!ENTITY a "{"a" * 5000}">]><x y="{"&a;" * 5000}"/>'.encode()
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
PARAMETER = b'<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:1/x.dtd">%a;]><x/>'
HIDDEN = b'<?xml version="1.0"?><!-- > --><!DOCTYPE x SYSTEM "a>b[c" [<!ENTITY a "b">]><x>&a;</x>'
INLINE_BOMB = page(head='<!DOCTYPE html [<!ENTITY nbsp "&#160;">]>')
OPENLY = b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><x/>'


def zipped(name: str = "a.xml") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, instance())
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"mange tak", "not XML"),
        (b"%PDF-1.7\n", "is a PDF, which holds no figures that can be read; give the company's XBRL instance"),
        (b"II*\0\x08", "is a scanned image"),
        (b"MM\0*\x08", "is a scanned image"),
        (zipped(), "is a zip, perhaps a report package"),
        (b'{"facts": {}}', "is JSON"),
        (gzip.compress(gzip.compress(instance())), "gzip within gzip"),
        (gzip.compress(instance())[:-20], "broken gzip"),
        (gzip.compress(b"%PDF-1.7", mtime=0), "is a PDF"),
        (b'<?xml version="1.0" encoding="UTF-8"?><x>\xe6</x>', "not XML"),
        (b"<x>\0</x>", "in an encoding that is not read"),
        (b"<xyzt>\0</xyzt>", "not XML"),
        (b'<?xml version="1.0" encoding="utf-7"?><x>+ADw-y/+AD4-</x>', "in the encoding 'utf-7', which is not read"),
        (b'<?xml version="1.0" encoding="cp037"?><x/>', "in the encoding 'cp037'"),
        (b"\xff\xfe<\0x\0/\0>", "begins as UTF-16 but is broken"),
        ("<x/>".encode("utf-16-le"), "in an encoding that is not read"),
        (b"<x/>", "no XBRL: its root is 'x', neither xbrli:xbrl nor XHTML's html"),
        (b"<x><y></x>", "not XML"),
        (b"<a>" * 5000, "nested too deeply"),
        (b"<a>" * 300 + b"</a>" * 300, "nested too deeply"),
        (b"<x>" + b"y" * 11_000_000 + b"</x>", "not XML: Resource limit exceeded"),
    ],
)
def test_it_refuses_what_is_no_filing(data: bytes, reason: str):
    with pytest.raises(AccountsError, match=reason):
        read_accounts(data)


@pytest.mark.parametrize(
    "data", [BILLION_LAUGHS, QUADRATIC, IN_AN_ATTRIBUTE, OUTSIDE, PARAMETER, HIDDEN, INLINE_BOMB], ids=range(7)
)
def test_it_refuses_declarations_before_anything_is_expanded(data: bytes, monkeypatch: pytest.MonkeyPatch):
    parsed: list[bytes] = []
    monkeypatch.setattr(markup, "_parse", parsed.append)
    with pytest.raises(AccountsError, match="declares entities or other things of its own"):
        read_accounts(data)
    assert parsed == []


def test_it_refuses_a_document_type_of_an_instance():
    with pytest.raises(AccountsError, match="document type declaration"):
        read_accounts(OPENLY)


def test_it_finds_no_declaration_in_a_comment_or_text():
    data = instance(RESULT + said("NameOfAuditFirm", "&lt;!DOCTYPE [", prefix="c"))
    assert read_accounts(b"<!-- <!DOCTYPE x [ ]> -->" + data).audit_firm == "<!DOCTYPE ["


@pytest.mark.parametrize(
    "data",
    [
        instance().decode().encode("utf-16"),
        ('<?xml version="1.0" encoding="UTF-16"?>' + instance().decode()).encode("utf-16"),
        b"\xef\xbb\xbf" + instance(),
        b'<?xml version="1.0" encoding="ISO-8859-1"?>' + instance(RESULT + said("NameOfAuditFirm", "X", prefix="c")),
    ],
    ids=["utf-16", "utf-16 declared", "utf-8 with a mark", "latin-1"],
)
def test_it_reads_other_encodings(data: bytes):
    assert read_accounts(data).value("result") == 100


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (instance(""), "neither result, equity nor assets for the year 2024-01-01 to 2024-12-31"),
        (instance(fact("ProfitLoss", "mange")), "Line 1: ProfitLoss is 'mange', which is no amount"),
        (instance(RESULT + "\n\n" + fact("Revenue", "1 000")), "Line 3: Revenue is '1 000', which is no amount"),
        (instance(fact("ProfitLoss", "1_000")), "which is no amount"),
        (instance(fact("ProfitLoss", "NaN")), "which is no amount"),
        (instance(fact("ProfitLoss", "Infinity")), "which is no amount"),
        (instance(fact("ProfitLoss", "1e400")), "which is no amount"),
        (instance(fact("ProfitLoss", "1e18")), "which is no amount"),
        (instance(fact("ProfitLoss", "9" * 5000)), "which is no amount"),
        (instance(fact("ProfitLoss", "١٢")), "which is no amount"),
        (instance(fact("Revenue", 1), general=""), "which financial year"),
        (
            instance(general=said("ReportingPeriodEndDate", "i går")),
            "ReportingPeriodEndDate is 'i går', which is no day",
        ),
        (
            instance(RESULT + said("DateOfGeneralMeeting", "2025-02-30")),
            "DateOfGeneralMeeting is '2025-02-30', which is no day",
        ),
        (instance(more=context("x", ("2024-99-01",))), "'2024-99-01' as instant, which is no day"),
        (
            instance(fact("ProfitLoss", 1, "x"), general="", more=context("x", ("0001-01-01", "9999-12-31"))),
            "which is no financial year",
        ),
        (
            instance(general=said("ReportingPeriodEndDate", "2024-12-31", "nowhere")).replace(b"dcca.dk/cvr", b"x"),
            "whose it is",
        ),
    ],
)
def test_it_says_what_is_wrong_with_a_filing(data: bytes, reason: str):
    with pytest.raises(AccountsError, match=reason):
        read_accounts(data)


def test_it_refuses_what_is_too_big_packed_or_not(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(packing, "MOST_BYTES", 1024 * 1024)
    big = b"<" * (1024 * 1024 + 1)
    for data in (big, gzip.compress(big)):
        with pytest.raises(AccountsError, match="bigger than 1 MB"):
            read_accounts(data)


def test_it_unpacks_no_more_of_a_bomb_than_it_may():
    bomb = gzip.compress(b"\0" * (packing.MOST_BYTES + 20 * 1024 * 1024))
    assert len(bomb) < 100_000
    with pytest.raises(AccountsError, match="bigger than 50 MB, unpacked"):
        read_accounts(bomb)


def test_it_refuses_too_many_tags(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(markup, "MOST_TAGS", 1000)
    with pytest.raises(AccountsError, match="more than 1,000 tags"):
        read_accounts(instance(RESULT + fact("Equity", 1, DAY) * 1000))
