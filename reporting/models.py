"""Batches of reports, their items, and each report's way from Queued to a PDF."""

from __future__ import annotations

import uuid
from typing import ClassVar, TypeAlias

from django.conf import settings
from django.db import models

from accounts.models import Organisation, User
from delivery.models import Endpoint
from reporting.engines import Engine
from reporting.report_types import LISTENABLE_TYPES, REPORT_TYPE_NUMBERS, ReportType
from reporting.statuses import BatchStatus
from reporting.storage_walk import StorageWalk

__all__ = [
    "LISTENABLE_TYPES",
    "REPORT_TYPE_NUMBERS",
    "Batch",
    "BatchItem",
    "Report",
    "ReportType",
    "StatusConflictError",
    "StorageWalk",
]


class StatusConflictError(Exception):
    """The move is not a legal one from the state that the row is in; the message says which state that is."""


class Batch(models.Model):
    """An order of one or more reports, visible to everybody in the organisation."""

    Status: TypeAlias = BatchStatus
    FINISHED: ClassVar = (Status.FINISHED, Status.FINISHED_WITH_WARNING, Status.FINISHED_WITH_ERRORS)
    RUNNING: ClassVar = (Status.EXECUTING, Status.LISTENING)
    MOVES: ClassVar = {
        Status.INITIALIZING: frozenset({Status.SCHEDULED, Status.EXECUTING, Status.LISTENING}),
        Status.SCHEDULED: frozenset({Status.EXECUTING, Status.FINISHED, Status.CANCELLED}),  # Finished: it recurred
        Status.EXECUTING: frozenset({*FINISHED, Status.CANCELLED}),
        Status.LISTENING: frozenset({Status.LISTENING_STOPPED}),
        Status.LISTENING_STOPPED: frozenset(),
        Status.FINISHED: frozenset(),
        Status.FINISHED_WITH_WARNING: frozenset(),
        Status.FINISHED_WITH_ERRORS: frozenset({Status.EXECUTING}),
        Status.CANCELLED: frozenset(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="batches")
    ordered_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=20, choices=ReportType)
    format = models.CharField(max_length=500)
    error_append = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="da")
    engine = models.CharField(
        max_length=10, choices=[(engine.value, engine.value) for engine in Engine], default=Engine.STANDARD.value
    )
    is_archival = models.BooleanField(default=False)  # PDF/A-3 with the report's data attached
    notification_email = models.EmailField(blank=True)
    email_endpoint = models.ForeignKey(Endpoint, null=True, on_delete=models.PROTECT, related_name="+")
    webhook_endpoint = models.ForeignKey(Endpoint, null=True, on_delete=models.PROTECT, related_name="+")
    scheduled_at = models.DateTimeField(null=True)  # of a recurring batch: not before; of a run of one: its moment
    # A recurring batch (reporting.recurrence) has no reports of its own: each of its runs is a batch that names it.
    crontab = models.CharField(max_length=200, blank=True, default="", db_default="")
    time_zone = models.CharField(max_length=64, blank=True, default="", db_default="")
    next_run_at = models.DateTimeField(null=True)  # who moves it on makes the run; null: paused or over
    recurring_batch = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="runs", db_index=False
    )
    is_listener = models.BooleanField(default=False)
    trigger_now = models.BooleanField(default=False)
    is_archived = models.BooleanField(default=False)

    status = models.CharField(max_length=20, choices=Status, default=Status.INITIALIZING)
    size = models.PositiveIntegerField()
    # Reports in a final state; changed in the transaction that finishes a report, under this row's lock.
    completed_count = models.PositiveIntegerField(default=0)
    warning_count = models.PositiveIntegerField(default=0)
    failed_count = models.PositiveIntegerField(default=0)
    # Items that have had at least one report: a listener's completion, which must never go back.
    covered_count = models.PositiveIntegerField(default=0)
    # The last number given to a finished report. Numbers are given under this row's lock, so their order is the order
    # of commits, and a page that starts behind a number can miss nothing.
    finish_sequence = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "batches"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=BatchStatus.values),
                name="batch_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(type__in=["Revision", "Finans", "ReelleEjere", "RevisionUdvidet"]),
                name="batch_type_known",
            ),
            models.CheckConstraint(condition=models.Q(language__in=["da", "en"]), name="batch_language_known"),
            models.CheckConstraint(condition=models.Q(engine__in=["standard", "fast"]), name="batch_engine_known"),
            models.CheckConstraint(
                condition=~models.Q(engine="fast", is_archival=True), name="batch_archival_by_standard"
            ),
            models.CheckConstraint(
                condition=models.Q(covered_count__lte=models.F("size")), name="batch_covered_in_size"
            ),
            models.CheckConstraint(
                condition=models.Q(next_run_at__isnull=True) | (models.Q(status="Scheduled") & ~models.Q(crontab="")),
                name="batch_next_run_of_recurring",
            ),
            # A moment has one run, however many processes think that it is due.
            models.UniqueConstraint(
                fields=["recurring_batch", "scheduled_at"],
                name="batch_run_once",
                condition=models.Q(recurring_batch__isnull=False),
            ),
        ]
        indexes = [
            # The list of an organisation's batches, newest first.
            models.Index(fields=["organisation", "-created_at", "-id"], name="batch_newest"),
            # What the scheduler starts.
            models.Index(fields=["scheduled_at"], name="batch_scheduled", condition=models.Q(status="Scheduled")),
            models.Index(fields=["next_run_at"], name="batch_next_run", condition=models.Q(next_run_at__isnull=False)),
            # What is old enough to be forgotten.
            models.Index(fields=["finished_at"], name="batch_age", condition=models.Q(finished_at__isnull=False)),
            # What the sweep looks through.
            models.Index(
                fields=["status"], name="batch_running", condition=models.Q(status__in=["Executing", "Listening"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"

    @property
    def completion(self) -> float:
        """From 0 to 1, and 1 only when every item has its report; of a recurring batch, when it is over."""
        if self.is_recurring:
            return float(self.status == self.Status.FINISHED)
        return self.covered_count / self.size

    @property
    def is_recurring(self) -> bool:
        """Whether it has runs instead of reports."""
        return self.crontab != ""

    @property
    def is_paused(self) -> bool:
        """Whether it recurs, and makes no runs until it is resumed."""
        return self.is_recurring and self.status == self.Status.SCHEDULED and self.next_run_at is None

    def move(self, to: Batch.Status, **changes: object) -> None:
        """Move to another status, if the table allows it and nobody was quicker; other columns change with it.

        Raises:
            StatusConflictError: the move is illegal, or the row has left the status it was read in.
        """
        was = self.Status(self.status)
        if to not in self.MOVES[was]:
            raise StatusConflictError(f"The batch is {was} and cannot become {to}.")
        if not Batch.objects.filter(pk=self.pk, status=was).update(status=to, **changes):
            raise StatusConflictError(f"The batch is no longer {was}.")
        self.status = to
        for name, value in changes.items():
            setattr(self, name, value)


class BatchItem(models.Model):
    """One company in a batch, as ordered."""

    # No index of its own on a foreign key that another index begins with: 100,000 rows come in at once.
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="items", db_index=False)
    position = models.PositiveIntegerField()
    cvr = models.CharField(max_length=8)
    format = models.CharField(max_length=500, blank=True)  # empty: the batch's
    internal_customer_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="batch_item_position_once")]
        # Which listeners a change of this company concerns.
        indexes = [models.Index(fields=["cvr"], name="batch_item_cvr")]

    def __str__(self) -> str:
        return f"{self.cvr} in {self.batch_id}"


class Report(models.Model):
    """One run of one item: made once, whatever happens to the workers that try."""

    class Status(models.TextChoices):
        """Completed, Warning and Failed are final and what the API shows."""

        QUEUED = "Queued"
        RENDERING = "Rendering"
        COMPLETED = "Completed"
        WARNING = "Warning"
        FAILED = "Failed"
        CANCELLED = "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The item says whose it is as well. A constraint here would read the whole table for each batch that is deleted.
    batch = models.ForeignKey(
        Batch, on_delete=models.CASCADE, related_name="reports", db_index=False, db_constraint=False
    )
    item = models.ForeignKey(BatchItem, on_delete=models.CASCADE, related_name="reports", db_index=False)
    run = models.PositiveIntegerField(default=0)  # 0, and one more each time a listener runs it again
    position = models.PositiveIntegerField()  # the item's: the order of rendering

    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    attempt_count = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True)  # who renders it now; a worker whose claim is gone throws its work away
    lease_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField()  # later than now: the source was out of reach, or changes are being gathered

    company_name = models.CharField(max_length=500, blank=True)
    file_name = models.CharField(max_length=255, blank=True)  # without an ending; two may be the same
    balance_date = models.DateField(null=True)
    warnings = models.JSONField(default=list)  # sentences
    failure = models.TextField(blank=True)  # a sentence
    pdf = models.CharField(max_length=200, blank=True)  # key in the storage
    pdf_size = models.PositiveBigIntegerField(default=0)  # bytes
    pdf_expired_at = models.DateTimeField(null=True)  # when it was deleted, PDF_RETENTION after it was made
    finished_number = models.PositiveBigIntegerField(null=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "run"], name="report_once"),
            models.CheckConstraint(
                condition=models.Q(status__in=["Queued", "Rendering", "Completed", "Warning", "Failed", "Cancelled"]),
                name="report_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(status="Failed") ^ models.Q(failure=""), name="report_failure_iff_failed"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["Completed", "Warning"]) ^ models.Q(pdf=""), name="report_pdf_iff_made"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status__in=["Completed", "Warning", "Failed"],
                    finished_at__isnull=False,
                    finished_number__isnull=False,
                )
                | models.Q(
                    status__in=["Queued", "Rendering", "Cancelled"],
                    finished_at__isnull=True,
                    finished_number__isnull=True,
                ),
                name="report_finished_iff_final",
            ),
        ]
        indexes = [
            # A lane's claim: the next of this batch. Finished reports are left out: they are most of the table.
            models.Index(
                fields=["batch", "position"],
                name="report_open",
                condition=models.Q(status__in=["Queued", "Rendering"]),
            ),
            # A page of finished reports, with and without a status filter. A report comes in when it is finished.
            models.Index(
                fields=["batch", "finished_number"],
                name="report_finished",
                condition=models.Q(finished_number__isnull=False),
            ),
            models.Index(
                fields=["batch", "status", "finished_number"],
                name="report_finished_status",
                condition=models.Q(finished_number__isnull=False),
            ),
            # Whose PDF is old enough to be deleted.
            models.Index(
                fields=["finished_at"],
                name="report_pdf_age",
                condition=models.Q(pdf_expired_at__isnull=True) & ~models.Q(pdf=""),
            ),
        ]

    def __str__(self) -> str:
        return f"report {self.id}"

    @property
    def has_pdf(self) -> bool:
        """Whether it was made and is kept still."""
        return self.pdf != "" and self.pdf_expired_at is None
