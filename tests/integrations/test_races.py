"""What happens at the same moment: real threads, each with a connection of its own."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from delivery.models import Delivery
from delivery.sending import deliver
from integrations.exporting import order_exports, stop_monitoring
from integrations.models import Integration, MonitoredCompany
from integrations.open_deliveries import endpoints_of
from integrations.setting_up import change_integration, delete_integration
from integrations.updating import follow_changes
from integrations.working import work
from local.receivers import WebhookHandler
from tests import receivers
from tests.integrations.conftest import HAVGRUS, LASSO, NORDLYS
from tests.integrations.driving import (
    ShortTurn,
    State,
    at_once,
    change,
    compose,
    export,
    exports,
    run,
    state_of,
    updates,
    wait_is_over,
)
from tests.waiting import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("register")]
CVRS = (LASSO, NORDLYS, HAVGRUS)


def order(integration: Integration, *cvrs: int) -> Any:
    return order_exports(integration=integration, cvrs=[str(cvr) for cvr in cvrs], now=timezone.now())


def turn_of(integration: Integration) -> bool:
    turn: Any = ShortTurn()
    return work(integration.pk, turn)


def test_it_accepts_a_company_once_when_it_is_ordered_by_two_at_once(integration, receiver):
    answers = at_once(
        lambda: order(integration, LASSO, NORDLYS, HAVGRUS), lambda: order(integration, HAVGRUS, NORDLYS, LASSO)
    )
    counted = Counter(cvr for answer in answers for cvr in answer.accepted)
    assert counted == Counter(str(cvr) for cvr in CVRS)
    run(integration)
    assert Counter(message["cvr"] for message in exports(receiver)) == Counter(CVRS)


def test_it_composes_an_export_once_in_two_lanes(integration, receiver):
    order(integration, *CVRS)
    at_once(*[lambda: turn_of(integration)] * 2)
    run(integration)
    assert Counter(message["cvr"] for message in exports(receiver)) == Counter(CVRS)
    assert Delivery.objects.count() == 3


def test_it_misses_no_change_that_commits_while_the_export_is_composed(integration, receiver):
    """The reader of changes waits for the lane's lock, so that its mark comes after the message."""
    order(integration, LASSO)
    for number in range(4):
        at_once(partial(turn_of, integration), partial(change, LASSO, telephone=f"7000005{number}"))
        run(integration)
    run(integration)
    said = [call.json["telephone"] for call in receiver.calls.all()]
    assert said[-1] == "+45 70 00 00 53"
    assert len(said) == len(set(said)), "and says nothing twice"


def test_it_waits_for_the_call_that_is_under_way(integration, receiver):
    """A change that comes while an update is being sent follows it, and does not go beside it."""
    export(integration, LASSO)
    begun, go_on = threading.Event(), threading.Event()

    def slowly(handler: WebhookHandler) -> None:
        begun.set()
        assert go_on.wait(20)
        receivers.answer(200)(handler)

    receiver.behaviour = slowly
    change(LASSO, telephone="70000002")
    compose(integration)

    def meanwhile() -> None:
        assert begun.wait(20)
        change(LASSO, telephone="70000003")
        compose(integration)
        assert Delivery.objects.filter(purpose="integration_update").count() == 1
        assert MonitoredCompany.objects.get().is_update_due
        go_on.set()

    turn: Any = ShortTurn()
    at_once(lambda: deliver(integration.update_endpoint_id, turn), meanwhile)
    receiver.behaviour = receivers.answer(200)
    run(integration)
    assert [message["telephone"][-2:] for message in updates(receiver)] == ["02", "03"]


def test_it_deletes_an_integration_in_the_midst_of_its_work(integration, receiver):
    order(integration, *CVRS)
    at_once(
        lambda: turn_of(integration),
        lambda: delete_integration(integration=integration, now=timezone.now()),
        lambda: change(LASSO, telephone="70000002"),
    )
    compose(integration)
    assert not Integration.objects.exists()
    assert not MonitoredCompany.objects.exists()
    assert not Delivery.objects.filter(status__in=Delivery.OPEN).exists()
    follow_changes()


class FickleReceiver:
    """Answers as it comes, and notes how many calls about one company are under way at once."""

    def __init__(self) -> None:
        self.dice = random.Random(20261)
        self.lock = threading.Lock()
        self.under_way: Counter[int] = Counter()
        self.most_at_once = 0

    def __call__(self, handler: WebhookHandler) -> None:
        cvr = handler.call.json["cvr"]
        with self.lock:
            self.under_way[cvr] += 1
            self.most_at_once = max(self.most_at_once, self.under_way[cvr])
            status = self.dice.choice([200, 201, 500, 409 if handler.command == "POST" else 404])
        receivers.answer(status)(handler)
        with self.lock:
            self.under_way[cvr] -= 1


