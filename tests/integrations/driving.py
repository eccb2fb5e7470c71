"""An integration driven by hand: its lane, its endpoints' lanes, changes of companies, and what the receiver got."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from delivery.models import Delivery
from delivery.sending import deliver
from integrations.exporting import order_exports
from integrations.models import Integration, MonitoredCompany
from integrations.open_deliveries import endpoints_of
from integrations.updating import follow_changes
from integrations.working import work
from tests.integrations.conftest import document, take_in
from tests.receivers import FaultyReceiver

State = MonitoredCompany.State


class ShortTurn:
    """A lane's turn that is over when it has been asked so often."""

    number = 0

    def __init__(self, most: int = 10_000) -> None:
        self.most = most

    @property
    def is_over(self) -> bool:
        self.most -= 1
        return self.most < 0

    def renew(self) -> bool:
        return True


def compose(integration: Integration) -> None:
    """Turns of the integration's lane until it has nothing more to do."""
    turn: Any = ShortTurn()
    while work(integration.pk, turn):
        assert not turn.is_over


def send(integration: Integration) -> None:
    """A turn of each of its endpoints' lanes."""
    for endpoint in endpoints_of(integration):
        turn: Any = ShortTurn()
        deliver(endpoint.pk, turn)


def run(integration: Integration) -> None:
    """Compose, send, and do what the answers give rise to."""
    for _ in range(2):
        compose(integration)
        send(integration)


def wait_is_over() -> None:
    """The time has come for everything that waits to be tried again."""
    Delivery.objects.filter(status=Delivery.Status.WAITING).update(due_at=timezone.now() - timedelta(seconds=1))


def try_to_the_end(integration: Integration) -> None:
    """Every try that the schedule has, and one time more."""
    compose(integration)
    for _ in range(4):
        wait_is_over()
        send(integration)


def export(integration: Integration, *cvrs: int) -> None:
    """Order the exports and let them be answered."""
    order = order_exports(integration=integration, cvrs=[str(cvr) for cvr in cvrs], now=timezone.now())
    assert len(order.accepted) == len(cvrs)
    run(integration)


def change(cvr: int, name: str = "LASSO X A/S", telephone: str = "") -> int:
    """The register has the company anew; returns how many marks that made."""
    take_in(document(cvr, name, telephone))
    return follow_changes()


def company_of(integration: Integration, cvr: int) -> MonitoredCompany:
    """The integration's row of the company."""
    return MonitoredCompany.objects.get(integration=integration, cvr=str(cvr))


def state_of(integration: Integration, cvr: int) -> MonitoredCompany.State:
    """The company's state."""
    return State(company_of(integration, cvr).state)


def bodies(receiver: FaultyReceiver, method: str) -> list[Any]:
    """What the receiver got by this method, read, oldest first."""
    return [call.json for call in receiver.calls.all() if call.method == method]


def updates(receiver: FaultyReceiver) -> list[Any]:
    """The updates that the receiver got: they come by PUT here."""
    return bodies(receiver, "PUT")


def exports(receiver: FaultyReceiver) -> list[Any]:
    """The exports that the receiver got."""
    return bodies(receiver, "POST")


def statuses(purpose: str) -> list[str]:
    """The statuses of all deliveries of the purpose, oldest first."""
    return list(Delivery.objects.filter(purpose=purpose).order_by("id").values_list("status", flat=True))


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Do all of it at the same time."""
    start = threading.Barrier(len(works))

    def begin(work: Callable[[], Any]) -> Any:
        try:
            start.wait(10)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(begin, works))
