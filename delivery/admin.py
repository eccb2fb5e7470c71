"""The administrator's pages for endpoints and deliveries: to look, to switch and to send again; secrets never show."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from delivery.answers import explained
from delivery.api.parameters import read_company
from delivery.endpoints import disable_endpoint, enable_endpoint
from delivery.health import MOST_COUNTED, Health, health_of
from delivery.models import Attempt, Delivery, Endpoint
from delivery.redelivering import recover, redeliver
from lasso.admin import ActionsAdmin, LongTablePaginator, ReadOnly

DAY = timedelta(days=1)
# Endpoints whose URL holds what is searched for; more would make a slow page of it.
MOST_ENDPOINTS = 100


class DeliveryPages(ActionsAdmin[Any]):
    """What the pages of this app share."""

    act_permission = "delivery.change_delivery"


@admin.register(Endpoint)
class EndpointAdmin(DeliveryPages):
    """Where deliveries go, and how healthy each place is."""

    list_display = (
        "url",
        "organisation",
        "state",
        "failing_since",
        "failure_count",
        "last_success_at",
        "last_failure_at",
    )
    list_filter = ("is_enabled", "is_probed")
    list_select_related = ("organisation",)
    search_fields = ("url", "organisation__name")
    ordering = ("-created_at", "-id")
    fieldsets = (
        (None, {"fields": ("url", "organisation", "has_auth", "is_signed", "created_at", "its_deliveries")}),
        ("State", {"fields": ("state", "enabled_at", "disabled_at", "disabled_reason", "is_probed", "probed_at")}),
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
        """Off, paused or on."""
        if not endpoint.is_enabled:
            return "Off"
        if endpoint.paused_until is not None and endpoint.paused_until > timezone.now():
            return f"Paused until {endpoint.paused_until:%Y-%m-%d %H:%M:%S} UTC"
        return "On"

    @admin.display(boolean=True, description="Signs in")
    def has_auth(self, endpoint: Endpoint) -> bool:
        """Whether calls carry credentials; which ones is nobody's business."""
        return endpoint.auth != ""

    @admin.display(boolean=True, description="Signed")
    def is_signed(self, endpoint: Endpoint) -> bool:
        """Whether calls carry a signature."""
        return endpoint.signing_secret != ""

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
        return f"median {_milliseconds(health.median_duration)}, 95 % within {_milliseconds(health.p95_duration)}"

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


class AttemptInline(ReadOnly, admin.TabularInline[Attempt, Delivery]):
    """Each try of a delivery."""

    model = Attempt
    extra = 0
    ordering = ("-number",)
    fields = (
        "started_at",
        "took",
        "status_code",
        "error_code",
        "explanation",
        "is_charged",
        "next_due_at",
        "phases",
        "answer_headers",
        "answer_body",
    )
    readonly_fields = ("took", "explanation")

    @admin.display(description="Took")
    def took(self, attempt: Attempt) -> str:
        """Its duration."""
        return _milliseconds(attempt.duration) if attempt.duration is not None else "–"

    @admin.display(description="What happened")
    def explanation(self, attempt: Attempt) -> str:
        """As the customer reads it."""
        return explained(attempt)


@admin.register(Delivery)
class DeliveryAdmin(DeliveryPages):
    """What was sent, and what became of it."""

    list_display = (
        "created_at",
        "about",
        "status",
        "purpose",
        "endpoint",
        "organisation",
        "attempt_count",
        "last_answer",
    )
    list_filter = ("status", "created_at")
    list_select_related = ("endpoint", "organisation")
    paginator = LongTablePaginator
    search_fields = ("public_id",)  # only so that there is a field; get_search_results does the rest
    search_help_text = "The id of a delivery or a batch, a CVR number, or a part of the receiver's URL."
    fieldsets = (
        (
            None,
            {"fields": ("public_id", "about", "purpose", "endpoint", "organisation", "batch_id", "report_id", "cvr")},
        ),
        (
            "State",
            {
                "fields": (
                    "status",
                    ("attempt_count", "charged_count"),
                    ("last_status_code", "last_error"),
                    ("created_at", "due_at", "deadline_at", "settled_at"),
                    "is_failure_told",
                    "order_key",
                )
            },
        ),
        ("What is sent", {"fields": ("body",), "classes": ("collapse",)}),
    )
    inlines = (AttemptInline,)
    actions = ("redeliver",)

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Newest first: along the index of the organisation or the endpoint that is looked at, or by number."""
        is_narrowed = any(name in request.GET for name in ("organisation__id__exact", "endpoint__id__exact"))
        return ("-created_at", "-id") if is_narrowed else ("-id",)

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        queryset: QuerySet[Any],
        search_term: str,
    ) -> tuple[QuerySet[Any], bool]:
        """What an index finds at once, in place of looking through every text."""
        term = search_term.strip()
        return (queryset.filter(_searched(term)) if term else queryset), False

    @admin.display(description="What")
    def about(self, delivery: Delivery) -> str:
        """The report's name, or the company."""
        return delivery.label or delivery.cvr or "–"

    @admin.display(description="Last answer")
    def last_answer(self, delivery: Delivery) -> str:
        """Its status, or why there was none."""
        return Truncator(delivery.last_error or str(delivery.last_status_code or "–")).chars(80)

    @admin.action(description="Send again", permissions=["act"])
    def redeliver(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Send the chosen ones again, with the same id."""
        deliveries = list(queryset)
        count = sum(redeliver(delivery=delivery, now=timezone.now()) for delivery in deliveries)
        skipped = len(deliveries) - count
        still_open = f" {skipped} still open or cancelled, left as they are." if skipped else ""
        self.message_user(request, f"{count} put in line again.{still_open}", messages.SUCCESS)


def _searched(term: str) -> Q:
    try:
        return Q(public_id=UUID(term)) | Q(batch_id=UUID(term))
    except ValueError:
        pass
    try:
        return Q(cvr=read_company(term))
    except ValueError:
        endpoints = Endpoint.objects.filter(url__icontains=term).values_list("pk", flat=True)
        return Q(endpoint_id__in=list(endpoints[:MOST_ENDPOINTS]))


def _health(endpoint: Endpoint) -> Health:
    """The figures, read once for a page."""
    known: Health | None = endpoint.__dict__.get("_health")
    if known is None:
        known = endpoint.__dict__["_health"] = health_of([endpoint.pk], now=timezone.now())[endpoint.pk]
    return known


def _counted(count: int) -> str:
    return f"{count:,}" if count < MOST_COUNTED else f"at least {MOST_COUNTED:,}"


def _milliseconds(duration: timedelta) -> str:
    return f"{duration / timedelta(milliseconds=1):,.0f} ms"
