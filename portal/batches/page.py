"""One batch: how far it is, its reports, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from lasso.language import mark
from lasso.language import translate as _
from lasso.pages import unavailable
from lasso.paging import Listing
from portal.batches.finding import batch_or_404
from portal.batches.recurring import recurring_context
from portal.batches.wording import REPORT_STATES, State, batch_state, report_state, type_name
from portal.pages import MemberRequest, member_page
from portal.pagination import Slice, next_query, position_asked_for
from reporting.archive import open_archive
from reporting.finding import finished_reports_of
from reporting.models import Batch, Report, StatusConflictError
from reporting.moves import cancel_batch, retry_failed, stop_listening
from reporting.naming import safe_name
from reporting.recurring import pause, resume, stop_recurring
from reporting.storing import StorageUnreachableError

PAGE_SIZE = 50
FINAL = (Report.Status.COMPLETED, Report.Status.WARNING, Report.Status.FAILED)


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One report in the list."""

    report: Report
    state: State


@dataclass(frozen=True, slots=True)
class Move:
    """What a member can do with the batch now."""

    name: str
    title: str
    is_danger: bool = False


@require_safe
@member_page
def batch(request: MemberRequest, batch_id: UUID) -> HttpResponse:
    """The batch's page; as a part of it when htmx asks for news."""
    shown = batch_or_404(request, batch_id)
    context = {**_state_of(shown), "found": _reports(request, shown), "filters": _filters(shown)}
    if shown.is_recurring:
        context |= recurring_context(request, shown)
    is_part = getattr(request, "htmx", None) and request.headers.get("hx-target") == "batch"
    return render(request, "portal/batches/parts.html" if is_part else "portal/batches/page.html", context)


@require_safe
@member_page
def download(request: MemberRequest, batch_id: UUID) -> HttpResponseBase:
    """The zip of the finished reports."""
    shown = batch_or_404(request, batch_id)
    name = content_disposition_header(True, f"{safe_name(shown.name)}.zip") or "attachment"
    try:
        pieces = open_archive(shown)
    except StorageUnreachableError:
        return unavailable(request, "The reports cannot be read from the storage right now; try again.")
    return StreamingHttpResponse(pieces, content_type="application/zip", headers={"Content-Disposition": name})


MOVES: dict[str, tuple[Callable[..., Any], str]] = {
    "stop": (stop_listening, mark("Overvågningen er stoppet.")),
    "end": (stop_recurring, mark("Bestillingen gentages ikke mere. Det, der er i gang, bliver færdigt.")),
    "pause": (pause, mark("Bestillingen er sat på pause.")),
    "resume": (resume, mark("Bestillingen gentages igen.")),
    "cancel": (cancel_batch, mark("Bestillingen er annulleret. Det, der var færdigt, er her stadig.")),
    "retry": (retry_failed, mark("De mislykkede dannes igen.")),
}


@require_POST
@member_page
def move(request: MemberRequest, batch_id: UUID, name: str) -> HttpResponse:
    """Stop, cancel or retry."""
    shown = batch_or_404(request, batch_id)
    if name not in MOVES:
        raise Http404
    verb, said = MOVES[name]
    try:
        verb(shown, now=timezone.now())
    except StatusConflictError:
        messages.error(request, _("Det kan ikke lade sig gøre, som bestillingen står nu."))
    else:
        messages.success(request, _(said))
    return redirect("portal:batch", batch_id=batch_id)


def _state_of(shown: Batch) -> dict[str, Any]:
    return {
        "batch": shown,
        "state": batch_state(shown),
        "type": type_name(shown.type),
        "percent": int(shown.completion * 100),
        "finished_count": shown.completed_count + shown.warning_count + shown.failed_count,
        "moves": _moves(shown),
        "is_moving": shown.status in {Batch.Status.INITIALIZING, Batch.Status.EXECUTING, Batch.Status.LISTENING},
    }


def _moves(shown: Batch) -> list[Move]:
    if shown.is_recurring:
        return _moves_of_recurring(shown)
    moves = []
    if shown.status == Batch.Status.FINISHED_WITH_ERRORS:
        moves.append(Move("retry", _("Prøv de mislykkede igen")))
    if shown.status == Batch.Status.LISTENING:
        moves.append(Move("stop", _("Stop overvågningen"), is_danger=True))
    if shown.status in {Batch.Status.SCHEDULED, Batch.Status.EXECUTING}:
        moves.append(Move("cancel", _("Annullér"), is_danger=True))
    return moves


def _moves_of_recurring(shown: Batch) -> list[Move]:
    if shown.status != Batch.Status.SCHEDULED:
        return []
    first = Move("resume", _("Genoptag")) if shown.is_paused else Move("pause", _("Sæt på pause"))
    return [
        first,
        Move("end", _("Stop gentagelsen"), is_danger=True),
        Move("cancel", _("Stop, og annullér det, der er i gang"), is_danger=True),
    ]


def _filters(shown: Batch) -> list[tuple[str, str, int]]:
    counts = {
        Report.Status.COMPLETED: shown.completed_count,
        Report.Status.WARNING: shown.warning_count,
        Report.Status.FAILED: shown.failed_count,
    }
    return [(status.value, _(REPORT_STATES[status][0]), count) for status, count in counts.items()]


def _reports(request: MemberRequest, shown: Batch) -> Slice[ReportLine]:
    text = request.GET.get("status", "")
    status = Report.Status(text) if text in FINAL else None
    listing = Listing(scope=("portal.reports", str(shown.pk), text), shape=(int,))
    position = position_asked_for(request, listing)
    after = cast("tuple[int]", position)[0] if position else 0
    rows = list(finished_reports_of(shown, status=status, after=after)[: PAGE_SIZE + 1])
    query = ""
    if len(rows) > PAGE_SIZE:
        query = next_query(request, listing.token_at(rows[PAGE_SIZE - 1].finished_number or 0))
    return Slice([ReportLine(row, report_state(row)) for row in rows[:PAGE_SIZE]], query, position is None)
