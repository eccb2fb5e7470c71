"""The list of integrations: newest first, with how they are doing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from delivery.health import Health, health_of
from delivery.models import Endpoint
from integrations.counting import counts_of
from integrations.finding import integrations_of, older_than
from integrations.models import Integration, MonitoredCompany
from lasso.language import translate as _
from lasso.paging import Listing
from portal.deliveries.wording import State, endpoint_state
from portal.pages import MemberRequest, member_page
from portal.pagination import Slice, next_query, position_asked_for

# Each has its figures counted, so that a page of them is a page of work.
PAGE_SIZE = 20
# More are shown as "more than".
MOST_COUNTED = 100_000
Company = MonitoredCompany.State


@dataclass(frozen=True, slots=True)
class EndpointLine:
    """One endpoint of an integration, and how it is doing."""

    title: str
    endpoint: Endpoint
    state: State
    health: Health


@dataclass(frozen=True, slots=True)
class IntegrationLine:
    """One line of the list."""

    integration: Integration
    endpoints: Sequence[EndpointLine]
    company_count: int
    failed_count: int


@require_safe
@member_page
def integrations(request: MemberRequest) -> HttpResponse:
    """The organisation's integrations."""
    return render(request, "portal/integrations/list.html", {"found": _page(request)})


def endpoint_lines(integrations: Sequence[Integration], *, now: datetime) -> dict[Integration, list[EndpointLine]]:
    """Each integration's endpoints with their figures, in one query."""
    found = {integration: _roles(integration) for integration in integrations}
    health = health_of([endpoint.pk for roles in found.values() for _title, endpoint in roles], now=now)
    return {
        integration: [
            EndpointLine(title, endpoint, endpoint_state(endpoint, now=now), health[endpoint.pk])
            for title, endpoint in roles
        ]
        for integration, roles in found.items()
    }


def _roles(integration: Integration) -> list[tuple[str, Endpoint]]:
    roles = [(_("Eksport"), integration.export_endpoint)]
    if integration.update_endpoint is not None:
        roles.append((_("Opdatering"), integration.update_endpoint))
    return roles


def _page(request: MemberRequest) -> Slice[IntegrationLine]:
    listing = Listing(scope=("portal.integrations", str(request.organisation.pk)), shape=(str, str))
    position = position_asked_for(request, listing)
    rows = integrations_of(request.organisation)
    if position is not None:
        created_at, integration_id = cast("tuple[str, str]", position)
        rows = older_than(rows, created_at=created_at, integration_id=integration_id)
    found = list(rows[: PAGE_SIZE + 1])
    shown, query = found[:PAGE_SIZE], ""
    if len(found) > PAGE_SIZE:
        query = next_query(request, listing.token_at(shown[-1].created_at.isoformat(), str(shown[-1].pk)))
    lines = endpoint_lines(shown, now=timezone.now())
    counts = counts_of([integration.pk for integration in shown], most=MOST_COUNTED)
    return Slice(
        [
            IntegrationLine(
                integration,
                lines[integration],
                company_count=sum(counts[integration.pk].values()),
                failed_count=counts[integration.pk][Company.EXPORT_FAILED],
            )
            for integration in shown
        ],
        query,
        position is None,
    )
