"""Excel files (.xlsx): rows of the first sheet as texts, within limits on what they unpack to."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from lasso.language import translate as _
from portal.batches.unreadable import UnreadableList
from reporting.order_form import MOST_ITEMS

ZIP_SIGNATURE = b"PK\x03\x04"
MARK = b"<"
# 100,000 rows of three columns unpack to some 20 MB.
MOST_UNPACKED_BYTES = 200 * 2**20
MOST_MEMBERS = 1000
# Texts stand in a member of their own, which is read as a whole before the first row: four marks a text, slowly.
SHEETS = "xl/worksheets/"
MOST_MARKS = 2_000_000
PIECE_BYTES = 1 << 20
MOST_COLUMNS = 50
# One more than may be used, beside the heading, so that whoever counts sees that there are too many.
MOST_ROWS = MOST_ITEMS + 2
# What a broken or hostile file makes the reader say; anything else is a defect of ours.
BROKEN = (
    zipfile.BadZipFile,
    InvalidFileException,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    RuntimeError,  # encrypted, or packed in a way that is not known
    zlib.error,
    OSError,
)


def is_spreadsheet(file: IO[bytes]) -> bool:
    """Whether the file begins as a zip, which an Excel file is; the file is rewound."""
    signature = file.read(len(ZIP_SIGNATURE))
    file.seek(0)
    return signature == ZIP_SIGNATURE


def rows_of_spreadsheet(file: IO[bytes]) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows of the first sheet with their numbers, each cell as the text that is meant.

    Raises:
        UnreadableList: it is no Excel file, is broken, or unpacks to more than it may.
    """
    try:
        _check_size(file)
        workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheets = workbook.worksheets
        if not sheets:
            raise UnreadableList(_("Regnearket har intet ark."))
        cells = sheets[0].iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
        for number, row in enumerate(cells, 1):
            yield number, [_text(cell) for cell in row]
    except BROKEN as error:
        raise UnreadableList(
            _("Filen kan ikke læses som Excel (.xlsx). Gem den igen fra Excel, eller som CSV.")
        ) from error


def _check_size(file: IO[bytes]) -> None:
    # A member never unpacks to more than it says: reading stops there, and the checksum then does not fit.
    with zipfile.ZipFile(file) as packed:
        members = packed.infolist()
        if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED_BYTES:
            raise _too_much()
        if _texts_pose_as_sheet(packed):
            raise zipfile.BadZipFile("the texts are where sheets belong")
        marks = sum(_count_marks(packed, member) for member in members if not member.filename.startswith(SHEETS))
        if marks > MOST_MARKS:
            raise _too_much()
    file.seek(0)


def _too_much() -> UnreadableList:
    return UnreadableList(_("Regnearket fylder for meget, når det pakkes ud. Kopiér kun listen over i et nyt."))


def _texts_pose_as_sheet(packed: zipfile.ZipFile) -> bool:
    """Whether the list of parts says that the texts are in a member that is counted as a sheet, or hides it."""
    listed = packed.read("[Content_Types].xml")
    if b"\0" in listed or b"&" in listed:  # UTF-16, or letters written as numbers
        return True
    return any(b"sharedStrings" in part and SHEETS.encode() in part for part in listed.split(b"<"))


def _count_marks(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    with packed.open(member) as unpacked:
        return sum(piece.count(MARK) for piece in iter(lambda: unpacked.read(PIECE_BYTES), b""))


def _text(cell: Any) -> str:
    """What a person reads in the cell: whole numbers without decimals."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell).strip()
