"""`/apps/reporting/batches`: order, list, read, stop, cancel, retry; `reporting.api.recurring` has the rest."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import organisation_of, user_id_of
from accounts.idempotency import idempotent
from lasso.errors import IllegalMove, NotFound
from lasso.openapi import paging_parameters
from lasso.paging import SIZE_PARAMETER, Listing, page_size
from lasso.parsing import object_of
from reporting.answers import BatchAnswer, batch_answer
from reporting.finding import batches_of, find_batch, older_than
from reporting.models import Batch, StatusConflictError
from reporting.moves import cancel_batch, retry_failed, stop
from reporting.order_form import OrderForm
from reporting.ordering import order_batch
from reporting.placing import order_of, read_order

TOKEN_HEADER = "lasso-continuation-token"  # noqa: S105 - the name of a header
LARGEST_PAGE = 1000

LIST_PARAMETERS = [
    *paging_parameters(most=LARGEST_PAGE, when_left_out="all", start=f"The {TOKEN_HEADER} of the page before."),
    OpenApiParameter(TOKEN_HEADER, str, OpenApiParameter.HEADER, response=[200], description="There when more follow."),
]

EXAMPLE_ORDER = {
    "batchName": "My Batch",
    "format": "{cvr}-{name}-{type}",
    "type": "Revision",
    "notificationEmail": "mail@mail.com",
    "notificationWebhookUrl": "https://myserver.com/reportwebhook",
    "authConfig": None,
    "errorAppend": "#error",
    "scheduledTime": "2018-01-01 01:00:00",
    "items": [
        {"cvr": 34580820, "format": "1234-{cvr}-{name}", "internalCustomerId": 1234},
        {"cvr": 34580821, "format": "4321-{cvr}-{name}", "internalCustomerId": 4321},
    ],
    "isListener": False,
    "triggerNow": False,
}


EXAMPLE_RECURRING = {
    "batchName": "The monthly owners",
    "format": "{cvr}-{name}-{rundate}",
    "type": "ReelleEjere",
    "items": [{"cvr": 34580820}],
    "recurrence": {"crontab": "0 6 1 * *", "timeZone": "Europe/Copenhagen"},
}


def batch_or_404(request: Request, batch_id: UUID) -> Batch:
    """The caller's batch.

    Raises:
        NotFound: there is none, or it belongs to somebody else.
    """
    batch = find_batch(organisation_of(request), batch_id)
    if batch is None:
        raise NotFound(f"There is no batch {batch_id}.")
    return batch


def list_answer(request: Request, batches: QuerySet[Batch], *, scope: tuple[str, ...]) -> Response:
    """Batches in the order of `batches_of`: a plain array of all, or of a page when a size is asked for.

    `scope` names the list, so that a token of one is none of another.
    """
    listing = Listing(scope=scope, shape=(str, str))
    position = listing.position_in(request)
    if position is not None:
        batches = older_than(batches, created_at=str(position[0]), batch_id=str(position[1]))
    if SIZE_PARAMETER not in request.query_params:
        return Response([batch_answer(batch) for batch in batches.iterator()])
    size = page_size(request, default=LARGEST_PAGE, most=LARGEST_PAGE)
    found = list(batches[: size + 1])
    headers = {}
    if len(found) > size:
        last = found[size - 1]
        headers[TOKEN_HEADER] = listing.token_at(last.created_at.isoformat(), str(last.pk))
    return Response([batch_answer(batch) for batch in found[:size]], headers=headers)


class BatchesView(APIView):
    """All batches, and a new one."""

    @extend_schema(
        operation_id="listBatches",
        summary="List batches",
        description="The batches of the organisation, newest first, as a plain array: all of them, or a page when "
        f"`{SIZE_PARAMETER}` is given. The token of the next page is then in the header `{TOKEN_HEADER}`.",
        parameters=LIST_PARAMETERS,
        responses={200: list[BatchAnswer]},
        tags=["reporting"],
    )
    def get(self, request: Request) -> Response:
        """The organisation's batches."""
        organisation = organisation_of(request)
        return list_answer(request, batches_of(organisation), scope=("batches", str(organisation.pk)))

    @extend_schema(
        operation_id="orderBatch",
        summary="Order a batch of reports",
        request=OrderForm,
        responses={201: BatchAnswer},
        examples=[
            OpenApiExample("As documented", value=EXAMPLE_ORDER, request_only=True),
            OpenApiExample("At six on the first day of each month", value=EXAMPLE_RECURRING, request_only=True),
        ],
        tags=["reporting"],
    )
    @idempotent()
    def post(self, request: Request) -> Response:
        """Order a batch."""
        organisation = organisation_of(request)
        order = order_of(read_order(object_of(request)), organisation=organisation)
        batch = order_batch(organisation=organisation, user_id=user_id_of(request), order=order, now=timezone.now())
        return Response(batch_answer(batch), status=201)


class BatchView(APIView):
    """One batch."""

    @extend_schema(operation_id="readBatch", summary="Read a batch", responses={200: BatchAnswer}, tags=["reporting"])
    def get(self, request: Request, batch_id: UUID) -> Response:
        """The batch."""
        return Response(batch_answer(batch_or_404(request, batch_id)))


class MoveView(APIView):
    """A move that a person makes with a batch."""

    def make(self, request: Request, batch_id: UUID, verb: Callable[..., object]) -> Response:
        """Make the move and answer with the batch after it; an illegal one is a 409."""
        batch = batch_or_404(request, batch_id)
        try:
            verb(batch, now=timezone.now())
        except StatusConflictError as error:
            raise IllegalMove(str(error)) from None
        batch.refresh_from_db()
        return Response(batch_answer(batch))


class StopView(MoveView):
    """Stops a listener, or a batch that recurs."""

    @extend_schema(
        operation_id="stopBatch",
        summary="Stop a listener, or a batch that recurs",
        request=None,
        responses={200: BatchAnswer},
        tags=["reporting"],
    )
    @idempotent()
    def post(self, request: Request, batch_id: UUID) -> Response:
        """Listening → ListeningStopped; runs that are not finished are cancelled.

        A batch that recurs: Scheduled → Finished; there are no more runs, and what is under way goes on.
        """
        return self.make(request, batch_id, stop)


class CancelView(MoveView):
    """Cancels a batch."""

    @extend_schema(
        operation_id="cancelBatch",
        summary="Cancel what a batch has not finished",
        request=None,
        responses={200: BatchAnswer},
        tags=["reporting"],
    )
    @idempotent()
    def post(self, request: Request, batch_id: UUID) -> Response:
        """Scheduled or Executing → Cancelled. Finished reports stay.

        A batch that recurs has no more runs, and those that are under way are cancelled too.
        """
        return self.make(request, batch_id, cancel_batch)


class RetryView(MoveView):
    """Runs failed reports again."""

    @extend_schema(
        operation_id="retryBatch",
        summary="Run the failed reports of a batch again",
        request=None,
        responses={200: BatchAnswer},
        tags=["reporting"],
    )
    @idempotent()
    def post(self, request: Request, batch_id: UUID) -> Response:
        """FinishedWithErrors → Executing. Each report that is made again is told again."""
        return self.make(request, batch_id, retry_failed)
