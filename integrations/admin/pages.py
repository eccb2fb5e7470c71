"""What the pages of this app share."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest

from lasso.admin import ActionsAdmin, LongTablePaginator


class IntegrationPages(ActionsAdmin[Any]):
    """A long table of which each page reads what it shows besides at once."""

    act_permission = "integrations.change_integration"
    paginator = LongTablePaginator

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """A page of rows, with what each shows besides read for all of them at once."""
        changes = super().get_changelist_instance(request)
        rows = list(changes.result_list)
        self.read_besides(rows)
        changes.result_list = rows
        return changes

    def read_besides(self, rows: list[Any]) -> None:
        """Put what the rows show besides into their `__dict__`."""
        raise NotImplementedError
