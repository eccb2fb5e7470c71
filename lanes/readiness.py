"""What `/readyz` says of the queues: that messages come out of each, so beat, broker and workers all live."""

from __future__ import annotations

from datetime import timedelta

from django.db import Error

from lanes.registry import all_kinds
from lanes.sweeping import queue_ages
from lasso.health import Finding
from lasso.metrics import Sample

# The sweep sends a pulse through every queue each SWEEP_INTERVAL; one that none has left for this long stands still.
STANDSTILL = timedelta(minutes=1)


def queues() -> Finding:
    """Whether each queue has moved within the last minute, and how many seconds ago it did (null: never)."""
    try:
        ages = queue_ages()
    except Error as error:
        return Finding(is_ready=False, facts={"reason": f"the pulses cannot be read ({type(error).__name__})"})
    seconds = {kind.queue: ages.get(kind.queue) for kind in all_kinds()}
    limit = STANDSTILL.total_seconds()
    return Finding(
        is_ready=all(age is not None and age <= limit for age in seconds.values()),
        facts={
            "secondsSinceProgress": {name: None if age is None else round(age, 1) for name, age in seconds.items()},
        },
    )


def ages() -> list[Sample]:
    """The same for `/metrics`; a queue never heard of is missing."""
    return [Sample(age, {"queue": queue}) for queue, age in sorted(queue_ages().items())]
