"""Finding an organisation's batches and their finished reports."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Organisation
from reporting.models import Batch, Report


def batches_of(organisation: Organisation) -> QuerySet[Batch]:
    """The organisation's batches, newest first."""
    return (
        Batch.objects.filter(organisation=organisation)
        .select_related("webhook_endpoint")
        .order_by("-created_at", "-id")
    )


def older_than(batches: QuerySet[Batch], *, created_at: str, batch_id: str) -> QuerySet[Batch]:
    """Those behind a batch in the order of `batches_of`; the moment is in ISO form."""
    # The first condition is what the index is searched by.
    return batches.filter(
        Q(created_at__lte=created_at), Q(created_at__lt=created_at) | Q(created_at=created_at, pk__lt=batch_id)
    )


def find_batch(organisation: Organisation, batch_id: UUID) -> Batch | None:
    """The organisation's batch of that id; None for none, and for another organisation's."""
    return batches_of(organisation).filter(pk=batch_id).first()


def runs_of(organisation: Organisation, batch: Batch) -> QuerySet[Batch]:
    """The runs of a batch that recurs, newest first."""
    return batches_of(organisation).filter(recurring_batch=batch)


def finished_reports_of(batch: Batch, *, status: Report.Status | None, after: int) -> QuerySet[Report]:
    """The batch's finished reports behind number `after`, in the order in which they were finished.

    Numbers never change and new reports get higher ones, so a page is the same however often it is asked for, and costs
    the same at the end as at the start.
    """
    reports = Report.objects.filter(batch=batch, finished_number__gt=after)
    if status is not None:
        reports = reports.filter(status=status)
    return reports.select_related("item").order_by("finished_number")
