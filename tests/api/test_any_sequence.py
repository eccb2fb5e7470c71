"""Any sequence of requests, workers' steps and faults keeps what is promised.

`STATE_MACHINE_RUNS=500 bin/test tests/api/test_any_sequence.py -n 0 --timeout 3600` makes as many runs; each ends with
a new choice of steps. Where `CI` is set the same runs are made each time.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from django.core.files.storage import default_storage
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from delivery.transports.kept import close_kept
from tests.api.edges import Edges
from tests.api.integration_machine import Everything
from tests.integrations.conftest import HAVGRUS, LASSO, NORDLYS, document, take_in
from tests.receivers import FaultyReceiver

RUNS = int(os.environ.get("STATE_MACHINE_RUNS", "10"))
STEPS = 25


@pytest.fixture
def edges(monkeypatch: pytest.MonkeyPatch) -> Edges:
    """What stands in for the engine and in front of the storage."""
    edges = Edges()
    monkeypatch.setattr("reporting.rendering.render_pdf", edges.print)
    monkeypatch.setattr(default_storage, "save", edges.save(default_storage.save))
    monkeypatch.setattr("delivery.sending.wake_at", lambda moment, *, queue, subject, width: None)
    return edges


@pytest.fixture
def receiver(settings: Any) -> Iterator[FaultyReceiver]:
    """Who is told, on loopback."""
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    with FaultyReceiver() as running:
        yield running
    close_kept()


@pytest.mark.timeout(3600)
@pytest.mark.django_db
def test_any_sequence_keeps_what_is_promised(
    receiver: FaultyReceiver, edges: Edges, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)  # thousands of requests
    take_in(*(document(cvr, f"Firma {cvr} A/S", "70000001") for cvr in (NORDLYS, HAVGRUS, LASSO)))

    run_state_machine_as_test(
        lambda: Everything(receiver, edges),  # type: ignore[arg-type] # anything that makes one will do
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize="CI" in os.environ,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
