"""What Celery and Redis are known to get wrong, and what keeps each of it from mattering here."""

from __future__ import annotations

import ast
import inspect
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from kombu.transport import redis as kombu_redis

from lasso.celery import WorkerFixup, app
from lasso.prepared import execute_prepared

APPS = ("accounts", "companies", "delivery", "lanes", "lasso", "reporting")
# What gives a message a time before which it must not run. Redis hands such a message out again and again when the
# time is longer than the visibility timeout.
DELAYS = frozenset({"countdown", "eta", "retry_backoff", "default_retry_delay"})


def schedule() -> dict[str, Any]:
    return dict(settings.CELERY_BEAT_SCHEDULE)


def sources() -> list[Path]:
    return [path for name in APPS for path in (Path(settings.BASE_DIR) / name).rglob("*.py")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("task_acks_late", True),  # a worker that dies has not taken the message
        ("task_reject_on_worker_lost", True),
        ("worker_prefetch_multiplier", 1),  # a message does not wait behind one that takes long
        ("task_ignore_result", True),  # Redis keeps nothing of what is done
        ("result_backend", None),
        ("worker_send_task_events", False),
        ("task_publish_retry", False),  # a dead broker holds up no request
        ("broker_connection_max_retries", None),  # a worker waits for its broker for ever
        ("broker_connection_retry_on_startup", True),
        ("worker_hijack_root_logger", False),
    ],
)
def test_it_is_set_against_a_known_failure(name: str, value: object) -> None:
    assert app.conf[name] == value


def test_no_message_has_a_time_to_wait_for() -> None:
    found = [
        f"{path}:{node.value.lineno}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.keyword) and node.arg in DELAYS
    ]
    assert found == []


def test_messages_come_back_later_than_any_task_may_take() -> None:
    options = app.conf.broker_transport_options
    assert options["visibility_timeout"] == settings.VISIBILITY_TIMEOUT.total_seconds() == 600


def test_the_versions_have_their_reconnects_mended() -> None:
    """celery#8030 and its kin: a worker that was connected again, and deaf."""
    for package in ("celery", "kombu"):
        assert tuple(map(int, version(package).split(".")[:2])) >= (5, 7)
    source = inspect.getsource(kombu_redis.Transport.register_with_event_loop)
    assert "on_tick.remove(on_poll_start)" not in source


def test_workers_talk_to_nobody_but_the_broker() -> None:
    """Gossip and mingling fill Redis with reply queues that have no end (celery#6089)."""
    procfile = (Path(settings.BASE_DIR) / "Procfile").read_text(encoding="utf-8")
    workers = [line for line in procfile.splitlines() if " worker " in line]
    assert len(workers) == 2
    assert all("--without-gossip" in line and "--without-mingle" in line for line in workers)
    assert all(re.search(r"--loglevel \w+", line) for line in workers)


def test_what_the_clock_starts_does_not_pile_up() -> None:
    assert all(entry["options"].get("expires") for entry in schedule().values())


@pytest.mark.django_db(transaction=True)
def test_connections_are_kept_from_one_task_to_the_next_unless_they_are_broken():
    def backend() -> int:
        (row,) = execute_prepared("SELECT pg_backend_pid()", {}).fetchall()
        return int(row[0])

    celery: Any = app
    (fixup,) = celery._fixups
    around_tasks = fixup.worker_fixup
    assert isinstance(around_tasks, WorkerFixup)
    first = backend()
    around_tasks.close_database()
    assert backend() == first

    # As a restart of PostgreSQL leaves it: closed by the server, and nobody has noticed.
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [first])
    around_tasks.close_database()
    assert backend() != first
