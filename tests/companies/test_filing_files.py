"""Files that hold filings: single ones, zips, folders."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from companies.models import AnnualAccounts
from companies.sources import filing_files as files
from companies.sources.accounts import packing
from companies.sources.filing_files import filing_files
from tests.companies.filings import GENERAL, instance
from tests.companies.inline_filings import page


def zipped(path: Path, **entries: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name.replace("__", "/"), data)
    return path


def found(*paths: Path) -> list[tuple[str, bytes]]:
    return [(one.place, one.data) for one in filing_files(list(paths)) if not one.error]


def errors(*paths: Path) -> list[tuple[str, str]]:
    return [(one.place, str(one.error)) for one in filing_files(list(paths)) if one.error]


def test_it_finds_what_is_in_a_zip(tmp_path: Path):
    path = zipped(tmp_path / "a.zip", **{"2023__b.xml": b"<b/>", "a.xhtml": b"<a/>"})
    assert found(path) == [(f"{path}: 2023/b.xml", b"<b/>"), (f"{path}: a.xhtml", b"<a/>")]
    assert [one.name for one in filing_files([path])] == ["b.xml", "a.xhtml"]


def test_it_knows_a_zip_by_its_beginning_not_by_its_name(tmp_path: Path):
    path = zipped(tmp_path / "a.xml", **{"b.xml": b"<b/>"})
    assert found(path) == [(f"{path}: b.xml", b"<b/>")]


def test_it_finds_what_is_in_a_folder_in_order(tmp_path: Path):
    (tmp_path / "in").mkdir()
    for name in ("b.xml", "in/a.xhtml", "c.txt", "d.XML.GZ"):
        (tmp_path / name).write_bytes(name.encode())
    assert [Path(place).name for place, _ in found(tmp_path)] == ["b.xml", "d.XML.GZ", "a.xhtml"]


def test_it_says_that_a_folder_has_nothing(tmp_path: Path):
    assert errors(tmp_path) == [
        (str(tmp_path), "The folder has no file that may be a filing (.xml, .xhtml, .gz, .zip).")
    ]


def test_it_says_what_cannot_be_read(tmp_path: Path):
    assert errors(tmp_path / "absent.xml") == [
        (str(tmp_path / "absent.xml"), "The file cannot be read: No such file or directory.")
    ]


@pytest.mark.parametrize("mark", ["META-INF/reportPackage.json", "a/META-INF/taxonomyPackage.xml"])
def test_it_refuses_a_report_package(tmp_path: Path, mark: str):
    path = zipped(tmp_path / "a.zip", **{mark: b"{}", "a__reports__a.xhtml": page()})
    ((place, reason),) = errors(path)
    assert (place, found(path)) == (str(path), [])
    assert reason.startswith("The zip is a report package (ESEF), which names its company by LEI")


def test_it_refuses_a_zip_that_is_broken_empty_or_too_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    good = zipped(tmp_path / "good.zip", **{"a.xml": b"x" * 1000, "b.xml": b"<b/>"})
    broken = tmp_path / "broken.zip"
    broken.write_bytes(good.read_bytes()[:-30])
    assert "The zip is broken" in errors(broken)[0][1]
    empty = tmp_path / "empty.zip"
    empty.write_bytes(b"PK\x03\x04")
    assert "The zip is broken" in errors(empty)[0][1]
    assert errors(zipped(tmp_path / "folders.zip", a__=b"")) == [(str(tmp_path / "folders.zip"), "The zip is empty.")]
    monkeypatch.setattr(files, "MOST_ENTRIES", 1)
    assert errors(good) == [(str(good), "The zip has more than 1 files.")]
    monkeypatch.setattr(files, "MOST_ENTRIES", 2)
    monkeypatch.setattr(files, "MOST_ZIP_BYTES", 1003)
    assert "unpacks to more than" in errors(good)[0][1]


def test_it_refuses_one_broken_file_in_a_zip_and_finds_the_others(tmp_path: Path):
    path = zipped(tmp_path / "a.zip", **{"a.xml": b"a" * 5000, "b.xml": b"<b/>"})
    data = bytearray(path.read_bytes())
    data[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(bytes(data))
    assert [place for place, _ in errors(path)] == [f"{path}: a.xml"]
    assert found(path) == [(f"{path}: b.xml", b"<b/>")]


def test_it_refuses_an_encrypted_file(tmp_path: Path):
    path = zipped(tmp_path / "a.zip", **{"a.xml": b"<a/>"})
    data = bytearray(path.read_bytes())
    directory = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[directory + 8] |= 1
    path.write_bytes(bytes(data))
    assert errors(path) == [(f"{path}: a.xml", "The file is encrypted in the zip.")]


def test_it_holds_no_more_of_a_file_than_may_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "MOST_BYTES", 100)
    (tmp_path / "a.xml").write_bytes(b"x" * 5000)
    path = zipped(tmp_path / "b.zip", **{"b.xml": b"x" * 5000})
    assert [len(data) for _, data in found(tmp_path / "a.xml", path)] == [101, 101]


@pytest.mark.django_db
class TestCommand:
    def test_it_reads_no_more_of_a_file_of_500_megabytes_than_it_takes_to_refuse_it(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ):
        path = tmp_path / "huge.xml"
        with path.open("wb") as file:
            file.truncate(500 * 1024 * 1024)
        ((_, data),) = found(path)
        assert len(data) == packing.MOST_BYTES + 1
        with pytest.raises(CommandError):
            call_command("import_accounts", path)
        assert f"{path}: The filing is bigger than 50 MB, unpacked." in capsys.readouterr().err
        assert not AnnualAccounts.objects.exists()

    def test_it_imports_zips_and_folders_of_both_formats(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        other = instance(general=GENERAL.replace("2024", "2023")).replace(b"2024", b"2023")
        zipped(tmp_path / "a.zip", **{"a.xml": gzip.compress(instance()), "b.xml": other})
        (tmp_path / "c.xhtml").write_bytes(page().replace(b"2024", b"2022"))
        call_command("import_accounts", tmp_path)
        assert "3 new, 0 replaced, 0 unchanged, 0 older than the register's, 0 refused." in capsys.readouterr().out
        assert AnnualAccounts.objects.count() == 3

    def test_it_refuses_each_with_its_place_and_keeps_the_good_ones(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(packing, "MOST_BYTES", 1024 * 1024)
        path = zipped(tmp_path / "a.zip", **{"good.xml": instance(), "a.pdf": b"%PDF-1.7", "bad.xml": b"<x"})
        bomb = tmp_path / "bomb.gz"
        bomb.write_bytes(gzip.compress(b"\0" * 5_000_000))
        with pytest.raises(CommandError):
            call_command("import_accounts", path, bomb)
        told = capsys.readouterr()
        assert f"{path}: a.pdf: The filing is a PDF" in told.err
        assert f"{path}: bad.xml: The filing is not XML" in told.err
        assert f"{bomb}: The filing is bigger than 1 MB, unpacked." in told.err
        assert "1 new" in told.out
        assert "3 refused" in told.out
        assert AnnualAccounts.objects.count() == 1
