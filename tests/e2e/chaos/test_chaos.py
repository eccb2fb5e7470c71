"""Half a minute of chaos: a fault of each sort, beside customers at work, and everything that must hold afterwards."""

from __future__ import annotations

import pytest

from bench.chaos.faults import fault_named
from bench.chaos.running import Plan, run
from bench.chaos.stage import Stage

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

FAULTS = (
    "kill -9 a report process",
    "Redis flushed",
    "receiver answers 500",
    "kill -9 all deliveries in the middle of their calls",
    "storage full",
    "PostgreSQL restarted",
    "mail server answers 451",
    "kill -9 reports",
    "Redis stopped",
    "everything stopped past a batch's time",
    "receiver stopped",
)


def test_nothing_is_lost_while_all_that_can_end_ends(stage: Stage) -> None:
    plan = Plan(
        seconds=15,
        seed=7,
        reports=80,
        messages=60,
        faults=[fault_named(name) for name in FAULTS],
        pause=0.3,
        patience=300,
        integrations=2,
    )

    found = run(stage, plan, echo=print)

    assert found.broken == []
    assert [happening.name for happening in found.happened] == list(FAULTS)
    assert found.finished_reports >= 60
    assert found.deliveries > 2 * found.finished_reports
    # Else nothing was in the middle of anything.
    assert 1 <= found.came_twice <= found.interrupted
