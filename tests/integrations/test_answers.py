"""What each answer to an export and to an update leads to, with the exact number of calls and mails."""

from __future__ import annotations

import pytest
from django.utils import timezone

from delivery.cancelling import cancel_waiting
from delivery.models import Attempt, Delivery
from delivery.redelivering import redeliver
from integrations.exporting import order_exports, stop_monitoring
from integrations.models import MonitoredCompany
from integrations.outcomes import export_settled, update_settled
from integrations.setting_up import change_integration, delete_integration
from tests import receivers
from tests.integrations.conftest import LASSO, NORDLYS
from tests.integrations.driving import (
    State,
    change,
    company_of,
    compose,
    export,
    exports,
    run,
    send,
    state_of,
    statuses,
    try_to_the_end,
    updates,
    wait_is_over,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]


def mails() -> int:
    """Failure mails that were queued; several failures are told by one."""
    return Delivery.objects.filter(purpose="failure_notice").count()


@pytest.mark.parametrize(
    ("status", "state", "calls", "told"),
    [
        (200, State.MONITORED, 1, 0),
        (201, State.MONITORED, 1, 0),
        (204, State.MONITORED, 1, 0),
        (409, State.DUPLICATE, 1, 0),
        (202, State.EXPORT_FAILED, 3, 1),
        (301, State.EXPORT_FAILED, 3, 1),
        (400, State.EXPORT_FAILED, 3, 1),
        (404, State.EXPORT_FAILED, 3, 1),
        (410, State.EXPORT_FAILED, 3, 1),
        (500, State.EXPORT_FAILED, 3, 1),
    ],
)
def test_it_takes_the_answer_to_an_export(integration, receiver, status, state, calls, told):
    receiver.behaviour = receivers.answer(status)
    order_exports(integration=integration, cvrs=[str(LASSO)], now=timezone.now())
    try_to_the_end(integration)
    company = company_of(integration, LASSO)
    assert (company.state, len(exports(receiver)), mails()) == (state, calls, told)
    assert company.last_status_code == status
    assert bool(company.last_answer) == (state == State.EXPORT_FAILED)


@pytest.mark.parametrize(
    ("status", "state", "calls", "told"),
    [
        (200, State.MONITORED, 1, 0),
        (201, State.MONITORED, 1, 0),
        (204, State.MONITORED, 1, 0),
        (404, State.GONE, 1, 0),
        (409, State.MONITORED, 3, 1),
        (410, State.MONITORED, 3, 1),
        (500, State.MONITORED, 3, 1),
    ],
)
def test_it_takes_the_answer_to_an_update(integration, receiver, status, state, calls, told):
    export(integration, LASSO)
    receiver.behaviour = receivers.answer(status)
    change(LASSO, telephone="70000002")
    try_to_the_end(integration)
    company = company_of(integration, LASSO)
    assert (company.state, len(updates(receiver)), mails()) == (state, calls, told)
    assert company.last_status_code == status


@pytest.mark.parametrize("behaviour", [receivers.hang_up, receivers.reset, receivers.garbage])
def test_it_fails_an_export_that_no_answer_comes_to_after_three_tries(integration, receiver, behaviour):
    receiver.behaviour = behaviour
    order_exports(integration=integration, cvrs=[str(LASSO)], now=timezone.now())
    try_to_the_end(integration)
    company = company_of(integration, LASSO)
    assert (company.state, company.last_status_code, len(exports(receiver))) == (State.EXPORT_FAILED, None, 3)
    assert company.last_answer.endswith(".")
    assert mails() == 1


def test_it_waits_when_the_receiver_has_had_too_much_and_charges_nothing(integration, receiver):
    receiver.behaviour = receivers.in_turn(
        *[receivers.answer(429, headers={"Retry-After": "7"})] * 5, receivers.answer(201)
    )
    order_exports(integration=integration, cvrs=[str(LASSO)], now=timezone.now())
    compose(integration)
    for _ in range(6):
        wait_is_over()
        type(integration.export_endpoint).objects.update(paused_until=None)
        send(integration)
    assert (state_of(integration, LASSO), len(exports(receiver)), mails()) == (State.MONITORED, 6, 0)
    assert list(Attempt.objects.order_by("number").values_list("is_charged", flat=True)) == [False] * 5 + [True]


def test_it_takes_an_export_that_is_sent_again_from_the_log(integration, receiver):
    receiver.behaviour = receivers.answer(500)
    order_exports(integration=integration, cvrs=[str(LASSO)], now=timezone.now())
    try_to_the_end(integration)
    change(LASSO, telephone="70000002")
    receiver.behaviour = receivers.answer(201)
    assert redeliver(delivery=Delivery.objects.get(purpose="integration_export"), now=timezone.now())
    send(integration)
    assert state_of(integration, LASSO) == State.MONITORED
    run(integration)
    assert [message["telephone"] for message in updates(receiver)] == ["+45 70 00 00 02"], "what it missed meanwhile"


