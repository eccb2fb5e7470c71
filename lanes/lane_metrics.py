"""What `/metrics` says of the lanes: how many stand in line, for how long, who works, and whether the sweep runs."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from lanes.overview import lanes_by_queue, workers_alive
from lanes.readiness import ages
from lanes.registry import all_kinds
from lasso.metrics import Gauge, Sample

SWEEP = "SELECT extract(epoch FROM clock_timestamp() - max(passed_at))::float FROM lanes_pulse"


def _lanes() -> Iterable[Sample]:
    found = lanes_by_queue()
    for kind in all_kinds():
        waiting, running, _ = found.get(kind.queue, (0, 0, 0.0))
        yield Sample(waiting, {"queue": kind.queue, "state": "queued"})
        yield Sample(running, {"queue": kind.queue, "state": "running"})


def _waits() -> Iterable[Sample]:
    found = lanes_by_queue()
    return [Sample(found.get(kind.queue, (0, 0, 0.0))[2], {"queue": kind.queue}) for kind in all_kinds()]


def _depths() -> Iterable[Sample]:
    return [Sample(sum(1 for _ in kind.due()), {"queue": kind.queue}) for kind in all_kinds()]


def _workers() -> Iterable[Sample]:
    return [Sample(workers_alive())]


def _sweep_age() -> Iterable[Sample]:
    with connection.cursor() as cursor:
        cursor.execute(SWEEP)
        (age,) = cursor.fetchone()
    return [] if age is None else [Sample(age)]


GAUGES = (
    Gauge("lasso_queue_age_seconds", "Seconds since a message last came out of the queue.", ages),
    Gauge("lasso_queue_depth", "Batches, endpoints and the like with work that is due now.", _depths),
    Gauge("lasso_lanes", "Lanes in line and lanes at work.", _lanes),
    Gauge("lasso_lane_wait_seconds", "Seconds that the oldest lane has stood in line.", _waits),
    Gauge("lasso_delivery_workers", "Processes that deliver whose hearts beat.", _workers),
    Gauge("lasso_sweep_age_seconds", "Seconds since the sweep ran whose message came out of a queue last.", _sweep_age),
)
