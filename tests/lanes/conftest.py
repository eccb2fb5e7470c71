"""A kind of lanes for tests, and a worker that runs in the test itself."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from kombu import Connection

from lanes import registry, waking
from lanes.registry import LaneKind
from lanes.running import run
from lanes.turns import Turn

QUEUE = "tests"


class Bench:
    """A queue with subjects that have work, and what was done of it."""

    def __init__(self, broker: str) -> None:
        self.broker = broker
        self.due: dict[uuid.UUID, int] = {}
        self.done: list[uuid.UUID] = []
        self.during: Callable[[Turn], object] = lambda turn: None

    def work(self, subject: uuid.UUID, turn: Turn) -> bool:
        """Do one piece a turn."""
        self.during(turn)
        if self.due.get(subject, 0):
            self.due[subject] -= 1
            self.done.append(subject)
        return self.due.get(subject, 0) > 0

    def subjects(self) -> Iterator[tuple[uuid.UUID, int]]:
        """Who has work."""
        return ((subject, 1) for subject, pieces in self.due.items() if pieces)

    def messages(self) -> list[dict[str, Any]]:
        """Take every message out of the queue, as the broker holds it; pulses too."""
        found = []
        with Connection(self.broker) as connection, connection.SimpleQueue(QUEUE) as queue, suppress(queue.Empty):
            while True:
                message = queue.get(block=False)
                found.append(message.payload[1])
                message.ack()
        return found

    def lane_messages(self) -> list[dict[str, Any]]:
        """The messages about lanes."""
        return [message for message in self.messages() if "ticket" in message]

    def serve(self, message: dict[str, Any]) -> bool:
        """Do with a message what a worker does."""
        return run(
            queue=message["queue"],
            subject=uuid.UUID(message["subject"]),
            number=message["number"],
            ticket=uuid.UUID(message["ticket"]),
        )


@pytest.fixture
def bench(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """The queue `tests` with its kind registered, and a broker that nobody has found out of reach."""
    monkeypatch.setattr(waking, "_broker_rests_until", 0.0)
    bench = Bench(settings.CELERY_BROKER_URL)
    before = dict(registry._kinds)
    registry._kinds.clear()
    registry.register(LaneKind(queue=QUEUE, work=bench.work, due=bench.subjects, lease=timedelta(seconds=30)))
    yield bench
    registry._kinds.clear()
    registry._kinds.update(before)