def test_it_brings_back_a_company_that_is_gone_with_its_export_sent_again(integration, receiver):
    export(integration, LASSO)
    receiver.behaviour = receivers.answer(404)
    change(LASSO, telephone="70000002")
    run(integration)
    receiver.behaviour = receivers.answer(201)
    assert redeliver(delivery=Delivery.objects.get(purpose="integration_export"), now=timezone.now())
    run(integration)
    run(integration)
    assert state_of(integration, LASSO) == State.MONITORED
    assert [message["telephone"] for message in updates(receiver)] == ["+45 70 00 00 02"] * 2


def test_it_brings_the_receiver_up_to_date_after_an_old_export_was_sent_again(integration, receiver):
    """It sets the receiver back to what was true then."""
    export(integration, LASSO)
    change(LASSO, telephone="70000002")
    run(integration)
    assert redeliver(delivery=Delivery.objects.get(purpose="integration_export"), now=timezone.now())
    run(integration)
    run(integration)
    assert [call.json["telephone"][-2:] for call in receiver.calls.all()] == ["12", "02", "12", "02"]


def test_it_does_not_change_by_hearing_of_an_answer_twice(integration):
    export(integration, LASSO)
    change(LASSO, telephone="70000002")
    run(integration)
    before = MonitoredCompany.objects.values().get()
    update_settled(Delivery.objects.get(purpose="integration_update"))
    assert MonitoredCompany.objects.values().get() == before


@pytest.mark.parametrize("status", [200, 409, 500])
def test_it_takes_no_answer_for_a_company_that_was_removed_and_ordered_anew(integration, receiver, status):
    """The first export was under way when the company was removed."""
    order_exports(integration=integration, cvrs=[str(LASSO)], now=timezone.now())
    compose(integration)
    old = Delivery.objects.get()
    Delivery.objects.filter(pk=old.pk).update(status=Delivery.Status.SENDING)
    stop_monitoring(integration=integration, cvrs=[str(LASSO)], now=timezone.now())
    order_exports(integration=integration, cvrs=[str(LASSO)], now=timezone.now())
    compose(integration)
    before = MonitoredCompany.objects.values().get()
    assert (before["state"], before["export_delivery_id"]) == (State.EXPORTING, None), "held while one is under way"
    old.refresh_from_db()
    old.status, old.settled_at = (
        {
            200: Delivery.Status.DELIVERED,
            409: Delivery.Status.DUPLICATE,
            500: Delivery.Status.FAILED,
        }[status],
        timezone.now(),
    )
    old.save()
    export_settled(old)
    assert MonitoredCompany.objects.values().get() == before
    run(integration)
    assert (state_of(integration, LASSO), len(exports(receiver))) == (State.MONITORED, 1)


def test_it_takes_no_answer_to_an_update_from_before_the_company_was_ordered_anew(integration):
    export(integration, LASSO)
    change(LASSO, telephone="70000002")
    run(integration)
    old = Delivery.objects.get(purpose="integration_update")
    stop_monitoring(integration=integration, cvrs=[str(LASSO)], now=timezone.now())
    export(integration, LASSO)
    before = MonitoredCompany.objects.values().get()
    old.status = Delivery.Status.GONE
    update_settled(old)
    assert MonitoredCompany.objects.values().get() == before


def test_it_takes_no_answer_for_a_deleted_integration_or_a_removed_endpoint(integration):
    export(integration, LASSO)
    change(LASSO, telephone="70000002")
    run(integration)
    exported, updated = Delivery.objects.order_by("id")
    change_integration(integration=integration, changes={"update": None}, now=timezone.now())
    updated.status = Delivery.Status.GONE
    update_settled(updated)
    assert state_of(integration, LASSO) == State.MONITORED
    delete_integration(integration=integration, now=timezone.now())
    exported.status = Delivery.Status.DUPLICATE
    export_settled(exported)
    assert state_of(integration, LASSO) == State.MONITORED


def test_it_keeps_waiting_for_the_export_that_was_ordered_again_when_the_one_before_is_answered(integration, receiver):
    order_exports(integration=integration, cvrs=[str(LASSO)], now=timezone.now())
    compose(integration)
    MonitoredCompany.objects.update(export_due_at=timezone.now())
    send(integration)
    company = company_of(integration, LASSO)
    assert (company.state, company.last_status_code) == (State.EXPORTING, 200)
    run(integration)
    assert (state_of(integration, LASSO), len(exports(receiver))) == (State.MONITORED, 2)


def test_it_leaves_others_alone(integration, receiver):
    export(integration, LASSO, NORDLYS)
    before = MonitoredCompany.objects.values().get(cvr=str(NORDLYS))
    receiver.behaviour = receivers.answer(404)
    change(LASSO, telephone="70000002")
    run(integration)
    assert MonitoredCompany.objects.values().get(cvr=str(NORDLYS)) == before
    assert cancel_waiting(endpoint=integration.export_endpoint, now=timezone.now(), reason="Nothing waits.") == 0
    assert statuses("integration_update") == ["Gone"]
