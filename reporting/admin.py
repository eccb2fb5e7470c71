"""Batches and reports in the admin: to look at, not to edit."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from lasso.admin import ReadOnlyAdmin
from reporting.models import Batch, Report


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin[Batch]):
    """Every organisation's batches."""

    list_display = (
        "name",
        "organisation",
        "type",
        "language",
        "engine",
        "status",
        "recurs",
        "size",
        "progress",
        "created_at",
    )
    list_filter = ("status", "type", "language", "engine", "is_archival", "is_listener", "created_at")
    search_fields = ("=id", "=recurring_batch__id", "name", "organisation__name")
    date_hierarchy = "created_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Batch]:
        """With the organisation at hand."""
        return super().get_queryset(request).select_related("organisation")

    @admin.display(description="recurs", empty_value="")
    def recurs(self, batch: Batch) -> str:
        """The crontab, and when it runs next; of a run, that it is one."""
        if batch.recurring_batch_id:
            return "a run"
        if not batch.is_recurring:
            return ""
        coming = f"{batch.next_run_at:%Y-%m-%d %H:%M} UTC" if batch.next_run_at else "paused or over"
        return f"{batch.crontab} ({batch.time_zone}), next: {coming}"

    @admin.display(description="completed")
    def progress(self, batch: Batch) -> str:
        """The completion in percent."""
        return f"{batch.completion:.0%}"


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin[Report]):
    """Every report, with why it failed or warned."""

    list_display = ("id", "batch", "cvr", "company_name", "status", "attempt_count", "finished_at")
    list_filter = ("status",)
    search_fields = ("=id", "=batch__id", "=item__cvr")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        """With item and batch at hand."""
        return super().get_queryset(request).select_related("batch", "item")

    @admin.display(ordering="item__cvr")
    def cvr(self, report: Report) -> str:
        """The company's number."""
        return report.item.cvr
