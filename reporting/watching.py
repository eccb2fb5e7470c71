"""The companies that listener batches watch."""

from __future__ import annotations

from collections.abc import Iterable

from reporting.models import Batch, BatchItem


def listened_companies() -> Iterable[str]:
    """CVR numbers of the items of batches that listen."""
    items = BatchItem.objects.filter(batch__status=Batch.Status.LISTENING)
    return items.values_list("cvr", flat=True).distinct()


def companies_listened_for_beneficial_owners() -> Iterable[str]:
    """The same, of organisations that may see beneficial owners."""
    items = BatchItem.objects.filter(
        batch__status=Batch.Status.LISTENING, batch__organisation__has_beneficial_owner_access=True
    )
    return items.values_list("cvr", flat=True).distinct()
