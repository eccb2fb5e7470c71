"""Files that hold filings of annual accounts: one each, a zip of several, or a folder of such files."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from companies.errors import AccountsError
from companies.sources.accounts.packing import MOST_BYTES, ZIP_MAGIC

MOST_ENTRIES = 10_000  # in one zip
MOST_ZIP_BYTES = 2 * 1024**3  # of one zip, unpacked
SUFFIXES = frozenset({".xml", ".xbrl", ".xhtml", ".html", ".htm", ".gz", ".zip"})
# What a report package has (ESEF): https://www.xbrl.org/Specification/report-package/
PACKAGE_MARKS = ("META-INF/reportPackage.json", "META-INF/taxonomyPackage.xml")


@dataclass(frozen=True, slots=True)
class FilingFile:
    """What may be a filing: where it was found, its own name, and its bytes or why there are none."""

    place: str
    name: str
    data: bytes = b""
    error: AccountsError | None = None


def filing_files(paths: Iterator[Path] | list[Path]) -> Iterator[FilingFile]:
    """Every filing in the files, one at a time in memory; folders are searched for what may be a filing, in order."""
    for path in paths:
        if path.is_dir():
            found = sorted(inner for inner in path.rglob("*") if inner.suffix.lower() in SUFFIXES and inner.is_file())
            if not found:
                yield _refused(
                    str(path), path.name, "The folder has no file that may be a filing (.xml, .xhtml, .gz, .zip)."
                )
            yield from filing_files(found)
        else:
            yield from _in_file(path)


def _in_file(path: Path) -> Iterator[FilingFile]:
    try:
        with path.open("rb") as file:
            is_zip = file.read(len(ZIP_MAGIC)) == ZIP_MAGIC
            file.seek(0)
            # One byte more than is read, so that what is too big says so.
            data = b"" if is_zip else file.read(MOST_BYTES + 1)
    except OSError as error:
        yield _refused(str(path), path.name, f"The file cannot be read: {error.strerror}.")
        return
    if is_zip:
        yield from _in_zip(path)
    else:
        yield FilingFile(str(path), path.name, data)


def _in_zip(path: Path) -> Iterator[FilingFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            problem = _problem_of(entries)
            if problem:
                yield _refused(str(path), path.name, problem)
                return
            for entry in entries:
                yield _in_entry(path, archive, entry)
    except (zipfile.BadZipFile, NotImplementedError, OSError) as error:
        yield _refused(str(path), path.name, f"The zip is broken: {str(error)[:200]}.")


def _problem_of(entries: list[zipfile.ZipInfo]) -> str:
    if any(entry.filename.endswith(PACKAGE_MARKS) for entry in entries):
        return (
            "The zip is a report package (ESEF), which names its company by LEI, not by CVR number; whose it is "
            "cannot be told from it, and only the live source of filings knows."
        )
    if len(entries) > MOST_ENTRIES:
        return f"The zip has more than {MOST_ENTRIES:,} files."
    if sum(entry.file_size for entry in entries) > MOST_ZIP_BYTES:
        return f"The zip unpacks to more than {MOST_ZIP_BYTES // 1024**3} GB."
    return "" if entries else "The zip is empty."


def _in_entry(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> FilingFile:
    place, name = f"{path}: {entry.filename}", entry.filename.rpartition("/")[2]
    if entry.flag_bits & 1:
        return _refused(place, name, "The file is encrypted in the zip.")
    try:
        with archive.open(entry) as file:
            # zipfile reads no more than the size it says, so what is stated bounds what comes.
            return FilingFile(place, name, file.read(MOST_BYTES + 1))
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, zlib.error) as error:
        return _refused(place, name, f"The file is broken in the zip: {str(error)[:200]}.")


def _refused(place: str, name: str, reason: str) -> FilingFile:
    return FilingFile(place, name, error=AccountsError(reason))
