"""Messages about lanes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from celery import shared_task

from lanes import sweeping
from lanes.registry import kind_of
from lanes.running import run
from lanes.stopping import listen_to_all
from lanes.workers import start_heart


@shared_task
def run_lane(*, queue: str, subject: str, number: int, ticket: str) -> None:
    """There may be work for this subject."""
    _be_known(queue)
    run(queue=queue, subject=UUID(subject), number=number, ticket=UUID(ticket))


@shared_task
def pulse(*, queue: str, published_at: str) -> None:
    """Everything put into the queue before this message has come out, and here is a worker that takes it out."""
    _be_known(queue)
    sweeping.record_pulse(queue=queue, published_at=datetime.fromisoformat(published_at))


@shared_task
def sweep() -> None:
    """Look for due work that no lane holds."""
    sweeping.sweep()


def _be_known(queue: str) -> None:
    """Let the heart beat of a process that serves a queue whose workers are watched by it, work or none."""
    listen_to_all()
    if kind_of(queue).release:
        start_heart()
