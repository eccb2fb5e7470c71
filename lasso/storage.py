"""The storage of files, a folder or a bucket: what it says out of reach, many files deleted, and all of them listed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.storage import default_storage

# A folder raises OSError, a bucket one of the others. A file that is not there is a FileNotFoundError in both.
STORAGE_FAULTS = (OSError, Boto3Error, BotoCoreError, ClientError)
MOST_AT_ONCE = 1000  # that a bucket deletes


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file's key, and when it was last written."""

    key: str
    written_at: datetime


def delete_files(keys: Sequence[str]) -> list[str]:
    """Delete files, at most MOST_AT_ONCE; returns the keys of those that are gone now, also if they were before.

    Raises:
        STORAGE_FAULTS: the bucket is out of reach.
    """
    bucket = _bucket()
    if bucket is None:
        return [key for key in keys if _is_deleted(key)]
    if not keys:
        return []
    answer = bucket.delete_objects(Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True})
    kept = {error.get("Key") for error in answer.get("Errors", [])}
    return [key for key in keys if key not in kept]


def files_after(key: str, *, below: str) -> Iterator[StoredFile]:
    """The files two levels below a folder (`below/…/…`), in the order of their keys, from behind this one on.

    Raises:
        STORAGE_FAULTS: the storage is out of reach.
    """
    bucket = _bucket()
    if bucket is not None:
        for found in bucket.objects.filter(Prefix=f"{below}/", Marker=key):
            yield StoredFile(found.key, found.last_modified)
        return
    root = Path(default_storage.path(below))
    first = key.split("/")[1] if key.startswith(f"{below}/") else ""
    for folder in sorted(_names(root)):
        if folder >= first:
            yield from _files_in(root / folder, f"{below}/{folder}", behind=key)


def remove_folder(name: str) -> None:
    """Take away what is left of a folder without files; a bucket has none, and one with files stays."""
    if _bucket() is None:
        try:
            Path(default_storage.path(name)).rmdir()
        except OSError:
            return


def _bucket() -> Any:
    return getattr(default_storage, "bucket", None)


def _is_deleted(key: str) -> bool:
    try:
        default_storage.delete(key)
    except OSError:
        return False
    return True


def _names(folder: Path) -> list[str]:
    try:
        return [entry.name for entry in folder.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return []


def _files_in(folder: Path, prefix: str, *, behind: str) -> Iterator[StoredFile]:
    for name in sorted(_names(folder)):
        key = f"{prefix}/{name}"
        if key > behind:
            try:
                written = (folder / name).stat().st_mtime
            except FileNotFoundError:
                continue
            yield StoredFile(key, datetime.fromtimestamp(written, tz=UTC))
