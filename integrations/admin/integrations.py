"""Customers' own APIs: what they send, how they are doing, and what can be done about it; secrets never show."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from delivery.health import health_of
from delivery.models import Endpoint
from delivery.redelivering import recover
from integrations.admin.pages import IntegrationPages
from integrations.counting import Counts, counts_of
from integrations.exporting import export_state_again
from integrations.finding import living_integrations
from integrations.mapping import check_mapping, mapping_of
from integrations.models import Integration, MappedField, MonitoredCompany
from integrations.previewing import Which
from integrations.testing import NoUpdateEndpoint, send_example
from lasso.admin import ReadOnly

DAY = timedelta(days=1)
# A list of integrations counts no further; the page of one does.
MOST_COUNTED = 10_000
# Calls are made while the administrator waits, each for up to 15 s.
MOST_TESTED = 3
State = MonitoredCompany.State


class MappedFieldInline(ReadOnly, admin.TabularInline[MappedField, Integration]):
    """What the messages say."""

    model = MappedField
    extra = 0
    ordering = ("position",)
    verbose_name_plural = "mapping"
    fields = ("position", "field", "name", "is_update", "constant")


@admin.register(Integration)
class IntegrationAdmin(IntegrationPages):
    """Customers' own APIs."""

    list_display = ("name", "organisation", "export_state", "update_state", "counts", "created_at")
    list_select_related = ("organisation", "export_endpoint", "update_endpoint")
    search_fields = ("=id", "name", "organisation__name")
    search_help_text = "An integration's id, a part of its name or of its organisation's."
    ordering = ("-created_at", "-id")
    fieldsets = (
        (None, {"fields": ("id", "name", "organisation", "created_at", "changed_at", "warnings")}),
        ("Endpoints", {"fields": ("export_health", "update_health")}),
        ("Companies", {"fields": ("all_counts",)}),
    )
    inlines = (MappedFieldInline,)
    actions = ("test_export", "test_update", "retry_failed", "recover_day", "recover_week")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        """Without those that were deleted."""
        return living_integrations().select_related("organisation")

    def read_besides(self, rows: list[Any]) -> None:
        """The counts of companies."""
        counts = counts_of([row.pk for row in rows], most=MOST_COUNTED)
        for row in rows:
            row.__dict__["_counts"] = counts[row.pk]

    @admin.display(description="Export endpoint")
    def export_state(self, integration: Integration) -> str:
        """Method, address and state."""
        return _named(integration.export_endpoint)

    @admin.display(description="Update endpoint")
    def update_state(self, integration: Integration) -> str:
        """The same, where there is one."""
        return _named(integration.update_endpoint) if integration.update_endpoint else "–"

    @admin.display(description="Companies")
    def counts(self, integration: Integration) -> str:
        """How many in each state."""
        return _counts_shown(integration.__dict__.get("_counts", {}))

    @admin.display(description="Warnings")
    def warnings(self, integration: Integration) -> str:
        """What is odd about the mapping."""
        update = integration.update_endpoint
        check = check_mapping(mapping=mapping_of(integration), update_url=update.url if update else None)
        return " ".join(check.warnings) or "–"

    @admin.display(description="Export endpoint")
    def export_health(self, integration: Integration) -> SafeString:
        """How it is doing."""
        return _health_shown(integration.export_endpoint)

    @admin.display(description="Update endpoint")
    def update_health(self, integration: Integration) -> SafeString | str:
        """How it is doing, where there is one."""
        return _health_shown(integration.update_endpoint) if integration.update_endpoint else "–"

    @admin.display(description="By state")
    def all_counts(self, integration: Integration) -> SafeString:
        """How many in each state, each a link to them."""
        url = reverse("admin:integrations_monitoredcompany_changelist")
        return format_html_join(
            " · ",
            '<a href="{}?integration__id__exact={}&amp;state__exact={}">{} {}</a>',
            (
                (url, integration.pk, state.value, f"{count:,}", state.value)
                for state, count in counts_of([integration.pk])[integration.pk].items()
            ),
        )

    @admin.action(description="Send an example to the export endpoint", permissions=["act"])
    def test_export(self, request: HttpRequest, queryset: QuerySet[Integration]) -> None:
        """Try the export endpoints of the chosen ones."""
        self._test(request, queryset, Which.EXPORT)

    @admin.action(description="Send an example to the update endpoint", permissions=["act"])
    def test_update(self, request: HttpRequest, queryset: QuerySet[Integration]) -> None:
        """Try the update endpoints of the chosen ones."""
        self._test(request, queryset, Which.UPDATE)

    @admin.action(description="Export all failed companies again", permissions=["act"])
    def retry_failed(self, request: HttpRequest, queryset: QuerySet[Integration]) -> None:
        """ExportFailed → Exporting."""
        now = timezone.now()
        count = sum(
            export_state_again(integration=integration, state=State.EXPORT_FAILED, now=now) for integration in queryset
        )
        self.message_user(request, f"{count:,} exports put in line again.", messages.SUCCESS)

    @admin.action(description="Send again what did not get through in the last 24 hours", permissions=["act"])
    def recover_day(self, request: HttpRequest, queryset: QuerySet[Integration]) -> None:
        """Recover a day's deliveries to both endpoints of the chosen ones."""
        self._recover(request, queryset, DAY)

    @admin.action(description="Send again what did not get through in the last 7 days", permissions=["act"])
    def recover_week(self, request: HttpRequest, queryset: QuerySet[Integration]) -> None:
        """Recover a week's."""
        self._recover(request, queryset, 7 * DAY)

    def _test(self, request: HttpRequest, integrations: QuerySet[Integration], which: Which) -> None:
        chosen = list(integrations[: MOST_TESTED + 1])
        if len(chosen) > MOST_TESTED:
            self.message_user(request, f"Choose at most {MOST_TESTED} to test at once.", messages.ERROR)
            return
        for integration in chosen:
            try:
                result = send_example(integration=integration, which=which, now=timezone.now())
            except NoUpdateEndpoint as refusal:
                self.message_user(request, f"{integration.name}: {refusal.message}", messages.WARNING)
                continue
            answer = result.error.rstrip(".") or f"answered {result.status_code}"
            self.message_user(
                request,
                f"{integration.name}: {result.method} {result.url}: {answer} (a message would be {result.state}).",
                messages.SUCCESS if result.is_success else messages.ERROR,
            )

    def _recover(self, request: HttpRequest, integrations: QuerySet[Integration], span: timedelta) -> None:
        now = timezone.now()
        done = [
            recover(endpoint=endpoint, since=now - span, now=now)
            for integration in integrations
            for endpoint in (integration.export_endpoint, integration.update_endpoint)
            if endpoint is not None
        ]
        more = " There are more: do it again." if any(recovered.has_more for recovered in done) else ""
        count = sum(recovered.count for recovered in done)
        self.message_user(request, f"{count:,} put in line again.{more}", messages.SUCCESS)


