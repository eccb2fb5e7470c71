"""What the apps' admin pages share."""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib import admin
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Model
from django.http import HttpRequest
from django.utils.functional import cached_property

ModelType = TypeVar("ModelType", bound=Model)

MOST_COUNTED = 10_000


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


class LongTablePaginator(Paginator[Any]):
    """Pages of a table that may have millions of rows: nothing is counted further than MOST_COUNTED.

    Of a whole table that is longer, the planner's estimate is shown; of a selection that is longer, the first
    MOST_COUNTED rows can be paged through, and a filter finds the others.
    """

    @cached_property
    def count(self) -> int:
        """How many rows there are, or are shown."""
        rows: Any = self.object_list
        counted: int = rows.order_by()[: MOST_COUNTED + 1].count()
        if counted <= MOST_COUNTED:
            return counted
        return MOST_COUNTED if rows.query.where else max(MOST_COUNTED, _estimated(rows.model))


def _estimated(model: type[Model]) -> int:
    with connection.cursor() as cursor:
        table = model._meta.db_table  # noqa: SLF001 - documented by Django
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [table])
        return int(cursor.fetchone()[0])


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin[ModelType]):
    """A table of such rows."""

    # Counting a table of millions for each page costs more than it tells.
    show_full_result_count = False


class ActionsAdmin(ReadOnlyAdmin[ModelType]):
    """A long table of such rows, on which those who may change them can use actions (`permissions=["act"]`)."""

    # The permission, such as "delivery.change_delivery", that the actions need.
    act_permission: str
    list_per_page = 50
    # Sorting by another column would sort the whole table.
    sortable_by = ()
    # Nor is it counted how many rows each filter would show.
    show_facets = admin.ShowFacets.NEVER

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may use the actions may look."""
        return super().has_view_permission(request, obj) or self.has_act_permission(request)

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Who may use the actions."""
        user: Any = request.user
        return bool(user.has_perm(self.act_permission))
