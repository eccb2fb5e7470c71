"""The zip of a batch's finished reports: written while it is sent, so that its size never matters."""

from __future__ import annotations

from collections.abc import Iterator

import structlog
from django.core.files import File
from django.core.files.storage import default_storage
from zipstream import ZIP_STORED, ZipStream

from lasso.language import Language, mark, speaking
from lasso.language import translate as _
from lasso.storage import STORAGE_FAULTS
from reporting.models import Batch, Report
from reporting.storing import StorageUnreachableError

log = structlog.get_logger(__name__)

# Larger than most PDFs, so that one read serves one of them.
PIECE_BYTES = 256 * 1024
ROWS_AT_ONCE = 500
GONE = mark("PDF-filen er ikke længere gemt hos os.")
EXPIRED = mark("PDF-filen er udløbet: den er slettet, fordi den var gemt så længe, som den skulle.")


class UniqueNames:
    """Names for a zip's entries, each given once.

    Letter case does not tell two names apart, because it does not on every file system that a zip is unpacked on.
    """

    def __init__(self) -> None:
        # Each taken name with the number to go on from: a batch may give 100,000 reports the same name.
        self._taken: dict[str, int] = {}

    def take(self, name: str, ending: str) -> str:
        """The name with its ending, with ` (2)` and so on behind it when it was taken before."""
        candidate = wanted = name + ending
        number = self._taken.get(wanted.casefold(), 1)
        while candidate.casefold() in self._taken:
            number += 1
            candidate = f"{name} ({number}){ending}"
        self._taken[wanted.casefold()] = number
        self._taken.setdefault(candidate.casefold(), 1)
        return candidate


def open_archive(batch: Batch) -> Iterator[bytes]:
    """The zip as `stream_archive` gives it, with its first piece fetched, so that an answer can still refuse.

    A storage that goes away later is raised on, which cuts the reader's connection: half of a zip must not look like
    all of it.

    Raises:
        StorageUnreachableError: the storage is out of reach.
    """
    pieces = stream_archive(batch)
    try:
        first = next(pieces)
    except STORAGE_FAULTS as error:
        log.warning("storage_out_of_reach", batch=str(batch.pk), error=str(error))
        raise StorageUnreachableError(str(error)) from error
    return _to_the_end(first, pieces, batch)


def _to_the_end(first: bytes, pieces: Iterator[bytes], batch: Batch) -> Iterator[bytes]:
    yield first
    try:
        yield from pieces
    except STORAGE_FAULTS as error:
        log.warning("zip_broken_off", batch=str(batch.pk), error=str(error))
        raise


def stream_archive(batch: Batch) -> Iterator[bytes]:
    """The zip, piece by piece: a PDF for each report that was made, a text with the reason for each that failed.

    Reports stand in the order in which they were finished, and names are UTF-8. The entries are stored, not deflated:
    PDFs are compressed already.
    """
    archive = ZipStream(compress_type=ZIP_STORED)
    names = UniqueNames()
    # Said before the first piece: what speaks a language must not be left half-way, as a generator is.
    with speaking(Language(batch.language)):
        gone, expired = _(GONE), _(EXPIRED)
    for report in finished_reports(batch):
        _add(archive, report, names, gone=gone, expired=expired)
        yield from archive.all_files()
    yield from archive.finalize()


def finished_reports(batch: Batch) -> Iterator[Report]:
    """The batch's finished reports in the order of their numbers, a few hundred in memory at a time."""
    last = 0
    while True:
        reports = list(
            Report.objects.filter(batch=batch, finished_number__gt=last)
            .only("file_name", "failure", "pdf", "pdf_size", "pdf_expired_at", "finished_number")
            .order_by("finished_number")[:ROWS_AT_ONCE]
        )
        if not reports:
            return
        yield from reports
        last = reports[-1].finished_number or 0


def _add(archive: ZipStream, report: Report, names: UniqueNames, *, gone: str, expired: str) -> None:
    if not report.pdf:
        archive.add(f"{report.failure}\n", arcname=names.take(report.file_name, ".txt"))
        return
    if report.pdf_expired_at is not None:
        archive.add(f"{expired}\n", arcname=names.take(report.file_name, ".txt"))
        return
    try:
        file = default_storage.open(report.pdf)
    except FileNotFoundError:
        archive.add(f"{gone}\n", arcname=names.take(report.file_name, ".txt"))
        return
    archive.add(_pieces(file), arcname=names.take(report.file_name, ".pdf"), size=report.pdf_size)


def _pieces(file: File[bytes]) -> Iterator[bytes]:
    with file:
        yield from file.chunks(PIECE_BYTES)
