"""Lists of companies as files: CSV as Excel and others write it, and Excel's own format."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, TypeVar

from django.conf import settings
from pydantic_core import PydanticCustomError

from lasso.language import translate as _
from lasso.language import translate_count as _n
from portal.batches.company_lists import LONGEST_ENTRY, ListedCompany, plain_number
from portal.batches.refusals import in_words
from portal.batches.spreadsheets import is_spreadsheet, rows_of_spreadsheet
from portal.batches.unreadable import UnreadableList
from portal.templatetags.numbers import number
from reporting.order_form import LONGEST_FORMAT, MOST_ITEMS, read_customer_id, read_format

Value = TypeVar("Value")
Row = tuple[int, Sequence[str]]  # its number in the file, and its cells
DELIMITERS = ";\t,"
MOST_COLUMNS = 200
MOST_PROBLEMS = 10
BYTE_ORDER_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))

# What a column may be called, without what is no letter or digit.
CVR, FORMAT, CUSTOMER_ID = "cvr", "format", "internalCustomerId"
COLUMNS = {
    "cvr": CVR,
    "cvrnummer": CVR,
    "cvrnr": CVR,
    "cvrnumber": CVR,
    "format": FORMAT,
    "filnavn": FORMAT,
    "internalcustomerid": CUSTOMER_ID,
    "customerid": CUSTOMER_ID,
    "kundenummer": CUSTOMER_ID,
    "kundenr": CUSTOMER_ID,
}


@dataclass(frozen=True, slots=True)
class Upload:
    """What a file holds: its companies, and the names of the columns that mean nothing here."""

    companies: list[ListedCompany]
    unused_columns: list[str]


def read_upload(file: IO[bytes], *, size: int) -> Upload:
    """The companies in a CSV or Excel file of `size` bytes.

    Raises:
        UnreadableList: with sentences for the member, in their language.
    """
    most = settings.PORTAL_UPLOAD_MEGABYTES
    if size > most * 2**20:
        raise UnreadableList(_("Filen er større end {most} MB. Del den i flere.").format(most=most))
    rows = rows_of_spreadsheet(file) if is_spreadsheet(file) else _rows_of_text(file.read())
    return _companies(row for row in rows if any(row[1]))


def _rows_of_text(data: bytes) -> Iterator[Row]:
    text = _decoded(data)
    if "\0" in text:
        raise UnreadableList(_("Filen er hverken CSV eller Excel (.xlsx). Gem den som en af dem."))
    head = text.lstrip().partition("\n")[0]
    delimiter = max(DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells[:MOST_COLUMNS]]
    except csv.Error:
        raise UnreadableList(
            _("Række {row} kan ikke læses som CSV. Se efter et anførselstegn, der ikke lukkes.").format(
                row=reader.line_num
            )
        ) from None


def _decoded(data: bytes) -> str:
    """UTF-8 or UTF-16 when the file says so or reads so, else Windows-1252, as Danish Excel writes CSV."""
    encoding = next((name for mark, name in BYTE_ORDER_MARKS if data.startswith(mark)), "")
    for candidate in [encoding] if encoding else ["utf-8", "windows-1252"]:
        try:
            return data.decode(candidate)
        except UnicodeDecodeError:
            continue
    raise UnreadableList(_("Filens tegn kan ikke læses. Gem den som CSV i UTF-8, eller som Excel (.xlsx)."))


def _companies(rows: Iterator[Row]) -> Upload:
    first = next(rows, None)
    if first is None:
        raise UnreadableList(_("Filen er tom."))
    columns = _columns(first[1])
    unused = [name for index, name in enumerate(first[1]) if name and index not in columns.values()]
    if CVR not in columns:
        # A bare list of numbers needs no heading.
        if not _is_bare_list(first[1]):
            raise UnreadableList(
                _("Der er ingen kolonne, der hedder cvr. Filens kolonner er: {names}.").format(
                    names=", ".join(name[:LONGEST_ENTRY] for name in first[1][:MOST_PROBLEMS])
                )
            )
        columns, unused, rows = {CVR: 0}, [], _behind(first, rows)
    return Upload(_read_rows(rows, columns), unused[:MOST_PROBLEMS])


def _columns(head: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, name in enumerate(head):
        plain = "".join(character for character in name.casefold() if character.isalnum())
        column = COLUMNS.get(plain)
        if column in found:
            raise UnreadableList(_("Der er to kolonner med {name}. Slet den ene.").format(name=column))
        if column:
            found[column] = index
    return found


def _is_bare_list(head: Sequence[str]) -> bool:
    number = plain_number(head[0])
    return number.isascii() and number.isdecimal()


def _behind(first: Row, rows: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rows


def _read_rows(rows: Iterable[Row], columns: dict[str, int]) -> list[ListedCompany]:
    companies: list[ListedCompany] = []
    problems: list[str] = []
    problem_count = 0
    for place, cells in rows:
        if len(companies) + problem_count == MOST_ITEMS:
            raise UnreadableList(
                _("Filen har mere end {most} virksomheder. Del den i flere.").format(most=number(MOST_ITEMS))
            )
        try:
            companies.append(_company(place, cells, columns))
        except _CellError as error:
            problem_count += 1
            if len(problems) < MOST_PROBLEMS:
                problems.append(_("Række {row}: {problem}").format(row=place, problem=error))
    if problem_count > len(problems):
        others = problem_count - len(problems)
        problems.append(_n("Og {n} række til.", "Og {n} rækker til.", others).format(n=others))
    if problems:
        raise UnreadableList(*problems)
    if not companies:
        raise UnreadableList(_("Filen har ingen virksomheder under overskrifterne."))
    return companies


class _CellError(ValueError):
    """A cell that cannot be what its column is for."""


def _company(place: int, cells: Sequence[str], columns: dict[str, int]) -> ListedCompany:
    def cell(column: str) -> str:
        index = columns.get(column)
        return cells[index] if index is not None and index < len(cells) else ""

    if not cell(CVR):
        raise _CellError(_("Der mangler et CVR-nummer."))
    if len(cell(FORMAT)) > LONGEST_FORMAT:
        raise _CellError(_("{column} er længere end {most} tegn.").format(column=FORMAT, most=LONGEST_FORMAT))
    return ListedCompany(
        place,
        plain_number(cell(CVR)),
        _read(FORMAT, read_format, cell(FORMAT)) or "",
        _read(CUSTOMER_ID, read_customer_id, cell(CUSTOMER_ID)),
    )


def _read(column: str, read: Callable[[Any], Value], text: str) -> Value | None:
    if not text:
        return None
    try:
        return read(text)
    except PydanticCustomError as error:
        raise _CellError(f"{column}: {in_words(error.message())}") from None
