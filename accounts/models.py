"""Who is asking: organisations, their members, their API keys."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from rest_framework_api_key.models import AbstractAPIKey

from lasso.encrypted_column import EncryptedTextField


class User(AbstractUser):
    """A person who signs in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)


class Organisation(models.Model):
    """A customer. What is ordered belongs to one; all its members and keys see all of it, nobody else does."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    email = models.EmailField(help_text="Told when a delivery has finally failed.")
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="da")
    # CVR-loven § 18 a: only those with a legitimate interest may see beneficial owners.
    has_beneficial_owner_access = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    # Closed for good: nobody gets in, nothing is accepted, and all that it has is being erased (accounts.erasing).
    closed_at = models.DateTimeField(null=True, editable=False)
    members = models.ManyToManyField(User, through="Membership", related_name="organisations")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user's place in an organisation."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "organisation"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.organisation}"


class Invitation(models.Model):
    """Somebody is asked by e-mail to become a member. The link's secret part is kept hashed, once there is a link."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()  # in lower case: what the person will sign in with
    token_digest = models.CharField(max_length=64, unique=True, null=True)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)  # null: the mail is still to be sent
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=models.Q(accepted_at__isnull=True),
                name="invitation_open_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                name="invitation_unsent",
                condition=models.Q(sent_at__isnull=True, accepted_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.organisation}"


class APIKey(AbstractAPIKey):
    """A key that a program signs in with; kept hashed, shown once."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="api_keys")
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)

    class Meta(AbstractAPIKey.Meta):
        verbose_name = "API key"
        verbose_name_plural = "API keys"


class IdempotentRequest(models.Model):
    """A POST that carried an Idempotency-Key, and the answer it was given."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of method, path and body
    status_code = models.PositiveSmallIntegerField(null=True)  # null: the first request is still running
    answer = models.JSONField(null=True)
    secret_body = EncryptedTextField(blank=True, default="", db_default="")  # in place of the answer's, where it is one
    # A first request whose process died lets go of its key at this moment.
    locked_until = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="idempotent_request_once")]
        # For forgetting keys after 24 hours.
        indexes = [models.Index(fields=["created_at"], name="idempotent_request_age")]

    def __str__(self) -> str:
        return self.key
