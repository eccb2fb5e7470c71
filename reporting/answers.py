"""What the API answers: batches and their finished reports, in the documentation's words."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from lasso.forms import one_of
from lasso.language import Language
from reporting.engines import Engine
from reporting.links import pdf_url
from reporting.models import Batch, BatchItem, Report, ReportType


class FinalStatus(StrEnum):
    """How a report ended: Completed (0), Warning (1), Failed (2)."""

    COMPLETED = "Completed"
    WARNING = "Warning"
    FAILED = "Failed"


FINAL_STATUS_NUMBERS = {FinalStatus.COMPLETED: 0, FinalStatus.WARNING: 1, FinalStatus.FAILED: 2}


class RecurrenceAnswer(BaseModel):
    """When a batch recurs."""

    crontab: str = Field(examples=["0 6 1 * *"])
    timeZone: str = Field(examples=["Europe/Copenhagen"])  # noqa: N815
    nextRunTime: datetime | None = Field(description="Null while it is paused, and when it is over.")  # noqa: N815
    paused: bool


class BatchAnswer(BaseModel):
    """A batch, as documented under "Retrieve reports"."""

    id: UUID
    name: str
    type: ReportType
    emailFormat: str = Field(description="The file-name format.")  # noqa: N815 - the wire's names
    status: Annotated[Batch.Status, one_of(Batch.Status)]
    batchSize: int = Field(description="The number of items.")  # noqa: N815
    completionPercentage: float = Field(description="From 0 to 1; 1 only when every item is done.")  # noqa: N815
    scheduledTime: datetime | None  # noqa: N815
    timestamp: datetime = Field(description="When the batch was ordered.")
    notificationEmail: str | None  # noqa: N815
    notificationWebHookUrl: str | None  # noqa: N815
    errorAppend: str | None  # noqa: N815
    isListener: bool  # noqa: N815
    triggerNow: bool  # noqa: N815
    language: Language = Field(description="Of the reports, and of the mails about them.")
    engine: Engine = Field(description="Who prints: standard, or fast (no tags for screen readers).")
    archival: bool = Field(description="Whether the reports are PDF/A-3 with their data attached.")
    archived: bool
    recurrence: RecurrenceAnswer | None = Field(description="When it runs again and again; null for one that does not.")
    recurringBatchId: UUID | None = Field(description="Of a run: the batch that recurs.")  # noqa: N815
    lassoOrgId: UUID  # noqa: N815
    lassoUserId: UUID | None  # noqa: N815


class ItemAnswer(BaseModel):
    """A finished report; a webhook carries the same."""

    id: UUID
    batchId: UUID  # noqa: N815
    lassoId: str = Field(examples=["CVR-1-34580820"])  # noqa: N815
    cvr: int
    name: str = Field(description="The report's name: the format filled in, with `errorAppend` when it failed.")
    companyName: str | None  # noqa: N815
    format: str
    internalCustomerId: int | None  # noqa: N815
    pdfurl: str | None = Field(description="A direct link to the PDF: works without a key, and expires.")
    printType: ReportType  # noqa: N815
    status: FinalStatus
    expired: bool = Field(description="Whether the PDF was kept long enough and is deleted; `pdfurl` is null then.")
    warnings: list[str] = Field(description="Why the report says less than it should.")
    error: str | None = Field(description="Why the report failed.")
    createdOn: datetime  # noqa: N815


class ItemsPage(BaseModel):
    """One page of finished reports, in the order in which they were finished."""

    continuationToken: str | None = Field(description="Give it as cToken for the next page; null on the last.")  # noqa: N815
    results: list[ItemAnswer]


def batch_answer(batch: Batch) -> dict[str, Any]:
    """The JSON of a batch; `webhook_endpoint` must be at hand."""
    return BatchAnswer.model_construct(
        id=batch.pk,
        name=batch.name,
        type=ReportType(batch.type),
        emailFormat=batch.format,
        status=Batch.Status(batch.status),
        batchSize=batch.size,
        completionPercentage=batch.completion,
        scheduledTime=batch.scheduled_at,
        timestamp=batch.created_at,
        notificationEmail=batch.notification_email or None,
        notificationWebHookUrl=batch.webhook_endpoint.url if batch.webhook_endpoint else None,
        errorAppend=batch.error_append or None,
        isListener=batch.is_listener,
        triggerNow=batch.trigger_now,
        language=Language(batch.language),
        engine=Engine(batch.engine),
        archival=batch.is_archival,
        archived=batch.is_archived,
        recurrence=_recurrence(batch),
        recurringBatchId=batch.recurring_batch_id,
        lassoOrgId=batch.organisation_id,
        lassoUserId=batch.ordered_by_id,
    ).model_dump(mode="json")


def _recurrence(batch: Batch) -> RecurrenceAnswer | None:
    if not batch.is_recurring:
        return None
    return RecurrenceAnswer(
        crontab=batch.crontab,
        timeZone=batch.time_zone,
        nextRunTime=batch.next_run_at,
        paused=batch.is_paused,
    )


def item_answer(report: Report, *, item: BatchItem, batch: Batch, now: datetime) -> dict[str, Any]:
    """The JSON of a finished report; its link's time starts `now`."""
    return ItemAnswer.model_construct(
        id=report.pk,
        batchId=batch.pk,
        lassoId=f"CVR-1-{item.cvr}",
        cvr=int(item.cvr),
        name=report.file_name,
        companyName=report.company_name or None,
        format=item.format or batch.format,
        internalCustomerId=item.internal_customer_id,
        pdfurl=pdf_url(report_id=report.pk, file_name=report.file_name, now=now) if report.has_pdf else None,
        printType=ReportType(batch.type),
        status=FinalStatus(report.status),
        expired=report.pdf_expired_at is not None,
        warnings=report.warnings,
        error=report.failure or None,
        createdOn=report.finished_at or now,
    ).model_dump(mode="json")


def example_item(*, batch_id: str, cvr: str, report_type: ReportType, now: datetime) -> dict[str, Any]:
    """A made-up finished report, as the webhook test sends it."""
    return {
        "id": "00000000-0000-4000-8000-000000000000",
        "batchId": batch_id,
        "lassoId": f"CVR-1-{cvr}",
        "cvr": int(cvr),
        "name": f"{cvr}-Eksempel-{report_type.value}",
        "companyName": "Eksempel",
        "format": "{cvr}-{name}-{type}",
        "internalCustomerId": None,
        "pdfurl": None,
        "printType": report_type.value,
        "status": "Completed",
        "expired": False,
        "warnings": [],
        "error": None,
        "createdOn": now.isoformat().replace("+00:00", "Z"),
    }
