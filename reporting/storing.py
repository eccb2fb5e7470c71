"""Where PDFs are kept: each attempt at a report has a place of its own, so that none writes over another's."""

from __future__ import annotations

from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from lasso.storage import STORAGE_FAULTS
from reporting.models import Report


class StorageUnreachableError(Exception):
    """The PDF could not be stored now; trying again later makes sense."""


def storage_key(report: Report, *, attempt: int) -> str:
    """The place of one attempt's PDF."""
    return f"reports/{report.batch_id}/{report.pk}-{attempt}.pdf"


def store_pdf(report: Report, *, attempt: int, pdf: bytes) -> str:
    """Keep the PDF; returns its key. What a storage that is full has taken of it is deleted again.

    Raises:
        StorageUnreachableError: the disk is full, the bucket does not answer, and the like.
    """
    key = storage_key(report, attempt=attempt)
    try:
        return default_storage.save(key, ContentFile(pdf))
    except STORAGE_FAULTS as error:
        # The attempt costs the report nothing, so the next one has the same number, and would find the place taken.
        forget_pdf(key)
        raise StorageUnreachableError(str(error)) from error


def keys_of_batch(batch_id: UUID) -> list[str]:
    """The keys of all files of a batch, also of those that no report names.

    Raises:
        STORAGE_FAULTS: the storage is out of reach.
    """
    folder = f"reports/{batch_id}"
    try:
        return [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
    except FileNotFoundError:
        return []


def forget_pdf(key: str) -> None:
    """Delete a PDF that nothing refers to; a storage that is out of reach keeps it."""
    try:
        default_storage.delete(key)
    except STORAGE_FAULTS:
        return


def forget_earlier_attempts(report: Report, *, attempt: int) -> None:
    """Delete what workers that were killed between storing and finishing left behind."""
    for earlier in range(1, attempt):
        forget_pdf(storage_key(report, attempt=earlier))
