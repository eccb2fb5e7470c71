"""What the apps' admin pages share."""

from __future__ import annotations

from typing import TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

ModelType = TypeVar("ModelType", bound=Model)


class ReadOnlyAdmin(admin.ModelAdmin[ModelType]):
    """A table that people may look at: its rows are made and changed by the verbs that guard them."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        """Nobody adds rows by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: ModelType | None = None) -> bool:  # noqa: ARG002
        """Nobody changes rows by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ModelType | None = None) -> bool:  # noqa: ARG002
        """What was made stays on file."""
        return False
