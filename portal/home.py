"""The first page after signing in: what runs, what finished, what needs somebody, and a quick order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from delivery.finding import endpoints_of
from delivery.models import Endpoint
from portal.batches.listing import BatchLine, line_of
from portal.batches.wording import TYPES, type_name
from portal.deliveries.wording import State, endpoint_name, endpoint_state
from portal.pages import MemberRequest, member_page
from portal.refusals import in_words
from reporting.finding import batches_of
from reporting.models import Batch

MOST_SHOWN = 5
RUNNING = (Batch.Status.INITIALIZING, Batch.Status.EXECUTING)
# What failed longer ago is found in the lists.
ATTENTION = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class EndpointLine:
    """An endpoint that takes nothing at the moment, and why."""

    endpoint: Endpoint
    name: str
    state: State
    reason: str


@require_safe
@member_page
def home(request: MemberRequest) -> HttpResponse:
    """The overview; as a part of it when htmx asks for news."""
    now = timezone.now()
    running = _lines(request.organisation, status__in=RUNNING)
    context = {
        "running": running,
        "finished": _lines(request.organisation, status__in=Batch.FINISHED),
        "failed": _failed(request.organisation, now=now),
        "endpoints": _failing(request.organisation, now=now),
        "types": [(kind.value, type_name(kind)) for kind in TYPES],
    }
    is_part = getattr(request, "htmx", None) and request.headers.get("hx-target") == "overview"
    return render(request, "portal/overview.html" if is_part else "portal/home.html", context)


def _lines(organisation: Organisation, **wanted: object) -> list[BatchLine]:
    """The newest batches that are wanted."""
    return [line_of(batch) for batch in batches_of(organisation).filter(**wanted)[:MOST_SHOWN]]


def _failed(organisation: Organisation, *, now: datetime) -> list[BatchLine]:
    """Batches with reports that failed in the last days, whether they are finished or go on."""
    recent = batches_of(organisation).filter(failed_count__gt=0)
    moved = Q(finished_at__gte=now - ATTENTION) | Q(finished_at=None, created_at__gte=now - ATTENTION)
    return [line_of(batch) for batch in recent.filter(moved)[:MOST_SHOWN]]


def _failing(organisation: Organisation, *, now: datetime) -> Sequence[EndpointLine]:
    found = endpoints_of(organisation).filter(Q(is_enabled=False) | Q(paused_until__gt=now))[:MOST_SHOWN]
    return [
        EndpointLine(one, endpoint_name(one), endpoint_state(one, now=now), in_words(one.disabled_reason))
        for one in found
    ]
