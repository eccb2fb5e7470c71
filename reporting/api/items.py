"""`/apps/reporting/batches/{id}/items`: a batch's finished reports, page by page."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lasso.errors import FieldError, FieldErrors
from lasso.openapi import paging_parameters
from lasso.paging import Listing, page_size
from reporting.answers import FINAL_STATUS_NUMBERS, FinalStatus, ItemsPage, item_answer
from reporting.api.batches import batch_or_404
from reporting.finding import finished_reports_of
from reporting.models import Report

USUAL_PAGE = 100
LARGEST_PAGE = 1000


def read_status(request: Request) -> FinalStatus | None:
    """The `status` filter, by name in any letter case or by number.

    Raises:
        FieldErrors: it is none of the three.
    """
    text = request.query_params.get("status", "").strip()
    if not text:
        return None
    for status, number in FINAL_STATUS_NUMBERS.items():
        if text.lower() in {status.value.lower(), str(number)}:
            return status
    known = ", ".join(f"{status.value} ({number})" for status, number in FINAL_STATUS_NUMBERS.items())
    raise FieldErrors([FieldError("status", f"{text!r} is not a status of an item; use {known}.")])


class ItemsView(APIView):
    """Finished reports."""

    @extend_schema(
        operation_id="listBatchItems",
        summary="List the finished reports of a batch",
        description="In the order in which they were finished. Give `continuationToken` back as `cToken` for the next "
        "page; pages stay the same while more reports finish.",
        parameters=[
            OpenApiParameter("status", str, description="Completed (0), Warning (1) or Failed (2)."),
            *paging_parameters(most=LARGEST_PAGE, when_left_out=str(USUAL_PAGE)),
        ],
        responses={200: ItemsPage},
        tags=["reporting"],
    )
    def get(self, request: Request, batch_id: UUID) -> Response:
        """One page."""
        batch = batch_or_404(request, batch_id)
        status = read_status(request)
        listing = Listing(scope=("items", str(batch.pk), status.value if status else ""), shape=(int,))
        position = listing.position_in(request)
        size = page_size(request, default=USUAL_PAGE, most=LARGEST_PAGE)
        found = finished_reports_of(
            batch, status=Report.Status(status.value) if status else None, after=int(position[0]) if position else 0
        )
        # One more than the page shows whether there is a next one.
        reports = list(found[: size + 1])
        shown, now = reports[:size], timezone.now()
        return Response(
            {
                "continuationToken": (
                    listing.token_at(shown[-1].finished_number or 0) if len(reports) > size else None
                ),
                "results": [item_answer(report, item=report.item, batch=batch, now=now) for report in shown],
            }
        )
