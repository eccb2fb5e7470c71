"""/healthz says that the process lives, /readyz that everything it needs does."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from lanes.models import Pulse
from lanes.registry import all_kinds
from lasso import __version__, health


@pytest.fixture
def moving_queues(db) -> None:
    now = timezone.now()
    for kind in all_kinds():
        Pulse.objects.create(queue=kind.queue, passed_at=now, seen_at=now)


def nobodys_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_it_is_alive_without_asking_anybody(client, settings) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{nobodys_port()}/0"

    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "alive", "version": __version__}
    assert "no-store" in answer.headers["Cache-Control"]


def test_it_is_ready_when_everything_answers(client, moving_queues) -> None:
    answer = client.get("/readyz")

    body = answer.json()
    assert answer.status_code == 200
    assert body["status"] == "ready"
    assert {name: check["status"] for name, check in body["checks"].items()} == {
        "database": "ready",
        "redis": "ready",
        "queues": "ready",
    }
    assert set(body["checks"]["queues"]["secondsSinceProgress"]) == {
        "reports",
        "deliveries",
        "register",
        "integrations",
    }


def test_it_is_not_ready_without_redis_and_does_not_say_where_that_is(client, moving_queues, settings) -> None:
    port = nobodys_port()
    settings.REDIS_URL = f"redis://user:hunter2@127.0.0.1:{port}/0"

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["status"] == "not ready"
    assert answer.json()["checks"]["redis"] == {"status": "not ready", "reason": "out of reach (ConnectionError)"}
    assert answer.json()["checks"]["database"] == {"status": "ready"}
    assert "hunter2" not in answer.content.decode()
    assert str(port) not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_it_is_not_ready_without_a_database(client) -> None:
    settings_of_it = connections["default"].settings_dict
    host, port = settings_of_it["HOST"], settings_of_it["PORT"]
    connection.close()
    settings_of_it.update(HOST="127.0.0.1", PORT=str(nobodys_port()))
    try:
        answer = client.get("/readyz")
    finally:
        settings_of_it.update(HOST=host, PORT=port)
        connection.close()

    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == {"status": "not ready", "reason": "out of reach (OperationalError)"}
    assert answer.json()["checks"]["redis"] == {"status": "ready"}


def test_it_is_not_ready_while_a_queue_stands_still(client, moving_queues) -> None:
    Pulse.objects.filter(queue="reports").update(seen_at=timezone.now() - timedelta(seconds=61))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["queues"]["status"] == "not ready"
    assert 61 <= answer.json()["checks"]["queues"]["secondsSinceProgress"]["reports"] < 90


def test_it_is_not_ready_before_a_queue_was_ever_heard_of(client, db) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["queues"]["secondsSinceProgress"] == {
        "reports": None,
        "deliveries": None,
        "register": None,
        "integrations": None,
    }


def test_it_asks_what_the_apps_add(client, moving_queues, monkeypatch) -> None:
    monkeypatch.setattr(health, "_checks", dict(health._checks))
    health.register("disk", lambda: health.Finding(is_ready=False, facts={"freeBytes": 7}))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["disk"] == {"status": "not ready", "freeBytes": 7}