def _named(endpoint: Endpoint) -> str:
    return f"{_state(endpoint)}: {endpoint.method} {Truncator(endpoint.url).chars(60)}"


def _state(endpoint: Endpoint) -> str:
    if not endpoint.is_enabled:
        return "Off"
    is_paused = endpoint.paused_until is not None and endpoint.paused_until > timezone.now()
    return f"Paused until {endpoint.paused_until:%Y-%m-%d %H:%M:%S} UTC" if is_paused else "On"


def _counts_shown(counts: Counts) -> str:
    shown = (
        (f"{count:,}" if count < MOST_COUNTED else f"at least {count:,}", state) for state, count in counts.items()
    )
    return ", ".join(f"{count} {state.value}" for count, state in shown if count != "0") or "–"


def _health_shown(endpoint: Endpoint) -> SafeString:
    health = health_of([endpoint.pk], now=timezone.now())[endpoint.pk]
    since = f", the oldest since {health.oldest_waiting_at:%Y-%m-%d %H:%M} UTC" if health.oldest_waiting_at else ""
    return format_html(
        "{} {}<br>{}{}<br>{} waiting{}; last 24 hours: {} delivered, {} failed<br>"
        '<a href="{}">The endpoint</a> · <a href="{}?endpoint__id__exact={}">Its deliveries</a>',
        endpoint.method,
        endpoint.url,
        _state(endpoint),
        f" ({endpoint.disabled_reason})" if endpoint.disabled_reason else "",
        f"{health.waiting_count:,}",
        since,
        f"{health.delivered_count:,}",
        f"{health.failed_count:,}",
        reverse("admin:delivery_endpoint_change", args=[endpoint.pk]),
        reverse("admin:delivery_delivery_changelist"),
        endpoint.pk,
    )
