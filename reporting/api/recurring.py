"""`/apps/reporting/batches/{id}/…` of a batch that recurs: its runs, its crontab, pausing and resuming."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import organisation_of
from accounts.idempotency import idempotent
from lasso.parsing import object_of
from reporting.answers import BatchAnswer
from reporting.api.batches import LIST_PARAMETERS, TOKEN_HEADER, MoveView, batch_or_404, list_answer
from reporting.finding import runs_of
from reporting.recurrence_form import RecurrenceForm
from reporting.recurring import change_recurrence, pause, resume


class RunsView(APIView):
    """What a recurring batch has made."""

    @extend_schema(
        operation_id="listBatchRuns",
        summary="List the runs of a batch that recurs",
        description="Batches, newest first, as a plain array: all of them, or a page when `pageSize` is given. The "
        f"token of the next page is then in the header `{TOKEN_HEADER}`. A batch that does not recur has none.",
        parameters=LIST_PARAMETERS,
        responses={200: list[BatchAnswer]},
        tags=["reporting"],
    )
    def get(self, request: Request, batch_id: UUID) -> Response:
        """The runs."""
        batch = batch_or_404(request, batch_id)
        return list_answer(request, runs_of(organisation_of(request), batch), scope=("runs", str(batch.pk)))


class RecurrenceView(MoveView):
    """When a batch recurs."""

    @extend_schema(
        operation_id="changeRecurrence",
        summary="Change when a batch recurs",
        description="Holds from now on; a run that is due this moment is made first. One that is paused stays paused.",
        request=RecurrenceForm,
        responses={200: BatchAnswer},
        tags=["reporting"],
    )
    def put(self, request: Request, batch_id: UUID) -> Response:
        """Another crontab, another time zone."""
        batch_or_404(request, batch_id)
        recurrence = RecurrenceForm.read(object_of(request)).recurrence
        return self.make(request, batch_id, partial(change_recurrence, recurrence=recurrence))


class PauseView(MoveView):
    """Pauses a batch that recurs."""

    @extend_schema(
        operation_id="pauseBatch",
        summary="Pause a batch that recurs",
        request=None,
        responses={200: BatchAnswer},
        tags=["reporting"],
    )
    @idempotent()
    def post(self, request: Request, batch_id: UUID) -> Response:
        """No runs until it is resumed. What is under way goes on."""
        return self.make(request, batch_id, pause)


class ResumeView(MoveView):
    """Resumes a paused batch."""

    @extend_schema(
        operation_id="resumeBatch",
        summary="Resume a batch that was paused",
        request=None,
        responses={200: BatchAnswer},
        tags=["reporting"],
    )
    @idempotent()
    def post(self, request: Request, batch_id: UUID) -> Response:
        """Runs again, at the first moment from now on; those missed meanwhile are not made up for."""
        return self.make(request, batch_id, resume)
