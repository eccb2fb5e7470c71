"""What the apps' admin pages share."""

from __future__ import annotations

from typing import TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

ModelType = TypeVar("ModelType", bound=Model)


class ReadOnly:
    """Rows to look at, on their own page or inside another: the verbs that guard them make and change them."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Nobody adds rows by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Nobody changes rows by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """What was made stays on file."""
        return False


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin[ModelType]):
    """A table of such rows."""

    # Counting a table of millions for each page costs more than it tells.
    show_full_result_count = False
