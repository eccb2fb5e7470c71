"""Lists of companies as people have them: pasted in any form, and as files of many makes."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from portal.batches import company_lists, spreadsheets, uploads
from portal.batches.company_lists import ListedCompany, ListTooLong, read_pasted, restored, stored
from portal.batches.unreadable import UnreadableList
from portal.batches.uploads import Upload, read_upload
from portal.models import OrderDraft
from reporting.models import Batch, BatchItem
from tests.portal.test_new_batch import errors_of, filled, order, register, text_of

__all__ = ["register"]

UNCLOSED = "Har en klamme, der ikke lukkes. Variabler skrives {name}, {cvr}, {type}, {balanceday} og {rundate}."


def numbers(text: str) -> list[str]:
    return [one.cvr for one in read_pasted(text)]


def read(data: bytes) -> Upload:
    return read_upload(io.BytesIO(data), size=len(data))


def listed(data: bytes) -> list[tuple[int, str, str, int | None]]:
    return [(one.place, one.cvr, one.format, one.customer_id) for one in read(data).companies]


def refusal(data: bytes) -> tuple[str, ...]:
    with pytest.raises(UnreadableList) as refused:
        read(data)
    return refused.value.sentences


def spreadsheet(*rows: list[Any]) -> bytes:
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("99000007 99000015", ["99000007", "99000015"]),
        ("99000007,99000015;99000023\n99000031\t99000104|99000112/99000120", None),
        ("99 00 00 07, 99.00.00.15", ["99000007", "99000015"]),
        ("99 00 00 07 99 00 00 15", ["99000007", "99000015"]),
        ("DK99000007 DK 99000015 dk-99000023 CVR-1-99000031 cvr:99000104", None),
        ("CVR-nr. 99 00 00 07", ["99000007"]),
        ("Nordlys Testværft ApS 99000007", ["99000007"]),
        ("«99000007» (99000015)", ["99000007", "99000015"]),
        ("9900000 99000015", ["9900000", "99000015"]),
        ("990000070 99000015", ["990000070", "99000015"]),
        ("99OO0007", ["99OO0007"]),
        ("99000007\n99000007", ["99000007", "99000007"]),
        ("99\u00a000\u00a000\u00a007", ["99000007"]),
        ("٩٩٠٠٠٠٠٧", ["٩٩٠٠٠٠٠٧"]),
        ("ingen tal her", []),
        ("", []),
    ],
)
def test_it_reads_pasted_numbers(text: str, expected: list[str] | None):
    all_of_them = ["99000007", "99000015", "99000023", "99000031", "99000104", "99000112", "99000120"]
    if expected is None:
        assert numbers(text) == all_of_them[: len(numbers(text))]
        assert len(numbers(text)) >= 5
    else:
        assert numbers(text) == expected


WAYS = st.sampled_from(
    [
        "{}",
        "DK{}",
        "DK-{}",
        "CVR {}",
        "{0[0]}{0[1]} {0[2]}{0[3]} {0[4]}{0[5]} {0[6]}{0[7]}",
        "{0[0]}{0[1]}.{0[2]}{0[3]}{0[4]}.{0[5]}{0[6]}{0[7]}",
    ]
)
SEPARATORS = st.sampled_from([" ", "\n", ", ", ";", "\t", "\r\n", " | "])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(10_000_000, 99_999_999).map(str), WAYS, SEPARATORS), max_size=12),
)
def test_whatever_stands_between_and_around_them_the_numbers_are_read(entries: list[tuple[str, str, str]]):
    text = "".join(way.format(number) + separator for number, way, separator in entries)
    assert numbers(text) == [number for number, _way, _separator in entries]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_no_text_breaks_it_and_no_digit_is_lost(text: str):
    found = read_pasted(text)
    assert [one.place for one in found] == list(range(1, len(found) + 1))
    assert restored(stored(found)) == found
    assert bool(found) == any(character.isdigit() for character in text) or "cvr" in text.lower()


def test_it_takes_no_more_than_an_order_may_have(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(company_lists, "MOST_ITEMS", 2)
    assert numbers("99000007 99000015") == ["99000007", "99000015"]
    with pytest.raises(ListTooLong):
        read_pasted("99000007 99000015 99000023")


@pytest.mark.parametrize(
    "data",
    [
        b"cvr;format;internalCustomerId\n99000007;{cvr}-x;12\n99000015;;\n",
        b"CVR,FORMAT,INTERNALCUSTOMERID\r\n99000007,{cvr}-x,12\r\n99000015,,\r\n",
        b"internalCustomerId\tformat\tcvr\n12\t{cvr}-x\t99000007\n\t\t99000015\n",
        b'\xef\xbb\xbf"cvr";"format";"internalCustomerId"\n"DK99000007";"{cvr}-x";"12"\n"99 00 00 15";"";""\n',
        "cvr\tformat\tinternalCustomerId\n99000007\t{cvr}-x\t12\n99000015\t\t\n".encode("utf-16"),
        spreadsheet(["Cvr", "Format", "internalCustomerId"], [99000007, "{cvr}-x", 12], [99000015, None, None]),
        spreadsheet(["internalcustomerid", "cvr", "FORMAT"], ["12", "99000007", "{cvr}-x"], [None, 99000015.0, ""]),
    ],
    ids=["semicolons", "commas", "tabs", "BOM and quotes", "UTF-16", "Excel", "Excel with texts"],
)
def test_it_reads_files_of_many_makes(data: bytes):
    assert listed(data) == [(2, "99000007", "{cvr}-x", 12), (3, "99000015", "", None)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16"])
def test_it_reads_danish_letters_in_any_encoding(encoding: str):
    data = "cvr;format;by\n99000007;Æbleø-{cvr};Ærø\n".encode(encoding)
    assert listed(data) == [(2, "99000007", "Æbleø-{cvr}", None)]
    assert read(data).unused_columns == ["by"]


def test_it_reads_a_bare_list_of_numbers():
    assert listed(b"99000007\n\n99000015\n") == [(1, "99000007", "", None), (3, "99000015", "", None)]
    assert listed(spreadsheet([99000007], [99000015])) == [(1, "99000007", "", None), (2, "99000015", "", None)]


def test_rows_are_numbered_as_in_the_file():
    data = b'cvr;format\n\n99000007;"to\nlinjer"\n99000015;\n'
    assert [(one.place, one.cvr) for one in read(data).companies] == [(4, "99000007"), (5, "99000015")]


def test_what_is_no_number_is_kept_to_be_shown():
    assert [one.cvr for one in read(b"cvr\n99OO0007\n123\n").companies] == ["99OO0007", "123"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ("Filen er tom.",)),
        (b"\n\n", ("Filen er tom.",)),
        (b"cvr;format\n", ("Filen har ingen virksomheder under overskrifterne.",)),
        (b"navn;by\nNordlys;Siv\n", ("Der er ingen kolonne, der hedder cvr. Filens kolonner er: navn, by.",)),
        (b"cvr;CVR-nr.\n99000007;1\n", ("Der er to kolonner med cvr. Slet den ene.",)),
        (
            b"cvr;internalCustomerId;format\n99000007;abc;\n;1;\n99000015;1;{kunde\n",
            (
                'Række 2: internalCustomerId: Skal være et helt tal, men er "abc".',
                "Række 3: Der mangler et CVR-nummer.",
                f"Række 4: format: {UNCLOSED}",
            ),
        ),
        (b"\x00\x01\x02", ("Filen er hverken CSV eller Excel (.xlsx). Gem den som en af dem.",)),
        (b"cvr\n\x81\n", ("Filens tegn kan ikke læses. Gem den som CSV i UTF-8, eller som Excel (.xlsx).",)),
        (
            b"PK\x03\x04nonsense",
            ("Filen kan ikke læses som Excel (.xlsx). Gem den igen fra Excel, eller som CSV.",),
        ),
    ],
)
def test_it_says_what_is_wrong_with_a_file(data: bytes, expected: tuple[str, ...]):
    assert refusal(data) == expected


def test_it_names_the_first_wrong_rows_and_counts_the_others():
    sentences = refusal(b"cvr;internalCustomerId\n" + b"99000007;x\n" * 14)
    assert len(sentences) == 11
    assert sentences[9].startswith("Række 11: ")
    assert sentences[10] == "Og 4 rækker til."


def test_it_takes_no_larger_file_and_no_more_rows(settings: Any, monkeypatch: pytest.MonkeyPatch):
    settings.PORTAL_UPLOAD_MEGABYTES = 1
    with pytest.raises(UnreadableList, match="større end 1 MB"):
        read_upload(io.BytesIO(b"cvr\n"), size=2**20 + 1)
    monkeypatch.setattr(uploads, "MOST_ITEMS", 2)
    assert len(read(b"cvr\n99000007\n99000015\n").companies) == 2
    assert refusal(b"cvr\n" + b"99000007\n" * 3) == ("Filen har mere end 2 virksomheder. Del den i flere.",)
    assert refusal(spreadsheet(["cvr"], *[[99000007]] * 3)) == ("Filen har mere end 2 virksomheder. Del den i flere.",)


def test_a_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (8 * 2**20))
    monkeypatch.setattr(spreadsheets, "MOST_UNPACKED_BYTES", 4 * 2**20)
    monkeypatch.setattr(spreadsheets, "load_workbook", None)
    sentence = "Regnearket fylder for meget, når det pakkes ud. Kopiér kun listen over i et nyt."
    assert refusal(file.getvalue()) == (sentence,)


def spreadsheet_with(path: str, data: bytes) -> bytes:
    """A good one, with another content in the member of this name, or with one more."""
    good, file = spreadsheet(["cvr"], [99000007]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        contents = {member.filename: source.read(member) for member in source.infolist()} | {path: data}
        for name, content in contents.items():
            packed.writestr(name, content)
    return file.getvalue()


def test_a_small_file_with_very_many_texts_is_not_read():
    texts = b"<sst xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>" + b"<si><t/></si>" * 700_000
    file = spreadsheet_with("xl/sharedStrings.xml", texts + b"</sst>")
    assert len(file) < 50_000
    assert refusal(file) == ("Regnearket fylder for meget, når det pakkes ud. Kopiér kun listen over i et nyt.",)


@pytest.mark.parametrize("path", [b"/xl/worksheets/t.xml", b"/xl/work&#115;heets/t.xml"])
def test_texts_that_pose_as_a_sheet_are_not_read(path: bytes):
    parts = b"<Types><Override PartName='%s' ContentType='x/vnd.sharedStrings+xml'/></Types>" % path
    assert refusal(spreadsheet_with("[Content_Types].xml", parts)) == (
        "Filen kan ikke læses som Excel (.xlsx). Gem den igen fra Excel, eller som CSV.",
    )


def test_a_spreadsheet_with_a_password_is_refused():
    file = bytearray(spreadsheet(["cvr"], [99000007]))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = -1
        while (start := file.find(mark, start + 1)) >= 0:
            file[start + place] |= 1
    assert refusal(bytes(file)) == ("Filen kan ikke læses som Excel (.xlsx). Gem den igen fra Excel, eller som CSV.",)


def test_entities_in_a_spreadsheet_are_not_unfolded():
    bomb = b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>" + b"".join(
        b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12)
    )
    sheet = (
        bomb + b"]><worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData><row r='1'>"
    )
    sheet += b"<c r='A1' t='inlineStr'><is><t>&m;</t></is></c></row></sheetData></worksheet>"
    good, file = spreadsheet(["cvr"], [99000007]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(file, "w") as packed:
        for member in source.infolist():
            data = sheet if member.filename == "xl/worksheets/sheet1.xml" else source.read(member)
            packed.writestr(member, data)
    assert refusal(file.getvalue()) == (
        "Filen kan ikke læses som Excel (.xlsx). Gem den igen fra Excel, eller som CSV.",
    )


@settings(max_examples=50, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.binary(max_size=60).map(lambda data: b"cvr;format\n" + data)))
def test_no_bytes_break_it(data: bytes):
    try:
        companies = read(data).companies
    except UnreadableList:
        return
    assert companies


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(10_000_000, 99_999_999).map(str),
            st.text(
                st.characters(codec="windows-1252", exclude_categories=["C"], exclude_characters="{}"), max_size=20
            ),
            st.integers(-(2**63) + 1, 2**63 - 1) | st.none(),
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([";", ",", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "windows-1252", "utf-16"]),
)
def test_what_is_written_as_csv_is_read_as_it_was(
    rows: list[tuple[str, str, int | None]], delimiter: str, encoding: str
):
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"'

    lines = [["cvr", "format", "internalCustomerId"]]
    lines += [[cvr, quoted(name), "" if customer is None else str(customer)] for cvr, name, customer in rows]
    data = "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)
    expected = [
        ListedCompany(place, cvr, name.strip(), customer) for place, (cvr, name, customer) in enumerate(rows, 2)
    ]
    assert read(data).companies == expected


@pytest.mark.django_db
@pytest.mark.usefixtures("register")
def test_a_file_is_ordered_with_its_names_and_customer_ids(portal: Client):
    file = SimpleUploadedFile(
        "kunder.csv", "cvr;by;internalCustomerId;format\n99000007;Ærø;12;{cvr}-é\n99000031;;;".encode()
    )
    answer = portal.post("/portal/batches/new", filled(companies="", file=file))
    path = answer["location"]
    page = text_of(portal, path)
    assert "kunder.csv" in page
    assert "række 3" in page
    assert "12-99000007-é.pdf" in page
    assert "Kolonner, der ikke bruges" in page
    order(portal, path, "good")
    item = BatchItem.objects.get()
    assert (item.cvr, item.format, item.internal_customer_id) == ("99000007", "{cvr}-é", 12)


@pytest.mark.django_db
@pytest.mark.usefixtures("register")
def test_a_file_that_was_read_need_not_be_sent_again(portal: Client):
    file = SimpleUploadedFile("<b>kunder.csv", b"cvr\n99000007\n")
    answer = portal.post("/portal/batches/new", filled(companies="", file=file, format="{kunde}"))
    assert answer.status_code == 200
    assert "<b>kunder" not in answer.content.decode()
    draft = OrderDraft.objects.get()
    assert f'name="draft" value="{draft.pk}"' in answer.content.decode()
    path = portal.post("/portal/batches/new", filled(companies="", draft=str(draft.pk)))["location"]
    assert "<b>kunder" not in portal.get(path).content.decode()
    assert order(portal, path).size == 1


@pytest.mark.django_db
def test_a_wrong_file_is_told_of_at_its_field(portal: Client):
    def errors(**fields: Any) -> dict[str, list[str]]:
        return errors_of(portal.post("/portal/batches/new", filled(**fields)).content.decode())

    empty = SimpleUploadedFile("tom.csv", b"")
    assert errors(companies="", file=empty) == {"file": ["Filen er tom."]}
    good = SimpleUploadedFile("kunder.csv", b"cvr\n99000007\n")
    assert list(errors(file=good)) == ["file"]
    nothing = SimpleUploadedFile("kunder.csv", b"cvr\nukendt\n")
    assert errors(companies="", file=nothing) == {"file": ["Her er ingen CVR-numre. De har otte cifre."]}
    assert not OrderDraft.objects.exists()
    assert not Batch.objects.exists()
