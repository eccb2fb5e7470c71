"""Finding the batch that a page is about."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from portal.pages import MemberRequest
from reporting.finding import find_batch
from reporting.models import Batch


def batch_or_404(request: MemberRequest, batch_id: UUID) -> Batch:
    """The organisation's batch.

    Raises:
        Http404: there is none, or it belongs to somebody else.
    """
    batch = find_batch(request.organisation, batch_id)
    if batch is None:
        raise Http404
    return batch
