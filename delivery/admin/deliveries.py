"""The administrator's page of deliveries: what was sent, each try of it, and sending again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator

from delivery.admin.pages import DeliveryPages, milliseconds
from delivery.answers import called, explained, method_of
from delivery.api.parameters import read_company
from delivery.models import Attempt, Delivery, Endpoint
from delivery.redelivering import redeliver
from delivery.transports.base import url_of
from lasso.admin import LongTablePaginator, ReadOnly

# Endpoints whose URL holds what is searched for; more would make a slow page of it.
MOST_ENDPOINTS = 100


class AttemptInline(ReadOnly, admin.TabularInline[Attempt, Delivery]):
    """Each try of a delivery."""

    model = Attempt
    extra = 0
    ordering = ("-number",)
    fields = (
        "started_at",
        "address",
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
    readonly_fields = ("address", "took", "explanation")

    @admin.display(description="Called")
    def address(self, attempt: Attempt) -> str:
        """Method and URL."""
        method, url = called(attempt, attempt.delivery)
        return f"{method} {url}" if method else url

    @admin.display(description="Took")
    def took(self, attempt: Attempt) -> str:
        """Its duration."""
        return milliseconds(attempt.duration) if attempt.duration is not None else "–"

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
            {
                "fields": (
                    ("public_id", "purpose"),
                    "about",
                    "address",
                    "endpoint",
                    "organisation",
                    ("batch_id", "report_id", "cvr"),
                )
            },
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

    @admin.display(description="Goes to")
    def address(self, delivery: Delivery) -> str:
        """Method and URL, filled in."""
        method = method_of(delivery.endpoint)
        return f"{method} {url_of(delivery)}" if method else url_of(delivery)

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
        still_open = f" {skipped} still open, cancelled or superseded, left as they are." if skipped else ""
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
