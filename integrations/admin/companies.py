"""The companies that integrations have, and how far each is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
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

from delivery.api.parameters import read_company
from integrations.admin.pages import IntegrationPages
from integrations.exporting import MOST_AT_ONCE, export_again, stop_monitoring
from integrations.finding import living_integrations, names_of
from integrations.models import Integration, MonitoredCompany
from integrations.trying import trials_of

# More would be no list to choose from; links and the address still filter by any.
MOST_CHOICES = 200


class IntegrationFilter(admin.SimpleListFilter):
    """The companies of one integration."""

    title = "integration"
    parameter_name = "integration__id__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        """The newest integrations, by organisation and name."""
        found = living_integrations().select_related("organisation").prefetch_related(None)
        newest = list(found.order_by("-created_at")[:MOST_CHOICES])
        return [(str(one.pk), f"{one.organisation.name}: {one.name}") for one in newest]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002
        """Those of the chosen one; of none for what is no id."""
        if self.value() is None:
            return queryset
        try:
            return queryset.filter(integration_id=UUID(self.value()))
        except ValueError:
            return queryset.none()


@admin.register(MonitoredCompany)
class MonitoredCompanyAdmin(IntegrationPages):
    """The companies that integrations have."""

    list_display = (
        "cvr",
        "name",
        "state",
        "integration",
        "organisation",
        "answer",
        "last_answer_at",
        "last_exported_at",
        "last_update_at",
    )
    list_filter = ("state", IntegrationFilter)
    list_select_related = ("integration__organisation",)
    search_fields = ("cvr",)  # only so that there is a field; get_search_results does the rest
    search_help_text = "A CVR number, or a part of an integration's or an organisation's name."
    fieldsets = (
        (None, {"fields": ("cvr", "name", "integration", "organisation", "state", "added_at")}),
        (
            "What the receiver said",
            {"fields": ("answer", "last_answer_at", "last_exported_at", "last_update_at", "its_deliveries")},
        ),
        ("What is to be sent", {"fields": ("export_due_at", "is_update_due")}),
    )
    actions = ("export_again", "stop_monitoring")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without those of deleted integrations, which a lane clears away."""
        return super().get_queryset(request).filter(integration__deleted_at__isnull=True)

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """By number where one integration is looked at, along its index; else the newest first."""
        return ("cvr",) if IntegrationFilter.parameter_name in request.GET else ("-id",)

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        queryset: QuerySet[Any],
        search_term: str,
    ) -> tuple[QuerySet[Any], bool]:
        """By an index where it is a number."""
        term = search_term.strip()
        return (queryset.filter(_searched(term)) if term else queryset), False

    def read_besides(self, rows: list[Any]) -> None:
        """The companies' names, and what is being tried of them."""
        names, trials = names_of(row.cvr for row in rows), trials_of(rows)
        for row in rows:
            row.__dict__["_name"] = names.get(row.cvr, "–")
            row.__dict__["_trial"] = trials.get(row.pk)

    @admin.display(description="Name")
    def name(self, company: MonitoredCompany) -> str:
        """As the register has it."""
        name: str = company.__dict__.get("_name") or names_of([company.cvr]).get(company.cvr, "–")
        return name

    @admin.display(description="Organisation")
    def organisation(self, company: MonitoredCompany) -> str:
        """Whose integration it is."""
        return company.integration.organisation.name

    @admin.display(description="Last answer")
    def answer(self, company: MonitoredCompany) -> str:
        """Its status, or why there was none; of a message that is being tried, when the next attempt is."""
        trial = company.__dict__["_trial"] if "_trial" in company.__dict__ else trials_of([company]).get(company.pk)
        if trial is None:
            return Truncator(company.last_answer or str(company.last_status_code or "–")).chars(80)
        again = f" Next attempt {trial.next_attempt_at:%Y-%m-%d %H:%M} UTC." if trial.next_attempt_at else ""
        return Truncator(trial.sentence or f"{trial.status_code}.").chars(80) + again

    @admin.display(description="Deliveries")
    def its_deliveries(self, company: MonitoredCompany) -> SafeString:
        """A link to all that was sent about it."""
        url = reverse("admin:delivery_delivery_changelist")
        organisation = company.integration.organisation_id
        return format_html('<a href="{}?q={}&organisation__id__exact={}">Show</a>', url, company.cvr, organisation)

    @admin.action(description="Export again", permissions=["act"])
    def export_again(self, request: HttpRequest, queryset: QuerySet[MonitoredCompany]) -> None:
        """Send the exports of the chosen ones again, as they are now."""
        now = timezone.now()
        count = sum(
            len(export_again(integration=integration, cvrs=cvrs, now=now).accepted)
            for integration, cvrs in _by_integration(queryset)
        )
        self.message_user(request, f"{count:,} exports put in line.", messages.SUCCESS)

    @admin.action(description="Stop monitoring: take out of the integration", permissions=["act"])
    def stop_monitoring(self, request: HttpRequest, queryset: QuerySet[MonitoredCompany]) -> None:
        """Take the chosen ones out."""
        now = timezone.now()
        count = sum(
            len(stop_monitoring(integration=integration, cvrs=cvrs, now=now).stopped)
            for integration, cvrs in _by_integration(queryset)
        )
        self.message_user(request, f"{count:,} no longer monitored.", messages.SUCCESS)


def _by_integration(companies: QuerySet[MonitoredCompany]) -> Iterator[tuple[Integration, list[str]]]:
    """The companies' numbers by their integration, in parts that the verbs take."""
    cvrs_of: dict[UUID, list[str]] = defaultdict(list)
    for integration_id, cvr in companies.order_by("cvr").values_list("integration_id", "cvr"):
        cvrs_of[integration_id].append(cvr)
    for integration in living_integrations().filter(pk__in=list(cvrs_of)):
        cvrs = iter(cvrs_of[integration.pk])
        while part := list(islice(cvrs, MOST_AT_ONCE)):
            yield integration, part


def _searched(term: str) -> Q:
    try:
        return Q(cvr=read_company(term))
    except ValueError:
        return Q(integration__name__icontains=term) | Q(integration__organisation__name__icontains=term)
