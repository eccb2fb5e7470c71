"""Waking an endpoint's lanes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction

from lanes.waking import wake_another

QUEUE = "deliveries"


def wake_endpoint(endpoint_id: UUID, *, most: int | None = None) -> None:
    """After the commit of the current transaction, say that there is work for this endpoint; once a transaction.

    One lane more, at most `most`, the calls that it takes at once, as far as the caller knows. When they all run, they
    are told to look again. What one lane cannot do in time, the sweep widens.
    """
    waking = _Waking(endpoint_id, most or settings.DELIVERY_LANES_PER_ENDPOINT)
    if not any(waking == planned for _, planned, *_ in transaction.get_connection().run_on_commit):
        transaction.on_commit(waking)


@dataclass(frozen=True, slots=True)
class _Waking:
    endpoint_id: UUID
    most: int

    def __call__(self) -> None:
        wake_another(queue=QUEUE, subject=self.endpoint_id, most=self.most)
