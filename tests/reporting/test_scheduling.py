"""Batches whose time comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lanes.models import Lane
from reporting.models import Batch
from reporting.scheduling import start_due_batches
from tests.reporting.conftest import place

pytestmark = pytest.mark.django_db

TIME = datetime(2999, 1, 1, 1, tzinfo=UTC)


def test_it_starts_a_batch_at_its_time_and_wakes_it(organisation, django_capture_on_commit_callbacks) -> None:
    batch = place(organisation, scheduledTime="2999-01-01 01:00:00")

    with django_capture_on_commit_callbacks(execute=True):
        assert start_due_batches(now=TIME) == 1

    batch.refresh_from_db()
    assert (batch.status, batch.started_at) == (Batch.Status.EXECUTING, TIME)


def test_it_leaves_a_batch_alone_before_its_time(organisation) -> None:
    batch = place(organisation, scheduledTime="2999-01-01 01:00:00")

    assert start_due_batches(now=TIME - timedelta(seconds=1)) == 0

    batch.refresh_from_db()
    assert batch.status == Batch.Status.SCHEDULED
    assert not Lane.objects.exists()


def test_it_starts_each_batch_once(organisation) -> None:
    place(organisation, scheduledTime="2999-01-01 01:00:00")
    start_due_batches(now=TIME)

    assert start_due_batches(now=TIME) == 0


def test_a_time_in_the_past_is_now(organisation) -> None:
    batch = place(organisation, scheduledTime="2018-01-01 01:00:00")

    assert batch.status == Batch.Status.EXECUTING
