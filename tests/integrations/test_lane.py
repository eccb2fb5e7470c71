"""The integration's lane: who has work for it, how it takes turns, and what a death in its midst costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from delivery.models import Delivery
from integrations import chunks, composing_exports, composing_updates, working
from integrations.exporting import order_exports
from integrations.integration_metrics import GAUGES
from integrations.models import MonitoredCompany, UpdateMessage
from integrations.waking import QUEUE, due_integrations
from integrations.working import work
from lanes.models import Lane
from lanes.registry import kind_of
from lanes.running import run as run_message
from lanes.sweeping import sweep
from lasso.metrics import read, written
from tests.integrations.conftest import HAVGRUS, LASSO, NORDLYS, integrated
from tests.integrations.driving import ShortTurn, change, compose, export, exports, run, send, updates

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]


class Killed(BaseException):
    """What ends a process in the midst of its work."""


def order(integration, *cvrs) -> None:
    order_exports(integration=integration, cvrs=[str(cvr) for cvr in cvrs], now=timezone.now())


def due() -> list[Any]:
    return [subject for subject, _ in due_integrations()]


def test_it_is_wanted_where_something_is_due(integration, organisation, receiver):
    idle = integrated(organisation, receiver, name="ERP")
    assert due() == []
    order(integration, LASSO)
    assert due() == [integration.pk]
    compose(integration)
    change(LASSO, telephone="70000002")
    assert due() == [], "an update waits for its export"
    send(integration)
    assert due() == [integration.pk]
    compose(integration)
    assert due() == []
    assert idle.pk not in due()


def test_the_sweep_puts_it_in_line_and_its_message_runs_it(integration, receiver):
    order(integration, LASSO)
    sweep()
    lane = Lane.objects.get(queue=QUEUE)
    assert lane.subject == integration.pk
    assert run_message(queue=QUEUE, subject=lane.subject, number=lane.number, ticket=lane.ticket)
    assert Delivery.objects.count() == 1
    assert not Lane.objects.filter(queue=QUEUE).exists()


def test_it_goes_to_the_back_of_the_queue_when_its_turn_is_over(integration, monkeypatch):
    for module in (chunks, composing_exports, composing_updates):
        monkeypatch.setattr(module, "CHUNK", 1)
    order(integration, LASSO, NORDLYS, HAVGRUS)
    turn: Any = ShortTurn(2)
    assert work(integration.pk, turn)
    assert Delivery.objects.count() == 2
    compose(integration)
    assert Delivery.objects.count() == 3


def test_updates_do_not_wait_behind_many_exports(integration, receiver, monkeypatch):
    export(integration, LASSO)
    for module in (chunks, composing_exports, composing_updates):
        monkeypatch.setattr(module, "CHUNK", 1)
    order(integration, NORDLYS, HAVGRUS)
    change(LASSO, telephone="70000002")
    turn: Any = ShortTurn(1)
    assert work(integration.pk, turn)
    send(integration)
    assert (len(updates(receiver)), len(exports(receiver))) == (1, 2)


@pytest.mark.parametrize("place", ["queue_deliveries", "write_columns"])
def test_a_death_while_exports_are_composed_loses_and_doubles_nothing(integration, receiver, monkeypatch, place):
    order(integration, LASSO, NORDLYS)

    def dies(*arguments: Any, **options: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(composing_exports, place, dies)
        with pytest.raises(Killed):
            compose(integration)
    assert (Delivery.objects.count(), due()) == (0, [integration.pk])
    run(integration)
    assert sorted(message["cvr"] for message in exports(receiver)) == sorted((LASSO, NORDLYS))


def test_a_death_while_updates_are_composed_loses_and_doubles_nothing(integration, receiver, monkeypatch):
    export(integration, LASSO)
    change(LASSO, telephone="70000002")

    def dies(*arguments: Any, **options: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(composing_updates, "write_columns", dies)
        with pytest.raises(Killed):
            compose(integration)
    assert (UpdateMessage.objects.count(), due()) == (0, [integration.pk])
    run(integration)
    assert (len(updates(receiver)), UpdateMessage.objects.count()) == (1, 1)


def test_it_asks_the_database_as_often_for_many_companies_as_for_few(integration):
    def queries(*cvrs: int) -> int:
        order(integration, *cvrs)
        with CaptureQueriesContext(connection) as captured:
            compose(integration)
        return len(captured)

    few = queries(LASSO)
    assert queries(NORDLYS, HAVGRUS) == few
    assert Delivery.objects.count() == 3


def test_it_works_for_nobody_when_the_integration_is_gone(integration):
    integration.mapped_fields.all().delete()
    integration.delete()
    turn: Any = ShortTurn()
    assert work(integration.pk, turn) is False


def test_it_is_watched_as_long_as_a_step_may_take():
    kind = kind_of(QUEUE)
    assert (kind.work, kind.lease) == (work, working.LEASE)
    assert working.HEARTBEAT * 2 < working.LEASE


def test_metrics_tell_of_companies_and_of_exports_that_wait(integration, receiver):
    export(integration, LASSO)
    order(integration, NORDLYS)
    lines = [line for gauge in GAUGES for line in written(read(gauge)).splitlines() if not line.startswith("#")]
    assert "lasso_integrations 1.0" in lines
    assert 'lasso_integration_companies{state="Monitored"} 1.0' in lines
    assert 'lasso_integration_companies{state="Exporting"} 1.0' in lines
    assert 'lasso_integration_companies{state="Gone"} 0.0' in lines
    (age,) = [line for line in lines if line.startswith("lasso_integration_export_age_seconds ")]
    assert float(age.split()[1]) > 0
    MonitoredCompany.objects.update(export_due_at=None)
    assert "lasso_integration_export_age_seconds 0.0" in [
        line for gauge in GAUGES for line in written(read(gauge)).splitlines()
    ]
