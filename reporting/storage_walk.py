"""How far the daily walk through the stored files has come."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class StorageWalk(models.Model):
    """One row: the key of the last file looked at, blank between two walks, and when the last walk came to its end."""

    ONLY: ClassVar = 1

    position = models.CharField(max_length=300, blank=True, default="", db_default="")
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"storage walk at {self.position or 'its beginning'}"
