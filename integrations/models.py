"""The customer's own API: where its messages go, what they say, which companies it has, and its feed of changes."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from accounts.models import Organisation
from delivery.models import Endpoint


class Integration(models.Model):
    """One custom API of an organisation.

    The two endpoints are the integration's own (nobody else's messages go there, so their log is its log), and outlive
    it: the delivery log hangs on them. One with a `deleted_at` is gone for everybody but the lane that clears it away.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="integrations", db_index=False
    )
    name = models.CharField(max_length=200)
    export_endpoint = models.OneToOneField(Endpoint, on_delete=models.RESTRICT, related_name="exporting_integration")
    update_endpoint = models.OneToOneField(
        Endpoint, on_delete=models.RESTRICT, related_name="updating_integration", null=True, blank=True
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # An organisation's integrations, newest first.
            models.Index(fields=["organisation", "-created_at", "-id"], name="integration_newest"),
            # Those that a lane still has to clear away.
            models.Index(
                fields=["deleted_at"], name="integration_deleted", condition=models.Q(deleted_at__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="integration_has_name"),
            models.CheckConstraint(
                condition=~models.Q(export_endpoint=models.F("update_endpoint")), name="integration_two_endpoints"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MappedField(models.Model):
    """One member of the integration's messages: a field of the catalogue, or a constant where `field` is blank."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="mapped_fields", db_index=False)
    position = models.PositiveSmallIntegerField()  # in the message, from 0
    field = models.CharField(max_length=100, blank=True)  # its name in companies.catalogue
    name = models.CharField(max_length=100)  # the key in the JSON
    constant = models.JSONField(null=True, blank=True)
    is_update = models.BooleanField(default=False)  # in update messages too

    class Meta:
        ordering = ["integration", "position"]
        constraints = [
            models.UniqueConstraint(fields=["integration", "position"], name="mapped_field_one_at_a_place"),
            models.UniqueConstraint(fields=["integration", "name"], name="mapped_field_name_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="mapped_field_has_name"),
            models.CheckConstraint(
                condition=models.Q(field="") | models.Q(constant__isnull=True), name="mapped_field_or_constant"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} ({self.name})" if self.field else f"{self.name} (constant)"


class MonitoredCompany(models.Model):
    """A company that an integration has exported, how far that has come, and what is to be sent of it next.

    Digests are of update messages (`integrations.messages.digest`); an empty one stands for none. Deliveries are named
    by number and not by foreign key: the log forgets them sooner.
    """

    class State(models.TextChoices):
        """Duplicate: the receiver had it already; monitored too. Gone: it no longer has it; not monitored any more."""

        EXPORTING = "Exporting"
        MONITORED = "Monitored"
        DUPLICATE = "Duplicate"
        EXPORT_FAILED = "ExportFailed"
        GONE = "Gone"

    # The receiver has these, so updates go there.
    RECEIVED: ClassVar = (State.MONITORED, State.DUPLICATE)
    # Which state may follow which. Into Exporting leads an order; an export that is sent again from the delivery log
    # may also bring back one that failed or is gone, or turn one of the received states into the other.
    MOVES: ClassVar = {
        State.EXPORTING: frozenset({State.MONITORED, State.DUPLICATE, State.EXPORT_FAILED}),
        State.MONITORED: frozenset({State.EXPORTING, State.DUPLICATE, State.GONE}),
        State.DUPLICATE: frozenset({State.EXPORTING, State.MONITORED, State.GONE}),
        State.EXPORT_FAILED: frozenset({State.EXPORTING, State.MONITORED, State.DUPLICATE}),
        State.GONE: frozenset({State.EXPORTING, State.MONITORED, State.DUPLICATE}),
    }

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="companies", db_index=False)
    cvr = models.CharField(max_length=8)
    state = models.CharField(max_length=12, choices=State, default=State.EXPORTING)
    added_at = models.DateTimeField()  # when it was ordered, the last time that this began anew

    # What a lane has to do. An update waits here as long as the export has not succeeded.
    export_due_at = models.DateTimeField(null=True, blank=True)
    fetch_count = models.PositiveSmallIntegerField(default=0)  # tries to fetch it that a source out of reach has cost
    is_update_due = models.BooleanField(default=False)

    # What was queued last, and what the receiver has.
    export_delivery_id = models.BigIntegerField(null=True, blank=True)
    update_delivery_id = models.BigIntegerField(null=True, blank=True)
    exported_digest = models.CharField(max_length=64, blank=True)  # of what the last export queued says
    queued_digest = models.CharField(max_length=64, blank=True)  # of the last update queued, or not queued as accepted
    accepted_digest = models.CharField(max_length=64, blank=True)  # of the last message that the receiver accepted
    told_digest = models.CharField(max_length=64, blank=True)  # of the last message that the feed's reader can know

    # For people.
    last_status_code = models.PositiveSmallIntegerField(null=True, blank=True)
    last_answer = models.TextField(blank=True)  # a sentence; empty when all went well
    last_answer_at = models.DateTimeField(null=True, blank=True)
    last_exported_at = models.DateTimeField(null=True, blank=True)  # when the receiver last accepted it, or had it
    last_update_at = models.DateTimeField(null=True, blank=True)  # when the receiver last accepted an update

    class Meta:
        verbose_name_plural = "monitored companies"
        indexes = [
            # Lists by state; without one the unique constraint's index serves.
            models.Index(fields=["integration", "state", "cvr"], name="monitored_by_state"),
            # What a lane has to do, and for the sweep which integrations have any.
            models.Index(
                fields=["integration", "export_due_at", "cvr"],
                name="monitored_export_due",
                condition=models.Q(export_due_at__isnull=False),
            ),
            models.Index(
                fields=["integration", "cvr"],
                name="monitored_update_due",
                condition=models.Q(is_update_due=True, state__in=["Monitored", "Duplicate"]),
            ),
            # Who has a company that changed? The administration's search finds those that are Gone along it, too.
            models.Index(fields=["cvr"], name="monitored_company"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["integration", "cvr"], name="monitored_once"),
            models.CheckConstraint(condition=models.Q(cvr__regex=r"^[0-9]{8}$"), name="monitored_cvr_eight_digits"),
            models.CheckConstraint(
                condition=models.Q(state__in=["Exporting", "Monitored", "Duplicate", "ExportFailed", "Gone"]),
                name="monitored_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state="Exporting") | models.Q(export_due_at__isnull=True),
                name="monitored_due_is_exporting",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="Gone") | models.Q(is_update_due=False), name="monitored_gone_is_over"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cvr} {self.state}"


class UpdateMessage(models.Model):
    """One update message in the integration's pull feed.

    Whoever writes one holds the integration's row until the commit, so the numbers of one integration have the order of
    its commits, and a reader that goes on behind the last number it has seen misses nothing.
    """

    id = models.BigAutoField(primary_key=True)
    integration = models.ForeignKey(
        Integration, on_delete=models.CASCADE, related_name="update_messages", db_index=False
    )
    cvr = models.CharField(max_length=8)
    body = models.TextField()  # JSON, as the update endpoint would get it
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["integration", "id"], name="update_message_feed"),
            # What is old enough to be forgotten.
            models.Index(fields=["created_at"], name="update_message_age"),
        ]

    def __str__(self) -> str:
        return f"update {self.id} of {self.cvr}"