def send_both(integration: Integration) -> None:
    for endpoint in endpoints_of(integration):
        turn: Any = ShortTurn()
        deliver(endpoint.pk, turn)


def happen(integration: Integration, done: threading.Event) -> None:
    """Companies change, are removed and ordered again, and no time passes until a retry."""
    dice = random.Random(20262)
    try:
        for number in range(12):
            cvr = dice.choice(CVRS)
            change(cvr, f"Firma {number}", f"700006{number:02}")
            if number % 4 == 3:
                stop_monitoring(integration=integration, cvrs=[str(cvr)], now=timezone.now())
            order(integration, *CVRS)
            wait_is_over()
    finally:
        done.set()


def test_it_ends_in_order_whatever_happens_at_once(integration, receiver):
    """Orders, removals, changes, lanes and answers of all kinds at the same time: nobody waits for ever for another.

    A deadlock would end one of the threads with an error of the database.
    """
    fickle = receiver.behaviour = FickleReceiver()
    done = threading.Event()

    def until_done(step: Callable[[], object]) -> Callable[[], None]:
        def repeat() -> None:
            while not done.is_set():
                step()

        return repeat

    lanes = [until_done(lambda: turn_of(integration))] * 2
    senders = [until_done(lambda: send_both(integration))] * 2
    at_once(lambda: happen(integration, done), *lanes, *senders, until_done(follow_changes))
    receiver.behaviour = receivers.answer(200)
    for _ in range(3):
        order(integration, *CVRS)
        wait_is_over()
        run(integration)
    assert fickle.most_at_once == 1, "two calls about one company at the same time"
    assert {state_of(integration, cvr) for cvr in CVRS} <= {State.MONITORED, State.DUPLICATE}
    assert not Delivery.objects.filter(status__in=Delivery.OPEN).exists()
    assert not MonitoredCompany.objects.filter(is_update_due=True).exists()


def test_it_tells_a_receiver_that_came_back_during_a_call_what_the_company_says_by_then(integration, receiver):
    """Taken away and added again while an update was under way, which the receiver then has, and we never sent it."""
    export(integration, LASSO)
    before = exports(receiver)[0]["telephone"]
    url = integration.update_endpoint.url
    begun, go_on = threading.Event(), threading.Event()

    def slowly(handler: WebhookHandler) -> None:
        begun.set()
        assert go_on.wait(20)
        receivers.answer(200)(handler)

    receiver.behaviour = slowly
    change(LASSO, telephone="70000002")
    compose(integration)

    def meanwhile() -> None:
        assert begun.wait(20)
        change_integration(integration=integration, changes={"update": None}, now=timezone.now())
        change_integration(
            integration=integration, changes={"update": {"url": url, "method": "PUT"}}, now=timezone.now()
        )
        change(LASSO, telephone=before.removeprefix("+45 ").replace(" ", ""))
        compose(integration)
        go_on.set()

    turn: Any = ShortTurn()
    at_once(lambda: deliver(integration.update_endpoint_id, turn), meanwhile)
    receiver.behaviour = receivers.answer(200)
    integration.refresh_from_db()
    run(integration)

    assert [message["telephone"] for message in updates(receiver)] == ["+45 70 00 00 02", before]


def waits_for_a_lock() -> bool:
    """Whether another connection to this database waits for one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def test_what_is_too_late_settles_without_holding_another_company(integration, receiver):
    """An order locks companies in the order of their numbers: whoever held one and asked for a lower one would wait for
    ever.
    """
    low, high = sorted(str(cvr) for cvr in (LASSO, NORDLYS))
    order(integration, LASSO, NORDLYS)
    compose(integration)
    # The higher one goes out first; the lower one was tried before, and its time is over.
    late = Delivery.objects.get(cvr=low)
    Delivery.objects.filter(pk=late.pk).update(
        attempt_count=1, deadline_at=timezone.now() - timedelta(minutes=1), due_at=timezone.now()
    )
    held, go_on = threading.Event(), threading.Event()

    def orders() -> None:
        with transaction.atomic():
            MonitoredCompany.objects.select_for_update().get(cvr=low)
            held.set()
            assert go_on.wait(20)
            MonitoredCompany.objects.select_for_update().get(cvr=high)

    def delivers() -> None:
        assert held.wait(20)
        turn: Any = ShortTurn()
        deliver(integration.export_endpoint_id, turn)

    def lets_go() -> None:
        assert held.wait(20)
        wait_until(waits_for_a_lock, seconds=20, interval=0.02)
        go_on.set()

    at_once(orders, delivers, lets_go)

    assert state_of(integration, int(high)) == State.MONITORED
    assert state_of(integration, int(low)) == State.EXPORT_FAILED
