"""A report whose process was asked to end, and that takes longer than there is time for."""

from __future__ import annotations

import time
import uuid
from signal import SIGALRM

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from lanes import stopping
from lanes.registry import kind_of
from lanes.turns import Turn
from reporting import rendering
from reporting.models import Report
from reporting.rendering import render_lane
from reporting.storing import storage_key, store_pdf
from reporting.waking import QUEUE
from tests.reporting.conftest import NORDLYS, place

# Its connection is closed in the middle of whatever it does.
pytestmark = pytest.mark.django_db(transaction=True)


def test_it_is_given_back_at_once_and_leaves_nothing_behind(organisation, monkeypatch) -> None:
    batch = place(organisation, NORDLYS)

    def takes_too_long(**_):
        store_pdf(Report.objects.get(), attempt=1, pdf=b"%PDF")
        stopping._give_up(SIGALRM, None)  # as the alarm does

    monkeypatch.setattr(rendering, "collect", takes_too_long)
    turn = Turn(kind_of(QUEUE), batch.pk, 0, uuid.uuid4(), ends_at=time.monotonic() + 60)

    assert render_lane(batch.pk, turn), "there is more for another process"

    report = Report.objects.get()
    assert (report.status, report.attempt_count, report.claim) == ("Queued", 0, None)
    assert report.due_at <= timezone.now()
    assert not default_storage.exists(storage_key(report, attempt=1))


def test_nothing_is_interrupted_that_may_not_be() -> None:
    stopping._give_up(SIGALRM, None)


def test_a_process_that_was_asked_to_end_begins_nothing_new(monkeypatch) -> None:
    turn = Turn(kind_of(QUEUE), uuid.uuid4(), 0, uuid.uuid4(), ends_at=time.monotonic() + 60)
    assert not turn.is_over

    monkeypatch.setattr(stopping._process, "is_stopping", True)

    assert turn.is_over
