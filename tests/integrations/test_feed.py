"""The pull feed: update messages in the order of their commits, and none left out."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from integrations.feed import messages_since
from integrations.forgetting import forget_old_messages
from integrations.mapping import Entry, FieldMapping
from integrations.models import MonitoredCompany, UpdateMessage
from integrations.working import work
from tests import receivers
from tests.integrations.conftest import HAVGRUS, LASSO, NORDLYS, document, integrated, take_in
from tests.integrations.driving import ShortTurn, at_once, change, compose, export, run, updates
from tests.waiting import wait_until

A, B, C = "71747812", "70000002", "70000003"


def told(integration, after: int = 0, limit: int = 100) -> list[str]:
    return [message.body for message in messages_since(integration=integration, after=after, limit=limit)]


@pytest.fixture
def pulling(organisation, receiver, register):
    """An integration without an update endpoint that has exported three companies."""
    integration = integrated(organisation, receiver, update=None)
    export(integration, LASSO, NORDLYS, HAVGRUS)
    return integration


@pytest.mark.django_db
def test_it_has_the_message_that_the_update_endpoint_would_get(pulling, receiver):
    change(LASSO, telephone=B)
    run(pulling)
    assert told(pulling) == ['{"cvr":34580820,"telephone":"+45 70 00 00 02"}']
    assert updates(receiver) == []
    (message,) = UpdateMessage.objects.all()
    assert (message.cvr, message.integration) == ("34580820", pulling)


@pytest.mark.django_db
def test_it_has_every_step_there_and_back(pulling):
    """Who has read the first must get the second, although the company is again as it was exported."""
    for telephone in (B, A):
        change(LASSO, telephone=telephone)
        run(pulling)
    assert [body[-7:] for body in told(pulling)] == ['00 02"}', '78 12"}']


@pytest.mark.django_db
def test_it_has_nothing_that_its_reader_knows(pulling):
    change(LASSO, telephone=B)
    change(LASSO, telephone=A)
    run(pulling)
    assert told(pulling) == []
    change(LASSO, telephone=B)
    run(pulling)
    change(LASSO, telephone=C)
    change(LASSO, telephone=B)
    run(pulling)
    assert len(told(pulling)) == 1


@pytest.mark.django_db
def test_it_is_read_in_pages(pulling):
    for number in range(5):
        change(LASSO, telephone=f"7000001{number}")
        compose(pulling)
    first = messages_since(integration=pulling, after=0, limit=2)
    second = messages_since(integration=pulling, after=first[-1].pk, limit=2)
    third = messages_since(integration=pulling, after=second[-1].pk, limit=2)
    assert [message.body[-3:-2] for page in (first, second, third) for message in page] == list("01234")
    assert messages_since(integration=pulling, after=third[-1].pk, limit=2) == []


@pytest.mark.django_db
def test_it_is_the_integrations_own(pulling, organisation, receiver):
    other = integrated(organisation, receiver, name="ERP")
    export(other, LASSO)
    change(LASSO, telephone=B)
    compose(pulling)
    assert (len(told(pulling)), told(other)) == (1, [])


@pytest.mark.django_db
@pytest.mark.usefixtures("register")
def test_it_is_kept_beside_an_update_endpoint_too(integration, receiver):
    export(integration, LASSO)
    receiver.behaviour = receivers.answer(500)
    for telephone in (B, C):
        change(LASSO, telephone=telephone)
        run(integration)
    assert [body[-7:] for body in told(integration)] == ['00 02"}', '00 03"}']


@pytest.mark.django_db
def test_it_has_no_message_without_a_field_marked_update(organisation, receiver, register):
    mapping = FieldMapping((Entry(field="cvr"),))
    integration = integrated(organisation, receiver, mapping=mapping)
    export(integration, LASSO)
    MonitoredCompany.objects.update(is_update_due=True)
    run(integration)
    assert (told(integration), updates(receiver)) == ([], [])


@pytest.mark.django_db
def test_it_forgets_what_is_older_than_the_setting_says(pulling, settings):
    settings.UPDATE_FEED_RETENTION = timedelta(days=90)
    now = timezone.now()
    for days in (89, 91, 200):
        UpdateMessage.objects.create(integration=pulling, cvr="34580820", body="{}", created_at=now - timedelta(days))
    assert forget_old_messages(now=now) == 2
    assert UpdateMessage.objects.get().created_at == now - timedelta(days=89)


def read_on(integration, done: threading.Event) -> list[str]:
    """What a reader gets that always goes on behind the last message it has seen."""
    read: list[str] = []
    after = 0
    while True:
        is_last = done.is_set()
        found = messages_since(integration=integration, after=after, limit=1)
        for message in found:
            read.append(message.body)
            after = message.pk
        if is_last and not found:
            return read


def work_until(integration, done: threading.Event) -> None:
    while not done.is_set():
        turn: Any = ShortTurn()
        work(integration.pk, turn)


def change_all(done: threading.Event) -> None:
    try:
        for number in range(6):
            take_in(
                document(LASSO, "LASSO X A/S", f"7000002{number}"),
                document(NORDLYS, "Nordlys Testværft ApS", f"7000003{number}"),
            )
            change(HAVGRUS, "Havgrus Prøveanlæg ApS", f"7000004{number}")
        wait_until(lambda: not MonitoredCompany.objects.filter(is_update_due=True).exists(), seconds=60, interval=0.01)
    finally:
        done.set()


@pytest.mark.django_db(transaction=True)
def test_its_numbers_have_the_order_of_commits(pulling):
    """Two lanes, which happens after a takeover, and a reader that never goes back: it misses none."""
    done = threading.Event()
    read, *_ = at_once(
        lambda: read_on(pulling, done), *[lambda: work_until(pulling, done)] * 2, lambda: change_all(done)
    )
    assert read == [message.body for message in UpdateMessage.objects.order_by("id")]
    assert len(read) == len(set(read)) >= 3
