"""What the portal keeps between two steps: an order of reports that a member has begun and not sent yet."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from accounts.models import Organisation
from lasso.encrypted_column import EncryptedTextField
from reporting.models import Batch


class OrderDraft(models.Model):
    """An order between the form and its preview: the companies may be a hundred thousand, too many for a form's fields.

    Forgotten a day after it was last changed. Ordered, it knows its batch: sent twice, it orders once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    fields = models.JSONField(default=dict)  # the order as the API takes it, without `items` and `authConfig`
    auth = EncryptedTextField(blank=True)  # `authConfig` as JSON
    companies = models.JSONField(default=list)  # portal.batches.company_lists.stored
    source = models.CharField(max_length=200, blank=True)  # the name of the file; empty: pasted
    unused_columns = models.JSONField(default=list)  # the file's columns that mean nothing here
    batch = models.ForeignKey(Batch, null=True, on_delete=models.CASCADE, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        # What is forgotten.
        indexes = [models.Index(fields=["changed_at"], name="order_draft_changed")]

    def __str__(self) -> str:
        return f"order draft {self.id}"
