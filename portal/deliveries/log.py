"""The log of deliveries: newest first, with filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from delivery.finding import DeliveryFilter, behind, deliveries_of
from delivery.models import Delivery
from lasso.paging import Listing
from portal.deliveries.filters import FilterForm
from portal.deliveries.wording import State, answer_words, delivery_state, endpoint_name, purpose_name
from portal.pages import MemberRequest, member_page
from portal.pagination import Slice, next_query, position_asked_for

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One line of the log."""

    delivery: Delivery
    title: str
    purpose: str
    receiver: str
    state: State
    answer: str


@require_safe
@member_page
def deliveries(request: MemberRequest) -> HttpResponse:
    """The organisation's deliveries; as a part of the page when htmx asks for it."""
    form = FilterForm(request.GET, organisation=request.organisation)
    nothing: Slice[DeliveryLine] = Slice([], "", is_first=True)
    found = _page(request, form.wanted()) if form.is_valid() else nothing
    is_part = getattr(request, "htmx", None) and request.headers.get("hx-target") == "deliveries"
    template = "portal/deliveries/table.html" if is_part else "portal/deliveries/list.html"
    return render(request, template, {"form": form, "found": found})


def lines_of(deliveries: Sequence[Delivery]) -> list[DeliveryLine]:
    """The deliveries as the log shows them."""
    return [
        DeliveryLine(
            delivery,
            title=delivery.label or delivery.cvr or purpose_name(delivery.purpose),
            purpose=purpose_name(delivery.purpose),
            receiver=endpoint_name(delivery.endpoint),
            state=delivery_state(delivery.status),
            answer=answer_words(status_code=delivery.last_status_code, sentence=delivery.last_error),
        )
        for delivery in deliveries
    ]


def _page(request: MemberRequest, wanted: DeliveryFilter) -> Slice[DeliveryLine]:
    scope = ("portal.deliveries", str(request.organisation.pk), *wanted.as_scope())
    listing = Listing(scope=scope, shape=(str, int))
    position = position_asked_for(request, listing)
    rows = deliveries_of(request.organisation, wanted=wanted)
    if position is not None:
        created_at, pk = cast("tuple[str, int]", position)
        rows = behind(rows, created_at=datetime.fromisoformat(created_at), pk=pk)
    found = list(rows[: PAGE_SIZE + 1])
    shown, query = found[:PAGE_SIZE], ""
    if len(found) > PAGE_SIZE:
        query = next_query(request, listing.token_at(shown[-1].created_at.isoformat(), shown[-1].pk))
    return Slice(lines_of(shown), query, position is None)
