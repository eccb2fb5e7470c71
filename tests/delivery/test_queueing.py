"""Putting deliveries in line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from delivery import claiming, sending
from delivery.models import Delivery
from delivery.queueing import NewDelivery, queue_deliveries, queue_delivery
from lanes.registry import kind_of
from lasso import mail
from lasso.settings.outbound import OUTBOUND_LONGEST_DEADLINE
from tests.delivery.conftest import NOON

pytestmark = pytest.mark.django_db


def test_it_writes_one_row_and_wakes_after_the_commit(
    endpoint, woken, django_assert_num_queries, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True), django_assert_num_queries(1):
        delivery = queue_delivery(
            endpoint=endpoint,
            purpose="report_webhook",
            body={"name": "Rød Grøn ApS", "position": 1},
            now=NOON,
            cvr="99000007",
        )
        assert woken == []
    assert woken == [endpoint.pk]
    delivery.refresh_from_db()
    assert delivery.body == '{"name":"Rød Grøn ApS","position":1}'
    assert (delivery.due_at, delivery.deadline_at, delivery.created_at) == (NOON, NOON + timedelta(days=1), NOON)
    assert (delivery.status, delivery.cvr, delivery.attempt_count) == (Delivery.Status.WAITING, "99000007", 0)


def test_it_leaves_text_as_it_is(endpoint):
    assert queue_delivery(endpoint=endpoint, purpose="report_webhook", body='{ "a": 1 }', now=NOON).body == '{ "a": 1 }'


def test_it_goes_with_the_transaction_that_caused_it(endpoint, woken):
    class Undone(Exception):  # noqa: N818
        pass

    def cause() -> None:
        with transaction.atomic():
            queue_delivery(endpoint=endpoint, purpose="report_webhook", body={}, now=NOON)
            raise Undone

    with pytest.raises(Undone):
        cause()
    assert (Delivery.objects.count(), woken) == (0, [])


def test_it_knows_no_other_purpose(endpoint):
    with pytest.raises(KeyError, match="birthday"):
        queue_delivery(endpoint=endpoint, purpose="birthday", body={}, now=NOON)
    assert Delivery.objects.count() == 0


def test_it_has_its_lanes_registered():
    kind = kind_of("deliveries")
    assert (kind.work, kind.due) == (sending.deliver, sending.due)
    # A turn, and the longest call that may begin at its end.
    assert kind.lease > kind.turn_length + mail.DEADLINE
    assert claiming.LEASE > mail.DEADLINE >= OUTBOUND_LONGEST_DEADLINE


def test_it_writes_many_in_their_order_with_few_statements_and_wakes_once(
    endpoint, woken, django_assert_max_num_queries, django_capture_on_commit_callbacks
):
    many = [NewDelivery(body={"position": number}, cvr="99000007", order_key="99000007") for number in range(1001)]
    with django_capture_on_commit_callbacks(execute=True), django_assert_max_num_queries(4):
        queued = queue_deliveries(endpoint=endpoint, purpose="integration_export", deliveries=iter(many), now=NOON)
        assert woken == []
    assert woken == [endpoint.pk]
    stored = Delivery.objects.order_by("id")
    assert [row.body for row in stored] == [f'{{"position":{number}}}' for number in range(1001)]
    assert [row.public_id for row in stored] == [row.public_id for row in queued]
    assert {(row.due_at, row.deadline_at, row.cvr, row.order_key, row.organisation_id) for row in stored} == {
        (NOON, NOON + timedelta(days=1), "99000007", "99000007", endpoint.organisation_id)
    }


def test_it_writes_none_of_many_and_wakes_nobody(endpoint, woken, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert queue_deliveries(endpoint=endpoint, purpose="integration_export", deliveries=[], now=NOON) == []
        with pytest.raises(KeyError, match="birthday"):
            queue_deliveries(endpoint=endpoint, purpose="birthday", deliveries=[NewDelivery(body={})], now=NOON)
    assert (Delivery.objects.count(), woken) == (0, [])
