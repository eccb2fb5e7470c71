"""The policy of each HTTP purpose, written out again from the documentation, so that it is checked and not repeated."""

from __future__ import annotations

from datetime import timedelta

import pytest

from delivery import purposes
from delivery.models import Delivery
from delivery.purposes import register_settled

WAITS = {
    "report_webhook": [timedelta(minutes=wait) for wait in (5, 30, 120, 360, 720)],
    "integration_export": [timedelta(minutes=1), timedelta(minutes=10)],
    "integration_update": [timedelta(minutes=1), timedelta(minutes=10)],
}
# What a call may take beside the wait that is planned, on a machine with a lot to do.
SLACK = timedelta(seconds=40)


def listened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Purpose and state of every delivery that settles from now on."""
    monkeypatch.setattr(purposes, "_settled_functions", {})
    seen: list[tuple[str, str]] = []

    def settled(delivery: Delivery) -> None:
        seen.append((delivery.purpose, delivery.status))

    for purpose in WAITS:
        register_settled(purpose, settled)
    return seen
