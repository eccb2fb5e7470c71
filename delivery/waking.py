"""Waking an endpoint's lanes."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.db import transaction

from lanes.waking import wake

QUEUE = "deliveries"


def wake_endpoint(endpoint_id: UUID, *, width: int = 1) -> None:
    """After the commit of the current transaction, say that there is work for this endpoint.

    One lane by default: a lane that finds more than it can do is widened by the sweep, which counts what is due.
    """
    transaction.on_commit(partial(wake, queue=QUEUE, subject=endpoint_id, width=width))
