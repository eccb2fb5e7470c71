"""The administrator's pages for endpoints and deliveries: to look, and to switch and send again; secrets never show."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from delivery.endpoints import disable_endpoint, enable_endpoint
from delivery.models import Attempt, Delivery, Endpoint
from delivery.redelivering import redeliver
from lasso.admin import ReadOnly, ReadOnlyAdmin


@admin.register(Endpoint)
class EndpointAdmin(ReadOnlyAdmin[Endpoint]):
    """Where deliveries go, and how healthy each place is."""

    list_display = ("url", "organisation", "is_enabled", "paused_until", "failure_count", "last_success_at")
    list_filter = ("is_enabled",)
    list_select_related = ("organisation",)
    search_fields = ("url", "organisation__name", "id")
    exclude = ("auth", "signing_secret", "previous_signing_secret", "fingerprint")
    readonly_fields = ("has_auth",)
    actions = ("enable", "disable")

    def has_view_permission(self, request: HttpRequest, obj: Endpoint | None = None) -> bool:
        """Who may change them, as far as that goes, may look."""
        return super().has_view_permission(request, obj) or _may_act(request)

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Who may use the actions."""
        return _may_act(request)

    @admin.display(boolean=True, description="Signs in")
    def has_auth(self, endpoint: Endpoint) -> bool:
        """Whether calls carry credentials; which ones is nobody's business."""
        return endpoint.auth != ""

    @admin.action(description="Switch on; what waits is sent", permissions=["act"])
    def enable(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        """Switch the chosen ones on."""
        count = sum(enable_endpoint(endpoint=endpoint, now=timezone.now()) for endpoint in queryset)
        self.message_user(request, f"{count} switched on.", messages.SUCCESS)

    @admin.action(description="Switch off; deliveries wait", permissions=["act"])
    def disable(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        """Switch the chosen ones off."""
        reason = f"Switched off by {request.user}."
        count = sum(disable_endpoint(endpoint=endpoint, reason=reason, now=timezone.now()) for endpoint in queryset)
        self.message_user(request, f"{count} switched off.", messages.SUCCESS)


class AttemptInline(ReadOnly, admin.TabularInline[Attempt, Delivery]):
    """Each try of a delivery."""

    model = Attempt
    extra = 0
    ordering = ("-number",)
    fields = (
        "number",
        "started_at",
        "duration",
        "phases",
        "status_code",
        "error_code",
        "error",
        "is_charged",
        "next_due_at",
        "answer_body",
    )


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin[Delivery]):
    """What was sent, and what became of it."""

    list_display = (
        "public_id",
        "purpose",
        "status",
        "cvr",
        "attempt_count",
        "last_status_code",
        "created_at",
        "due_at",
    )
    list_filter = ("status", "purpose", "created_at")
    search_fields = ("public_id", "cvr", "batch_id", "report_id", "endpoint__url")
    ordering = ("-id",)
    inlines = (AttemptInline,)
    actions = ("redeliver",)

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Who may use the actions."""
        return _may_act(request)

    @admin.action(description="Send again", permissions=["act"])
    def redeliver(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Send the chosen ones again, with the same id."""
        count = sum(redeliver(delivery=delivery, now=timezone.now()) for delivery in queryset)
        skipped = queryset.count() - count
        still_open = f" {skipped} still open, left as they are." if skipped else ""
        self.message_user(request, f"{count} put in line again.{still_open}", messages.SUCCESS)


def _may_act(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.has_perm("delivery.change_delivery"))
