"""The list of batches: newest first, with search and filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lasso.language import mark
from lasso.language import translate as _
from lasso.paging import Listing
from portal.batches.wording import TYPES, State, batch_state, type_name
from portal.pages import MemberRequest, member_page
from portal.pagination import Slice, next_query, position_asked_for
from reporting.finding import batches_of, older_than
from reporting.models import Batch, ReportType

PAGE_SIZE = 50
# What people look for, and the states that it means.
STATES = {
    "open": (mark("Ikke færdige"), (Batch.Status.INITIALIZING, Batch.Status.SCHEDULED, Batch.Status.EXECUTING)),
    "listening": (mark("Overvåger"), (Batch.Status.LISTENING,)),
    "finished": (mark("Færdige"), Batch.FINISHED),
    "problems": (
        mark("Med advarsler eller fejl"),
        (Batch.Status.FINISHED_WITH_WARNING, Batch.Status.FINISHED_WITH_ERRORS),
    ),
    "ended": (mark("Stoppet eller annulleret"), (Batch.Status.LISTENING_STOPPED, Batch.Status.CANCELLED)),
}


@dataclass(frozen=True, slots=True)
class BatchFilter:
    """Which batches are wanted; what is not known is taken as not given."""

    text: str = ""
    state: str = ""
    type: str = ""
    series: str = ""  # the runs of this batch, which recurs

    @classmethod
    def of(cls, request: HttpRequest) -> BatchFilter:
        """The filter in the address."""
        state, report_type = request.GET.get("state", ""), request.GET.get("type", "")
        return cls(
            text=request.GET.get("text", "").strip()[:200],
            state=state if state in STATES else "",
            type=report_type if report_type in ReportType.values else "",
            series=_batch_id(request.GET.get("series", "")),
        )

    def choose(self, batches: QuerySet[Batch]) -> QuerySet[Batch]:
        """Those that are wanted."""
        if self.text:
            batches = batches.filter(name__icontains=self.text)
        if self.state:
            batches = batches.filter(status__in=STATES[self.state][1])
        if self.series:
            batches = batches.filter(recurring_batch_id=UUID(self.series))
        return batches.filter(type=self.type) if self.type else batches


def _batch_id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One line of the list."""

    batch: Batch
    state: State
    type: str
    percent: int


@require_safe
@member_page
def batches(request: MemberRequest) -> HttpResponse:
    """The organisation's batches; as a part of the page when htmx asks for it."""
    wanted = BatchFilter.of(request)
    found = _page(request, wanted)
    context = {
        "wanted": wanted,
        "found": found,
        "states": [(key, _(word)) for key, (word, _states) in STATES.items()],
        "types": [(key.value, type_name(key)) for key in TYPES],
        "is_moving": any(line.batch.status in MOVING for line in found.entries),
    }
    is_part = getattr(request, "htmx", None) and request.headers.get("hx-target") == "batches"
    return render(request, "portal/batches/table.html" if is_part else "portal/batches/list.html", context)


MOVING = (Batch.Status.INITIALIZING, Batch.Status.EXECUTING)


def line_of(batch: Batch) -> BatchLine:
    """The batch as the list shows it."""
    return BatchLine(batch, batch_state(batch), type_name(batch.type), int(batch.completion * 100))


def _page(request: MemberRequest, wanted: BatchFilter) -> Slice[BatchLine]:
    scope = ("portal.batches", str(request.organisation.pk), wanted.text, wanted.state, wanted.type, wanted.series)
    listing = Listing(scope=scope, shape=(str, str))
    position = position_asked_for(request, listing)
    rows = wanted.choose(batches_of(request.organisation)).select_related("ordered_by")
    if position is not None:
        created_at, batch_id = cast("tuple[str, str]", position)
        rows = older_than(rows, created_at=created_at, batch_id=batch_id)
    shown = list(rows[: PAGE_SIZE + 1])
    query = ""
    if len(shown) > PAGE_SIZE:
        last = shown[PAGE_SIZE - 1]
        query = next_query(request, listing.token_at(last.created_at.isoformat(), str(last.pk)))
    return Slice([line_of(batch) for batch in shown[:PAGE_SIZE]], query, position is None)
