"""`/apps/endpoints`: the places where deliveries go, how they are doing, and their limits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import organisation_of
from delivery.answers import EndpointAnswer, EndpointsPage, endpoint_answer
from delivery.api.parameters import PAGING_PARAMETERS, check_parameters, known_fields, whole_number
from delivery.endpoints import EndpointChanges, change_endpoint
from delivery.finding import behind, endpoints_of, find_endpoint
from delivery.health import health_of
from delivery.models import Endpoint
from lasso.errors import FieldError, FieldErrors, NotFound
from lasso.openapi import paging_parameters
from lasso.paging import Listing, page_size
from lasso.parsing import FieldNames, kind_of, object_of

# Each has its figures counted, so that a page of them is a page of work.
USUAL_PAGE = 20
LARGEST_PAGE = 100

# What PATCH takes: the field, its column, and the most that it may be (null for no limit of its own).
LIMITS: dict[str, tuple[Literal["max_in_flight", "rate_per_second", "rate_per_minute"], int]] = {
    "maxInFlight": ("max_in_flight", 64),
    "ratePerSecond": ("rate_per_second", 100),
    "ratePerMinute": ("rate_per_minute", 6000),
}
PROBE_FIELD = "isProbed"
CHANGE_FIELDS = FieldNames([*LIMITS, PROBE_FIELD])
CHANGE_BODY = {
    "type": "object",
    "additionalProperties": False,
    "minProperties": 1,
    "properties": {
        **{name: {"type": ["integer", "null"], "minimum": 1, "maximum": most} for name, (_, most) in LIMITS.items()},
        PROBE_FIELD: {"type": "boolean"},
    },
}


def endpoint_or_404(request: Request, endpoint_id: UUID) -> Endpoint:
    """The caller's endpoint.

    Raises:
        NotFound: there is none, or it belongs to somebody else.
    """
    endpoint = find_endpoint(organisation_of(request), endpoint_id)
    if endpoint is None:
        raise NotFound(f"There is no endpoint {endpoint_id}.")
    return endpoint


def answers(endpoints: Sequence[Endpoint]) -> list[dict[str, Any]]:
    """The endpoints as the API shows them, with their figures."""
    now = timezone.now()
    health = health_of([endpoint.pk for endpoint in endpoints], now=now)
    return [endpoint_answer(endpoint, health[endpoint.pk], now=now) for endpoint in endpoints]


class EndpointsView(APIView):
    """All endpoints."""

    @extend_schema(
        operation_id="listEndpoints",
        summary="List endpoints and how they are doing",
        description="Newest first. An endpoint comes to be when a batch first names its URL or e-mail "
        "address, or with an integration, to which it then belongs alone.",
        parameters=paging_parameters(most=LARGEST_PAGE, when_left_out=str(USUAL_PAGE)),
        responses={200: EndpointsPage},
        tags=["deliveries"],
    )
    def get(self, request: Request) -> Response:
        """One page."""
        check_parameters(request, known=PAGING_PARAMETERS)
        organisation = organisation_of(request)
        listing = Listing(scope=("endpoints", str(organisation.pk)), shape=(str, str))
        position = listing.position_in(request)
        size = page_size(request, default=USUAL_PAGE, most=LARGEST_PAGE)
        endpoints = endpoints_of(organisation)
        if position is not None:
            created_at, pk = position
            endpoints = behind(endpoints, created_at=datetime.fromisoformat(str(created_at)), pk=UUID(str(pk)))
        # One more than the page shows whether there is a next one.
        found = list(endpoints[: size + 1])
        shown = found[:size]
        token = listing.token_at(shown[-1].created_at.isoformat(), str(shown[-1].pk)) if len(found) > size else None
        return Response({"continuationToken": token, "results": answers(shown)})


class EndpointView(APIView):
    """One endpoint."""

    @extend_schema(
        operation_id="readEndpoint",
        summary="Read an endpoint and how it is doing",
        responses={200: EndpointAnswer},
        tags=["deliveries"],
    )
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        """The endpoint."""
        return Response(answers([endpoint_or_404(request, endpoint_id)])[0])

    @extend_schema(
        operation_id="changeEndpoint",
        summary="Change an endpoint's limits",
        description="What is left out stays as it is. The limits hold from the next call on.",
        request={"application/json": CHANGE_BODY},
        responses={200: EndpointAnswer},
        tags=["deliveries"],
    )
    def patch(self, request: Request, endpoint_id: UUID) -> Response:
        """Change it."""
        endpoint = endpoint_or_404(request, endpoint_id)
        change_endpoint(endpoint=endpoint, changes=read_changes(object_of(request)))
        return Response(answers([endpoint])[0])


def read_changes(body: dict[str, Any]) -> EndpointChanges:
    """What the body changes.

    Raises:
        FieldErrors: every field that is not known or wrong, or there is none at all.
    """
    data = known_fields(body, names=CHANGE_FIELDS)
    if not data:
        raise FieldErrors([FieldError("", f"The body changes nothing; send {', '.join(sorted(CHANGE_FIELDS.names))}.")])
    changes: EndpointChanges = {}
    errors: list[FieldError] = []
    for name, value in data.items():
        try:
            if name == PROBE_FIELD:
                changes["is_probed"] = _flag(name, value)
            else:
                column, most = LIMITS[name]
                changes[column] = _limit(name, value, most=most)
        except FieldErrors as refusal:
            errors += refusal.errors
    if errors:
        raise FieldErrors(errors)
    return changes


def _limit(name: str, value: object, *, most: int) -> int | None:
    return None if value is None else whole_number(name, value, least=1, most=most)


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise FieldErrors([FieldError(name, f"must be true or false, found {kind_of(value)}.")])
    return value
