"""A batch that recurs, on pages: when it runs next, what it has made, and other times."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from lasso.language import translate as _
from portal.batches.finding import batch_or_404
from portal.batches.listing import line_of
from portal.batches.local_time import LocalTimeError, read_local_time
from portal.batches.refusals import in_words
from portal.batches.repeating import CHOICES, MOST_SHOWN, RepeatError, next_moments, recurrence_for
from portal.pages import MemberRequest, member_page
from reporting.finding import runs_of
from reporting.models import Batch, StatusConflictError
from reporting.recurrence import Recurrence, RecurrenceError, read_crontab
from reporting.recurring import change_recurrence, recurrence_of

MOST_RUNS = 10


@require_safe
@member_page
def next_runs(request: MemberRequest) -> HttpResponse:
    """When an order would run that is repeated as the query says."""
    return render(request, "portal/batches/next_runs.html", {"coming": coming_of(request)})


@require_POST
@member_page
def change_times(request: MemberRequest, batch_id: UUID) -> HttpResponse:
    """Repeat at other times."""
    shown = batch_or_404(request, batch_id)
    try:
        crontab = read_crontab(request.POST.get("crontab", ""))
        change_recurrence(shown, recurrence=Recurrence(crontab, shown.time_zone), now=timezone.now())
    except RecurrenceError as error:
        messages.error(request, in_words(str(error)))
    except StatusConflictError:
        messages.error(request, _("Det kan ikke lade sig gøre, som bestillingen står nu."))
    else:
        messages.success(request, _("Tidspunkterne er ændret."))
    return redirect("portal:batch", batch_id=batch_id)


def coming_of(request: HttpRequest) -> dict[str, Any]:
    """The next moments of what a form or an address says, or why there are none."""
    values = request.POST if request.method == "POST" else request.GET
    repeat = values.get("repeat", "")
    try:
        first = read_local_time(values["scheduled"]) if values.get("scheduled") else None
        recurrence = recurrence_for(
            repeat=repeat if repeat in CHOICES else "", first=first, crontab=values.get("crontab", "")
        )
    except (LocalTimeError, RepeatError) as error:
        return {"error": str(error)}
    return {"moments": next_moments(recurrence, first=first) if recurrence else []}


def recurring_context(request: MemberRequest, shown: Batch) -> dict[str, Any]:
    """What the page of a batch that recurs shows besides."""
    coming = []
    if shown.next_run_at is not None:
        recurrence = recurrence_of(shown)
        coming = [shown.next_run_at, *recurrence.moments_after(shown.next_run_at, most=MOST_SHOWN - 1)]
    runs = list(runs_of(request.organisation, shown).select_related("ordered_by")[: MOST_RUNS + 1])
    return {
        "coming": {"moments": coming},
        "runs": [line_of(run) for run in runs[:MOST_RUNS]],
        "has_more_runs": len(runs) > MOST_RUNS,
    }
