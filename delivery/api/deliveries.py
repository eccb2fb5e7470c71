"""`/apps/deliveries`: everything that is sent out, what became of each try, and sending again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import organisation_of
from accounts.idempotency import idempotent
from delivery.answers import (
    DeliveriesPage,
    DeliveryAnswer,
    DeliveryWithAttempts,
    delivery_answer,
    delivery_with_attempts,
)
from delivery.api.parameters import read_filter
from delivery.finding import behind, deliveries_of, find_delivery
from delivery.models import Delivery
from delivery.purposes import PURPOSES
from delivery.redelivering import redeliver, refusal
from lasso.errors import IllegalMove, NotFound
from lasso.openapi import paging_parameters
from lasso.paging import Listing, page_size

USUAL_PAGE = 100
LARGEST_PAGE = 1000
MOST_ATTEMPTS = 100

PARAMETERS = [
    OpenApiParameter(
        "state", str, enum=[status.value for status in Delivery.Status], description="In any letter case."
    ),
    OpenApiParameter("purpose", str, enum=list(PURPOSES), description="What it is for."),
    OpenApiParameter("endpoint", UUID, description="An endpoint's id."),
    OpenApiParameter("company", str, description="A company's id, such as CVR-1-34580820, or its CVR number."),
    OpenApiParameter("batch", UUID, description="A batch's id."),
    OpenApiParameter("since", datetime, description="Queued at this moment or later; UTC when no offset is given."),
    OpenApiParameter("until", datetime, description="Queued before this moment."),
    *paging_parameters(most=LARGEST_PAGE, when_left_out=str(USUAL_PAGE)),
]


def delivery_or_404(request: Request, delivery_id: UUID) -> Delivery:
    """The caller's delivery.

    Raises:
        NotFound: there is none, or it belongs to somebody else.
    """
    delivery = find_delivery(organisation_of(request), delivery_id)
    if delivery is None:
        raise NotFound(f"There is no delivery {delivery_id}.")
    return delivery


class DeliveriesView(APIView):
    """The log."""

    @extend_schema(
        operation_id="listDeliveries",
        summary="List deliveries",
        description="Newest first. Filters may be combined. Give `continuationToken` back as `cToken`, with the same "
        "filters, for the next page.",
        parameters=PARAMETERS,
        responses={200: DeliveriesPage},
        tags=["deliveries"],
    )
    def get(self, request: Request) -> Response:
        """One page."""
        organisation = organisation_of(request)
        wanted = read_filter(request)
        listing = Listing(scope=("deliveries", str(organisation.pk), *wanted.as_scope()), shape=(str, int))
        position = listing.position_in(request)
        size = page_size(request, default=USUAL_PAGE, most=LARGEST_PAGE)
        deliveries = deliveries_of(organisation, wanted=wanted)
        if position is not None:
            created_at, pk = position
            deliveries = behind(deliveries, created_at=datetime.fromisoformat(str(created_at)), pk=int(pk))
        # One more than the page shows whether there is a next one.
        found = list(deliveries[: size + 1])
        shown = found[:size]
        token = listing.token_at(shown[-1].created_at.isoformat(), shown[-1].pk) if len(found) > size else None
        return Response({"continuationToken": token, "results": [delivery_answer(delivery) for delivery in shown]})


class DeliveryView(APIView):
    """One delivery."""

    @extend_schema(
        operation_id="readDelivery",
        summary="Read a delivery with all its attempts",
        responses={200: DeliveryWithAttempts},
        tags=["deliveries"],
    )
    def get(self, request: Request, delivery_id: UUID) -> Response:
        """The delivery."""
        delivery = delivery_or_404(request, delivery_id)
        latest = list(delivery.attempts.order_by("-number")[:MOST_ATTEMPTS])
        return Response(delivery_with_attempts(delivery, latest[::-1]))


class RedeliverView(APIView):
    """Sends a delivery again."""

    @extend_schema(
        operation_id="redeliver",
        summary="Send a delivery again",
        description="Delivered, Duplicate, Gone or Failed → Waiting, with the same id and all its retries before it; "
        "409 in any other state, when its endpoint is closed, and when a newer message about the company has taken its "
        "place.",
        request=None,
        responses={200: DeliveryAnswer},
        tags=["deliveries"],
    )
    @idempotent()
    def post(self, request: Request, delivery_id: UUID) -> Response:
        """Put it in line again."""
        delivery = delivery_or_404(request, delivery_id)
        if not redeliver(delivery=delivery, now=timezone.now()):
            raise IllegalMove(refusal(delivery) or "The delivery was changed this moment; ask again.")
        return Response(delivery_answer(delivery))
