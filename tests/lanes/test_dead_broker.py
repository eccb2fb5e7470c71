"""A broker that is dead, or worse: that takes connections and never answers. Nobody waits for it long."""

from __future__ import annotations

import socket
import threading
import uuid
from collections.abc import Iterator
from functools import partial
from typing import Any, cast

import pytest
from django.conf import settings
from kombu import Connection

from lanes.models import Lane
from lanes.tasks import run_lane
from lanes.waking import wake
from tests.lanes.conftest import QUEUE, Bench

pytestmark = pytest.mark.django_db


class SilentServer:
    """Takes every connection, counts them, and says nothing."""

    def __init__(self) -> None:
        self.connections: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                self.connections.append(self.listener.accept()[0])
            except OSError:
                return

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._thread.join()
        for connection in self.connections:
            connection.close()


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[SilentServer]:
    """A broker that never answers, in the place of ours, with our own timeouts."""
    server = SilentServer()
    connection = Connection(
        f"redis://127.0.0.1:{server.port}/0", transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS
    )
    monkeypatch.setattr(run_lane, "apply_async", partial(cast("Any", run_lane).apply_async, connection=connection))
    yield server
    connection.release()
    server.close()


@pytest.mark.timeout(30)
def test_a_request_that_wakes_many_waits_for_one_only(bench: Bench, silent: SilentServer) -> None:
    for _ in range(50):
        assert wake(queue=QUEUE, subject=uuid.uuid4(), width=2) == 2
    # The rows are there for the sweep.
    assert Lane.objects.filter(state="queued").count() == 100
    # One try, and what the client itself tries again.
    assert len(silent.connections) <= 2


def test_the_timeouts_are_short() -> None:
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    assert (options["socket_connect_timeout"], options["socket_timeout"]) == (2, 2)
    assert settings.CELERY_TASK_PUBLISH_RETRY is False
