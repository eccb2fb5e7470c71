"""The system check of the lanes' times."""

from __future__ import annotations

import re
from datetime import timedelta

from django.conf import settings

from lanes.checks import turns_end_before_messages_come_back
from lanes.registry import LaneKind, all_kinds, register
from tests.lanes.conftest import Bench


def test_it_is_content_with_the_real_lanes() -> None:
    assert {kind.queue for kind in all_kinds()} == {"reports", "deliveries", "register", "integrations"}
    assert turns_end_before_messages_come_back(None) == []


def test_every_queue_has_workers_in_the_procfile() -> None:
    procfile = (settings.BASE_DIR / "Procfile").read_text(encoding="utf-8")
    served = {queue for names in re.findall(r"--queues (\S+)", procfile) for queue in names.split(",")}

    assert {kind.queue for kind in all_kinds()} | {settings.CELERY_TASK_DEFAULT_QUEUE} == served


def test_it_names_a_turn_that_is_longer_than_a_message_stays_away(bench: Bench, settings) -> None:
    register(
        LaneKind(
            queue="slow", work=bench.work, due=bench.subjects, lease=timedelta(0), time_limit=timedelta(minutes=11)
        )
    )

    [error] = turns_end_before_messages_come_back(None)

    assert error.id == "lanes.E001"
    assert error.msg == "A turn on the queue 'slow' may take 0:11:00, but its message comes back after 0:10:00."
