"""While a report is made, its claim and the worker's lane are kept; one that never ends is let go."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from lanes.models import Lane
from lanes.running import run
from reporting import keeping, rendering
from reporting.collecting import collect
from reporting.keeping import Kept
from reporting.models import Report
from reporting.waking import QUEUE
from tests.reporting.conftest import HAVGRUS, NORDLYS, claimed, place
from tests.waiting import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("register")]


class FakeTurn:
    """Counts how often it is renewed."""

    renewed = 0

    def renew(self) -> bool:
        """Once more."""
        self.renewed += 1
        return True


def leases() -> tuple[datetime | None, datetime | None]:
    """Until when the report that is made and the lane are held."""
    [report] = Report.objects.filter(status=Report.Status.RENDERING)
    return report.lease_until, Lane.objects.get().lease_until


def test_it_keeps_the_claim_of_each_report_of_a_turn_and_its_lane(organisation, monkeypatch) -> None:
    batch = place(organisation, NORDLYS, HAVGRUS)
    lane, kept = Lane.objects.get(subject=batch.pk, number=0), []
    Lane.objects.exclude(pk=lane.pk).delete()

    def takes_long(**asked: Any) -> Any:
        before = leases()
        wait_until(lambda: all(now != then for now, then in zip(leases(), before, strict=True)), seconds=30)
        kept.append(asked["cvr"])
        return collect(**asked)

    monkeypatch.setattr(rendering, "HEARTBEAT", timedelta(milliseconds=20))
    monkeypatch.setattr(rendering, "collect", takes_long)
    monkeypatch.setattr("lanes.turns.Turn.is_over", False)

    assert run(queue=QUEUE, subject=batch.pk, number=0, ticket=lane.ticket)

    assert kept == [str(NORDLYS), str(HAVGRUS)]
    assert {report.status for report in Report.objects.all()} <= {"Completed", "Warning"}


def test_it_lets_a_report_go_that_takes_longer_than_one_may(organisation, monkeypatch) -> None:
    claim = claimed(place(organisation, NORDLYS).pk)
    turn, before = FakeTurn(), Report.objects.get().lease_until
    monkeypatch.setattr(keeping, "LONGEST_RENDERING", timedelta(0))
    kept = Kept(turn)  # type: ignore[arg-type]
    kept.hold(claim)

    kept.beat()

    assert (Report.objects.get().lease_until, turn.renewed) == (before, 0)


def test_it_gives_no_lease_to_a_claim_that_is_over(organisation) -> None:
    claim = claimed(place(organisation, NORDLYS).pk)
    turn = FakeTurn()
    kept = Kept(turn)  # type: ignore[arg-type]
    kept.hold(claim)
    Report.objects.update(status=Report.Status.QUEUED, claim=None, lease_until=None)

    kept.beat()

    assert (Report.objects.get().lease_until, turn.renewed) == (None, 1)
