"""Everything that is sent out, to whom, and what became of each try."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Organisation
from lasso.encrypted_column import EncryptedTextField


class Endpoint(models.Model):
    """Where deliveries go: the scheme of `url` (https:, http:, mailto:) picks the transport.

    `auth` and the signing secrets are encrypted (`lasso.encryption`) and never shown again. `fingerprint` is the hash
    of owner, URL and auth, so that a batch with the same webhook finds the same endpoint and shares its lanes and
    health. One with an `owner` is shared with nobody (`delivery.owned_endpoints`).
    """

    class Method(models.TextChoices):
        """How a receiver is called; mails know no method."""

        POST = "POST", "POST"
        PUT = "PUT", "PUT"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="endpoints")
    # Whose alone it is, and as what ("integration:<id>:export"); blank: of all that name the same URL and sign-in.
    owner = models.CharField(max_length=100, blank=True, default="", db_default="")
    label = models.CharField(max_length=200, blank=True, default="", db_default="")  # what people call its owner
    url = models.TextField()  # an owned one's may hold placeholders (`delivery.url_templates`)
    method = models.CharField(max_length=4, choices=Method, default=Method.POST, db_default=Method.POST)
    auth = EncryptedTextField(blank=True)
    signing_secret = EncryptedTextField(blank=True)
    # The one before it signs too until then, so that the receiver has time to change over.
    previous_signing_secret = EncryptedTextField(blank=True)
    previous_signing_secret_until = models.DateTimeField(null=True)
    fingerprint = models.CharField(max_length=64)
    is_enabled = models.BooleanField(default=True)
    enabled_at = models.DateTimeField(null=True)  # when somebody last switched it on again
    disabled_at = models.DateTimeField(null=True)
    disabled_reason = models.TextField(blank=True)
    # Switched off because nothing got through: a new address is reason to switch it on. A person's wish is not undone.
    is_off_by_itself = models.BooleanField(default=False, db_default=False)
    closed_at = models.DateTimeField(null=True)  # off for good: nothing is sent any more, its log remains
    paused_until = models.DateTimeField(null=True)  # set by 429 and Retry-After
    failing_since = models.DateTimeField(null=True)  # the first failure after the last success
    failure_count = models.PositiveIntegerField(default=0)  # failures in a row
    last_success_at = models.DateTimeField(null=True)
    last_failure_at = models.DateTimeField(null=True)
    notified_at = models.DateTimeField(null=True)  # when the owner was last told of failed deliveries
    # Limits over all workers; null: `settings.DELIVERY_LANES_PER_ENDPOINT` calls at once, and any number in a time.
    max_in_flight = models.PositiveSmallIntegerField(null=True, blank=True)
    rate_per_second = models.PositiveIntegerField(null=True, blank=True)
    rate_per_minute = models.PositiveIntegerField(null=True, blank=True)
    # Kept for an endpoint with a rate only: when its calls of the last minute began, and before when none may begin.
    recent_calls = ArrayField(models.DateTimeField(), default=list, db_default=[])
    next_call_at = models.DateTimeField(null=True)
    # While it is switched off, one delivery a day is tried; when that gets through, it is switched on again.
    is_probed = models.BooleanField(default=False, db_default=False)
    probed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "fingerprint"],
                name="endpoint_once",
                condition=models.Q(closed_at__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["organisation", "owner"],
                name="endpoint_owner_once",
                condition=models.Q(closed_at__isnull=True) & ~models.Q(owner=""),
            ),
            models.CheckConstraint(condition=models.Q(method__in=["POST", "PUT"]), name="endpoint_method_known"),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True) | models.Q(is_enabled=False), name="endpoint_closed_is_off"
            ),
            models.CheckConstraint(condition=~models.Q(max_in_flight=0), name="endpoint_in_flight_not_zero"),
            models.CheckConstraint(
                condition=~models.Q(rate_per_second=0) & ~models.Q(rate_per_minute=0), name="endpoint_rates_not_zero"
            ),
        ]
        # An organisation's endpoints, newest first.
        indexes = [models.Index(fields=["organisation", "-created_at", "-id"], name="endpoint_newest")]

    def __str__(self) -> str:
        return self.url

    @property
    def role(self) -> str:
        """What it is for its owner, such as "export"; empty for a shared one."""
        return self.owner.rpartition(":")[2]

    @property
    def name(self) -> str:
        """What a list calls an owned one, such as "Our CRM (export)"; empty for a shared one."""
        return f"{self.label} ({self.role})" if self.label else ""

    @property
    def scheme(self) -> str:
        """What picks the transport: "https", "http" or "mailto"."""
        return self.url.partition(":")[0].lower()


class Delivery(models.Model):
    """One message to one endpoint, from the transaction that caused it until it is settled."""

    class Status(models.TextChoices):
        """Duplicate and Gone are settled too: the receiver has it already, or no longer wants it."""

        WAITING = "Waiting"
        SENDING = "Sending"
        DELIVERED = "Delivered"
        DUPLICATE = "Duplicate"
        GONE = "Gone"
        FAILED = "Failed"
        CANCELLED = "Cancelled"

    OPEN: ClassVar = (Status.WAITING, Status.SENDING)
    SETTLED: ClassVar = (Status.DELIVERED, Status.DUPLICATE, Status.GONE, Status.FAILED, Status.CANCELLED)
    # What may follow what. One that settled waits again when somebody has it sent again; a cancelled one is over.
    MOVES: ClassVar = {
        Status.WAITING: frozenset({Status.SENDING, Status.FAILED, Status.CANCELLED}),
        Status.SENDING: frozenset(
            {
                Status.WAITING,
                Status.DELIVERED,
                Status.DUPLICATE,
                Status.GONE,
                Status.FAILED,
                Status.CANCELLED,
            }
        ),
        Status.DELIVERED: frozenset({Status.WAITING}),
        Status.DUPLICATE: frozenset({Status.WAITING}),
        Status.GONE: frozenset({Status.WAITING}),
        Status.FAILED: frozenset({Status.WAITING}),
        Status.CANCELLED: frozenset(),
    }

    # The number gives the order within an order key; the world sees `public_id` (webhook-id, Idempotency-Key).
    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # No index of its own on a foreign key that another index begins with: this table is written all the time.
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    # The endpoint's, so that the log of all its endpoints is one walk along an index.
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    purpose = models.CharField(max_length=40)  # a key of delivery.purposes.PURPOSES
    body = models.TextField()  # JSON, exactly as it is sent
    order_key = models.CharField(max_length=100, blank=True)
    # What it is about, for people and filters; delivery itself never looks these up.
    batch_id = models.UUIDField(null=True)
    report_id = models.UUIDField(null=True)
    cvr = models.CharField(max_length=8, blank=True)
    label = models.CharField(max_length=300, blank=True)  # what people call it: the report's name

    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    attempt_count = models.PositiveIntegerField(default=0)  # all tries
    charged_count = models.PositiveIntegerField(default=0)  # the tries that count against the purpose's schedule
    # When a lane may take it: the schedule's time while Waiting, the end of the lease while Sending.
    due_at = models.DateTimeField()
    deadline_at = models.DateTimeField()  # no retry is planned later than this
    worker_id = models.UUIDField(null=True)  # while Sending: the process (lanes.models.Worker) that makes the call
    last_status_code = models.PositiveSmallIntegerField(null=True)
    last_error = models.TextField(blank=True)
    is_failure_told = models.BooleanField(default=False)  # the owner was told by mail that it failed
    withdrawn = models.TextField(blank=True, default="", db_default="")  # Sending, Failed: why it is not to be repeated
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    status__in=["Waiting", "Sending", "Delivered", "Duplicate", "Gone", "Failed", "Cancelled"]
                ),
                name="delivery_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["Waiting", "Sending"], settled_at__isnull=True)
                | models.Q(
                    status__in=["Delivered", "Duplicate", "Gone", "Failed", "Cancelled"], settled_at__isnull=False
                ),
                name="delivery_settled_at_iff_settled",
            ),
            # Of the purposes of which only the newest message matters (Purpose.is_latest_only) one of a key waits.
            models.UniqueConstraint(
                fields=["endpoint", "order_key"],
                name="delivery_latest_once",
                condition=models.Q(status="Waiting", purpose="integration_update") & ~models.Q(order_key=""),
            ),
        ]
        indexes = [
            # A lane's claim, and the sweep: first tries and later ones apart, so that neither walks over the other's
            # queue. Settled deliveries are left out: they are most of the table.
            models.Index(
                fields=["endpoint", "due_at", "id"],
                name="delivery_first_due",
                condition=models.Q(status="Waiting", attempt_count=0),
            ),
            models.Index(
                fields=["endpoint", "due_at", "id"],
                name="delivery_again_due",
                condition=models.Q(status="Waiting", attempt_count__gt=0),
            ),
            # The calls under way: an endpoint's limit, and what dead workers held.
            models.Index(fields=["endpoint"], name="delivery_under_way", condition=models.Q(status="Sending")),
            # The head of an order key: is there an open one before this?
            models.Index(
                fields=["endpoint", "order_key", "id"],
                name="delivery_order",
                condition=models.Q(status__in=["Waiting", "Sending"]) & ~models.Q(order_key=""),
            ),
            # The failure mail.
            models.Index(
                fields=["endpoint"],
                name="delivery_failure_untold",
                condition=models.Q(status="Failed", is_failure_told=False),
            ),
            # The log, newest first: all of an organisation's, and by each filter that leaves out most of them. Nearly
            # all are Delivered, so that this state needs no index to be found.
            models.Index(fields=["organisation", "-created_at", "-id"], name="delivery_log"),
            models.Index(
                fields=["organisation", "status", "-created_at", "-id"],
                name="delivery_log_status",
                condition=~models.Q(status="Delivered"),
            ),
            models.Index(fields=["organisation", "purpose", "-created_at", "-id"], name="delivery_log_purpose"),
            models.Index(
                fields=["organisation", "cvr", "-created_at", "-id"],
                name="delivery_log_company",
                condition=~models.Q(cvr=""),
            ),
            models.Index(fields=["endpoint", "-created_at", "-id"], name="delivery_log_endpoint"),
            models.Index(
                fields=["batch_id", "-created_at", "-id"],
                name="delivery_log_batch",
                condition=models.Q(batch_id__isnull=False),
            ),
            # The administrator's look at what went wrong, whoever it belongs to. Written once a delivery, if at all.
            models.Index(
                fields=["status", "-id"],
                name="delivery_not_delivered",
                condition=models.Q(status__in=["Duplicate", "Gone", "Failed", "Cancelled"]),
            ),
            # An endpoint's health, and what is old enough to be forgotten.
            models.Index(
                fields=["endpoint", "settled_at"],
                include=["status"],
                name="delivery_settled",
                condition=models.Q(settled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.public_id}"


class Attempt(models.Model):
    """One try of a delivery; written before the call is made, completed after it."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts", db_index=False)
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    duration = models.DurationField(null=True)
    # Milliseconds of each part, of those that were reached: sign_in, lookup, connect, tls, send, first_byte, read.
    phases = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    # What was called, of an owned endpoint, whose address may change; blank: as the endpoint has it.
    method = models.CharField(max_length=4, blank=True, default="", db_default="")
    url = models.TextField(blank=True, default="", db_default="")
    status_code = models.PositiveSmallIntegerField(null=True)
    error_code = models.CharField(max_length=40, blank=True)  # a value of delivery.outcomes.ErrorCode
    error = models.TextField(blank=True)  # the sentence that the customer reads
    answer_headers = models.JSONField(default=dict)
    answer_body = models.TextField(blank=True)  # the first 4 KB
    is_charged = models.BooleanField(default=False)  # counts against the purpose's schedule
    next_due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="attempt_once")]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.delivery_id}"


class AccessToken(models.Model):
    """A token that an OAuth2 server gave for an endpoint's client, kept for all workers until it expires.

    Only a cache: a row that is lost costs one request to the token server.
    """

    fingerprint = models.CharField(max_length=64, primary_key=True)  # keyed hash of the client's whole configuration
    token = EncryptedTextField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"token {self.fingerprint[:8]} until {self.expires_at:%Y-%m-%d %H:%M}"
