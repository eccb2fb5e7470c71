"""Nothing is lost and nothing is sent twice without a kill that explains it, whatever ends in between."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.chaos import EVENTS, run

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

DELIVERIES = 1000


def test_it_delivers_everything_while_workers_redis_and_postgresql_end(tmp_path: Path) -> None:
    found = run(tmp_path, deliveries=DELIVERIES, endpoints=10, patience=180, fast=True, echo=print)

    assert [event for event, _ in found.seconds_of_events] == [event for _, event in EVENTS]
    assert len(found.kills) == 3
    assert len(found.queued) == DELIVERIES
    assert found.calls.keys() == found.queued
    assert found.open_rows == 0
    assert found.unexplained == set()
    # A try that came to nothing was cut off by a kill; the receiver never failed.
    assert {code for _, code, _ in found.failed_tries} <= {"interrupted"}
