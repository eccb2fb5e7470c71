"""`manage.py try_storage`: whether PDFs can be kept where the settings say, tried with a file."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError

from lasso.storage import STORAGE_FAULTS

Result = TypeVar("Result")


class Command(BaseCommand):
    """Stores, reads and deletes a file."""

    help = "Store, read and delete a file where PDFs are kept: the bucket, or the folder."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Do what reports need of the storage, one thing after the other."""
        where = f"bucket {settings.S3_BUCKET}" if settings.S3_BUCKET else f"folder {settings.MEDIA_ROOT}"
        content = secrets.token_bytes(1024)

        def keep() -> str:
            return default_storage.save(f"trials/{secrets.token_hex(8)}", ContentFile(content))

        def give_back(key: str) -> bytes:
            with default_storage.open(key) as file:
                return bytes(file.read())

        key = _tried(keep, f"The {where} cannot keep a file")
        read = _tried(lambda: give_back(key), f"The {where} keeps files and does not give them back")
        if read != content:
            raise CommandError(f"The {where} gave back another file than it was given ({key}).")
        _tried(lambda: default_storage.delete(key), f"The {where} does not delete files ({key})")
        # Somebody else's objects are "not allowed" instead of "not there" without the right to list them.
        if _tried(lambda: default_storage.exists(key), f"The {where} does not say that a deleted file is gone"):
            raise CommandError(f"The {where} still has a file that was deleted ({key}).")
        self.stdout.write(f"The {where} keeps, gives back and deletes files.")


def _tried(step: Callable[[], Result], complaint: str) -> Result:
    try:
        return step()
    except STORAGE_FAULTS as error:
        raise CommandError(f"{complaint}: {error}") from error
