"""What is sent again from the log, one by one or all that failed, and may be older than what the receiver has."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from delivery.models import Delivery
from delivery.redelivering import recover, redeliver, refusal
from integrations.exporting import export_again, order_exports, stop_monitoring
from integrations.models import UpdateMessage
from tests import receivers
from tests.integrations.conftest import LASSO
from tests.integrations.driving import (
    State,
    change,
    company_of,
    compose,
    export,
    run,
    send,
    try_to_the_end,
    updates,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]


def test_it_tells_the_feed_again_what_an_old_export_that_was_sent_again_set_back(integration, receiver):
    export(integration, LASSO)
    change(LASSO, telephone="70000002")
    run(integration)
    assert redeliver(delivery=Delivery.objects.get(purpose="integration_export"), now=timezone.now())
    run(integration)
    said = [
        json.loads(body)["telephone"] for body in UpdateMessage.objects.order_by("id").values_list("body", flat=True)
    ]
    assert said == ["+45 70 00 00 02"] * 2


def test_it_sends_no_export_again_that_a_newer_one_has_taken_the_place_of(integration, receiver):
    """Neither one by one nor with all that failed: the receiver has what the newer one says."""
    receiver.behaviour = receivers.answer(500)
    order_exports(integration=integration, cvrs=[str(LASSO)], now=timezone.now())
    try_to_the_end(integration)
    change(LASSO, telephone="70000002")
    receiver.behaviour = receivers.answer(201)
    export(integration, LASSO)
    calls = len(receiver.calls.all())
    old = Delivery.objects.order_by("id")[0]
    assert not redeliver(delivery=old, now=timezone.now())
    assert refusal(old).startswith("A newer message about the same company")
    since = timezone.now() - timedelta(hours=1)
    assert recover(endpoint=integration.export_endpoint, since=since, now=timezone.now()).count == 0
    send(integration)
    assert len(receiver.calls.all()) == calls


def failed_update(integration, receiver, telephone: str) -> None:
    """A change that the receiver did not take."""
    receiver.behaviour = receivers.answer(500)
    change(LASSO, telephone=telephone)
    compose(integration)
    try_to_the_end(integration)
    receiver.behaviour = receivers.answer(200)


def recover_updates(integration) -> int:
    """What failed is sent again, and what follows from that is done."""
    since = timezone.now() - timedelta(hours=1)
    count = recover(endpoint=integration.update_endpoint, since=since, now=timezone.now()).count
    send(integration)
    run(integration)
    return count


def test_it_brings_the_receiver_up_to_date_after_an_update_that_was_taken_back_is_sent_again(integration, receiver):
    """The change that failed was taken back, so that there was nothing to send, until somebody sent it again."""
    export(integration, LASSO)
    failed_update(integration, receiver, "70000002")
    change(LASSO, telephone="71747812")
    run(integration)
    calls = len(updates(receiver))
    assert recover_updates(integration) == 1
    assert [message["telephone"][-2:] for message in updates(receiver)[calls:]] == ["02", "12"]


def test_it_brings_the_receiver_up_to_date_after_an_update_from_before_the_last_export_is_sent_again(
    integration, receiver
):
    export(integration, LASSO)
    failed_update(integration, receiver, "70000002")
    change(LASSO, telephone="70000003")
    assert export_again(integration=integration, cvrs=[str(LASSO)], now=timezone.now()).accepted
    run(integration)
    before = company_of(integration, LASSO)
    calls = len(updates(receiver))
    assert recover_updates(integration) == 1
    assert [message["telephone"][-2:] for message in updates(receiver)[calls:]] == ["02", "03"]
    after = company_of(integration, LASSO)
    assert (after.state, after.last_exported_at) == (State.MONITORED, before.last_exported_at)
    assert not after.is_update_due


def test_it_sends_nothing_again_of_a_company_that_was_removed(integration, receiver):
    receiver.behaviour = receivers.answer(500)
    order_exports(integration=integration, cvrs=[str(LASSO)], now=timezone.now())
    try_to_the_end(integration)
    receiver.behaviour = receivers.answer(201)
    calls = len(receiver.calls.all())
    failed = Delivery.objects.get(status="Failed")
    stop_monitoring(integration=integration, cvrs=[str(LASSO)], now=timezone.now())

    since = timezone.now() - timedelta(hours=1)
    assert recover(endpoint=integration.export_endpoint, since=since, now=timezone.now()).count == 0
    assert not redeliver(delivery=failed, now=timezone.now())
    assert refusal(failed) == (
        "It is not to be sent again: Withdrawn because the company was removed from the integration."
    )
    run(integration)
    assert len(receiver.calls.all()) == calls
    export(integration, LASSO)
    assert company_of(integration, LASSO).state == State.MONITORED, "exported anew it begins anew"


def test_it_sends_no_export_again_beside_an_update_that_is_on_its_way(integration, receiver):
    export(integration, LASSO)
    change(LASSO, telephone="70000002")
    compose(integration)
    old = Delivery.objects.get(purpose="integration_export")

    assert not redeliver(delivery=old, now=timezone.now())
    assert refusal(old).startswith("Another message about the same company is on its way")
    run(integration)
    assert redeliver(delivery=old, now=timezone.now())


def test_it_composes_no_update_beside_an_export_that_was_sent_again(integration, receiver):
    export(integration, LASSO)
    assert redeliver(delivery=Delivery.objects.get(), now=timezone.now())
    change(LASSO, telephone="70000002")
    compose(integration)
    assert [delivery.purpose for delivery in Delivery.objects.all()] == ["integration_export"]

    run(integration)
    run(integration)
    assert [message["telephone"][-2:] for message in updates(receiver)] == ["02"]
