"""One report: its PDF in the page, and why it has a warning or failed."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from lasso.errors import NotFound, Refusal
from lasso.middleware import CONTENT_SECURITY_POLICY
from lasso.pages import unavailable
from portal.batches.finding import batch_or_404
from portal.batches.wording import report_state, type_name
from portal.pages import MemberRequest, member_page
from reporting.api.files import open_pdf
from reporting.models import Report

# The page shows a PDF of our own in a frame of its own.
WITH_FRAME = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
# The browser's viewer styles its own page.
IN_FRAME = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def report_or_404(request: MemberRequest, batch_id: UUID, report_id: UUID) -> Report:
    """The finished report of the organisation's batch.

    Raises:
        Http404: there is none, or it belongs to somebody else.
    """
    shown = batch_or_404(request, batch_id)
    report = shown.reports.filter(pk=report_id, finished_number__isnull=False).select_related("item", "batch").first()
    if report is None:
        raise Http404
    return report


@require_safe
@member_page
def report(request: MemberRequest, batch_id: UUID, report_id: UUID) -> HttpResponse:
    """The report's page."""
    shown = report_or_404(request, batch_id, report_id)
    context = {
        "report": shown,
        "batch": shown.batch,
        "state": report_state(shown),
        "type": type_name(shown.batch.type),
    }
    response = render(request, "portal/batches/report.html", context)
    response.headers["Content-Security-Policy"] = WITH_FRAME
    return response


@require_safe
@xframe_options_sameorigin
@member_page
def pdf(request: MemberRequest, batch_id: UUID, report_id: UUID) -> HttpResponseBase:
    """The PDF, shown in the browser; a file with `?download`."""
    shown = report_or_404(request, batch_id, report_id)
    if not shown.has_pdf:
        raise Http404
    try:
        file = open_pdf(shown)
    except NotFound:
        raise Http404 from None
    except Refusal as refusal:
        return unavailable(request, refusal.message)
    return FileResponse(
        file,
        as_attachment="download" in request.GET,
        filename=f"{shown.file_name}.pdf",
        content_type="application/pdf",
        headers={"Content-Security-Policy": IN_FRAME},
    )
