"""Columns that hold secrets: how whoever must write all of them again finds every one."""

from __future__ import annotations

from typing import Any

from django.db.models import TextField


class EncryptedTextField(TextField[Any, Any]):
    """A column whose texts `lasso.encryption` has written; empty where there is no secret.

    It neither encrypts nor decrypts by itself, so that a row can be read, copied and shown without opening its secrets.
    To the database, and to migrations, it is a text column.
    """

    def deconstruct(self) -> Any:
        """As the text column that it is."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.TextField", arguments, options
