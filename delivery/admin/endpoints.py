"""The administrator's page of endpoints: how healthy each is, and its switches."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from delivery.admin.pages import DeliveryPages, milliseconds
from delivery.answers import method_of
from delivery.endpoints import disable_endpoint, enable_endpoint
from delivery.health import MOST_COUNTED, Health, health_of
from delivery.models import Endpoint
from delivery.redelivering import recover

DAY = timedelta(days=1)


@admin.register(Endpoint)
class EndpointAdmin(DeliveryPages):
    """Where deliveries go, and how healthy each place is."""

    list_display = (
        "url",
        "called",
        "label",
        "organisation",
        "state",
        "failing_since",
        "failure_count",
        "last_success_at",
        "last_failure_at",
    )
    list_filter = ("is_enabled", "is_probed", ("closed_at", admin.EmptyFieldListFilter), "method")
    list_select_related = ("organisation",)
    search_fields = ("url", "label", "organisation__name")
    ordering = ("-created_at", "-id")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("called", "url"),
                    ("label", "owner"),
                    "organisation",
                    "has_auth",
                    "is_signed",
                    "created_at",
                    "its_deliveries",
                )
            },
        ),
        (
            "State",
            {
                "fields": (
                    "state",
                    "enabled_at",
                    "disabled_at",
                    "disabled_reason",
                    "closed_at",
                    "is_probed",
                    "probed_at",
                )
            },
        ),
        (
            "Health",
            {
                "fields": (
                    ("last_success_at", "last_failure_at"),
                    ("failing_since", "failure_count"),
                    "waiting",
                    "last_day",
                    "durations",
                    "notified_at",
                )
            },
        ),
        ("Limits", {"fields": ("max_in_flight", "rate_per_second", "rate_per_minute")}),
    )
    actions = ("enable", "disable", "recover_day", "recover_week")

    @admin.display(description="State")
    def state(self, endpoint: Endpoint) -> str:
        """Closed, off, paused or on."""
        if endpoint.closed_at is not None:
            return "Closed"
        if not endpoint.is_enabled:
            return "Off"
        if endpoint.paused_until is not None and endpoint.paused_until > timezone.now():
            return f"Paused until {endpoint.paused_until:%Y-%m-%d %H:%M:%S} UTC"
        return "On"

    @admin.display(description="Method")
    def called(self, endpoint: Endpoint) -> str:
        """How it is called; a mailbox is not."""
        return method_of(endpoint) or "–"

    @admin.display(boolean=True, description="Signs in")
    def has_auth(self, endpoint: Endpoint) -> bool:
        """Whether calls carry credentials; which ones is nobody's business."""
        return bool(endpoint.auth)

    @admin.display(boolean=True, description="Signed")
    def is_signed(self, endpoint: Endpoint) -> bool:
        """Whether calls carry a signature."""
        return bool(endpoint.signing_secret)

    @admin.display(description="Deliveries")
    def its_deliveries(self, endpoint: Endpoint) -> SafeString:
        """A link to them."""
        url = reverse("admin:delivery_delivery_changelist")
        return format_html('<a href="{}?endpoint__id__exact={}">Show</a>', url, endpoint.pk)

    @admin.display(description="Waiting")
    def waiting(self, endpoint: Endpoint) -> str:
        """How many, and since when."""
        health = _health(endpoint)
        since = f", the oldest since {health.oldest_waiting_at:%Y-%m-%d %H:%M} UTC" if health.oldest_waiting_at else ""
        return _counted(health.waiting_count) + since

    @admin.display(description="Last 24 hours")
    def last_day(self, endpoint: Endpoint) -> str:
        """What got through, and what did not."""
        health = _health(endpoint)
        return f"{_counted(health.delivered_count)} delivered, {_counted(health.failed_count)} failed"

    @admin.display(description="Durations")
    def durations(self, endpoint: Endpoint) -> str:
        """How long the receiver takes."""
        health = _health(endpoint)
        if health.median_duration is None or health.p95_duration is None:
            return "–"
        return f"median {milliseconds(health.median_duration)}, 95 % within {milliseconds(health.p95_duration)}"

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

    @admin.action(description="Send again what did not get through in the last 24 hours", permissions=["act"])
    def recover_day(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        """Recover a day of the chosen ones."""
        self._recover(request, queryset, DAY)

    @admin.action(description="Send again what did not get through in the last 7 days", permissions=["act"])
    def recover_week(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        """Recover a week of the chosen ones."""
        self._recover(request, queryset, 7 * DAY)

    def _recover(self, request: HttpRequest, endpoints: QuerySet[Endpoint], span: timedelta) -> None:
        now = timezone.now()
        done = [recover(endpoint=endpoint, since=now - span, now=now) for endpoint in endpoints]
        more = " There are more: do it again." if any(recovered.has_more for recovered in done) else ""
        self.message_user(
            request, f"{sum(recovered.count for recovered in done)} put in line again.{more}", messages.SUCCESS
        )


def _health(endpoint: Endpoint) -> Health:
    """The figures, read once for a page."""
    known: Health | None = endpoint.__dict__.get("_health")
    if known is None:
        known = endpoint.__dict__["_health"] = health_of([endpoint.pk], now=timezone.now())[endpoint.pk]
    return known


def _counted(count: int) -> str:
    return f"{count:,}" if count < MOST_COUNTED else f"at least {MOST_COUNTED:,}"
