"""The places where deliveries go: the list, and how each is doing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from delivery.finding import behind, endpoints_of, find_endpoint
from delivery.health import Health, health_of
from delivery.history import MOST_A_DAY, Day, days_of
from delivery.mails import is_mailbox
from delivery.models import Endpoint
from lasso.paging import Listing
from portal.deliveries.forms import LimitsForm, RecoverForm
from portal.deliveries.wording import State, endpoint_name, endpoint_state, milliseconds
from portal.pages import MemberRequest, member_page
from portal.pagination import Slice, next_query, position_asked_for
from portal.refusals import in_words

# Each has its figures counted, so that a page of them is a page of work.
PAGE_SIZE = 20
DAYS = 14


@dataclass(frozen=True, slots=True)
class EndpointLine:
    """One line of the list."""

    endpoint: Endpoint
    name: str
    address: str
    state: State
    health: Health


@dataclass(frozen=True, slots=True)
class DayBar:
    """A day's figures, and the widths of its bars, of 100, as SVG writes numbers."""

    date: date
    delivered_count: int
    failed_count: int
    is_more: bool
    delivered_width: str
    failed_width: str


def endpoint_or_404(request: MemberRequest, endpoint_id: UUID) -> Endpoint:
    """The organisation's endpoint.

    Raises:
        Http404: there is none, it is closed, or it belongs to somebody else.
    """
    found = find_endpoint(request.organisation, endpoint_id)
    if found is None:
        raise Http404
    return found


@require_safe
@member_page
def endpoints(request: MemberRequest) -> HttpResponse:
    """The organisation's endpoints."""
    return render(request, "portal/deliveries/endpoints.html", {"found": _page(request)})


@require_safe
@member_page
def endpoint(request: MemberRequest, endpoint_id: UUID) -> HttpResponse:
    """The endpoint's page."""
    return endpoint_page(request, endpoint_or_404(request, endpoint_id))


def endpoint_page(
    request: MemberRequest,
    shown: Endpoint,
    *,
    limits: LimitsForm | None = None,
    recovery: RecoverForm | None = None,
    new_secret: str = "",
) -> HttpResponse:
    """The page with the forms as they were sent, when something in them was wrong."""
    now = timezone.now()
    health = health_of([shown.pk], now=now)[shown.pk]
    context: dict[str, Any] = {
        "endpoint": shown,
        "name": endpoint_name(shown),
        "address": _address(shown),
        "state": endpoint_state(shown, now=now),
        "is_paused": shown.paused_until is not None and shown.paused_until > now,
        "is_mail": is_mailbox(shown.url),
        "reason": in_words(shown.disabled_reason),
        "health": health,
        "median": milliseconds(health.median_duration),
        "slow": milliseconds(health.p95_duration),
        "bars": bars_of(days_of(shown.pk, now=now, count=DAYS)),
        "most_a_day": MOST_A_DAY,
        "limits": limits or LimitsForm.of(shown),
        "recovery": recovery or RecoverForm(),
        "new_secret": new_secret,
        "now": now,
    }
    return render(request, "portal/deliveries/endpoint.html", context)


def bars_of(days: Sequence[Day]) -> list[DayBar]:
    """The days, newest first, with bars as long as the busiest day's is 100."""
    most = max((day.delivered_count + day.failed_count for day in days), default=0) or 1
    return [
        DayBar(
            day.date,
            day.delivered_count,
            day.failed_count,
            day.is_more,
            delivered_width=f"{100 * day.delivered_count / most:.2f}",
            failed_width=f"{100 * day.failed_count / most:.2f}",
        )
        for day in reversed(days)
    ]


def _page(request: MemberRequest) -> Slice[EndpointLine]:
    listing = Listing(scope=("portal.endpoints", str(request.organisation.pk)), shape=(str, str))
    position = position_asked_for(request, listing)
    rows = endpoints_of(request.organisation)
    if position is not None:
        created_at, pk = cast("tuple[str, str]", position)
        rows = behind(rows, created_at=datetime.fromisoformat(created_at), pk=UUID(pk))
    found = list(rows[: PAGE_SIZE + 1])
    shown, query = found[:PAGE_SIZE], ""
    if len(found) > PAGE_SIZE:
        query = next_query(request, listing.token_at(shown[-1].created_at.isoformat(), str(shown[-1].pk)))
    now = timezone.now()
    health = health_of([one.pk for one in shown], now=now)
    lines = [
        EndpointLine(one, endpoint_name(one), _address(one), endpoint_state(one, now=now), health[one.pk])
        for one in shown
    ]
    return Slice(lines, query, position is None)


def _address(endpoint: Endpoint) -> str:
    return endpoint.url.partition(":")[2] if is_mailbox(endpoint.url) else f"{endpoint.method} {endpoint.url}"
