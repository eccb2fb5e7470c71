"""Each key may make so many requests a minute."""

from __future__ import annotations

import socket
import time
from contextlib import suppress

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.keys import create_api_key
from accounts.throttling import Limiter, limiter

WHOAMI = "/apps/example/whoami"


@pytest.fixture
def three_a_minute(settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3


@pytest.fixture
def port_of_nobody() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def connections_to(listener: socket.socket) -> int:
    """How many connections have come."""
    listener.setblocking(False)
    count = 0
    with suppress(BlockingIOError):
        while True:
            listener.accept()[0].close()
            count += 1
    return count


def test_it_lets_through_as_many_as_agreed_and_then_says_when_to_come_back(client_of_ahorn, three_a_minute) -> None:
    with time_machine.travel(timezone.now().replace(microsecond=0), tick=False) as clock:
        statuses = [client_of_ahorn.get(WHOAMI).status_code for _ in range(4)]
        clock.shift(20)
        answer = client_of_ahorn.get(WHOAMI)

    assert statuses == [200, 200, 200, 429]
    assert answer.headers["retry-after"] == "40"
    assert answer.json() == {
        "errorMessage": "Too many requests; try again in 40 s.",
        "httpStatusCode": 429,
        "errorCode": 26,
        "friendlyError": "Too many requests. Wait a little and try again.",
        "helpLink": "http://localhost:8000/docs/errors#rate-limits",
    }


def test_it_counts_each_key_for_itself(client_of_ahorn, ahorn, three_a_minute) -> None:
    other = create_api_key(organisation=ahorn, name="other")
    for _ in range(4):
        client_of_ahorn.get(WHOAMI)

    assert Client(headers={"lasso-api-key": other.text}).get(WHOAMI).status_code == 200


def test_it_does_not_count_what_it_refused(settings, redis_client) -> None:
    one = Limiter(settings.REDIS_URL)
    for _ in range(5):
        one.seconds_to_wait("k", per_minute=2)

    (counted,) = redis_client.keys()
    assert redis_client.llen(counted) == 2


def test_it_says_a_wait_that_is_true(settings, monkeypatch) -> None:
    one = Limiter(settings.REDIS_URL)
    assert one.seconds_to_wait("k", per_minute=1) is None
    wait = one.seconds_to_wait("k", per_minute=1)
    assert wait is not None
    now = time.time()

    monkeypatch.setattr(time, "time", lambda: now + wait - 1)
    assert one.seconds_to_wait("k", per_minute=1) is not None
    monkeypatch.setattr(time, "time", lambda: now + wait + 0.001)
    assert one.seconds_to_wait("k", per_minute=1) is None


def test_it_is_one_count_for_all_processes(settings) -> None:
    first, second = Limiter(settings.REDIS_URL), Limiter(settings.REDIS_URL)
    assert first.seconds_to_wait("k", per_minute=2) is None
    assert second.seconds_to_wait("k", per_minute=2) is None

    assert first.seconds_to_wait("k", per_minute=2) is not None
    assert second.seconds_to_wait("k", per_minute=2) is not None


def test_it_lets_everything_through_while_redis_is_out_of_reach(
    client_of_ahorn, three_a_minute, settings, port_of_nobody
) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{port_of_nobody}/0"

    assert [client_of_ahorn.get(WHOAMI).status_code for _ in range(5)] == [200] * 5


def test_it_does_not_hang_on_a_redis_that_never_answers(client_of_ahorn, settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        statuses = [client_of_ahorn.get(WHOAMI).status_code for _ in range(5)]
        asked = connections_to(silent)

    assert statuses == [200] * 5
    # Two tries of the first request; the others do not ask again.
    assert asked == 2


def test_it_counts_again_when_redis_is_back(settings, redis_client, monkeypatch) -> None:
    one = Limiter(settings.REDIS_URL)
    one._rest(OSError("gone"))
    assert [one.seconds_to_wait("k", per_minute=1) for _ in range(2)] == [None, None]
    later = time.monotonic() + 6

    monkeypatch.setattr(time, "monotonic", lambda: later)

    assert one.seconds_to_wait("k", per_minute=1) is None
    assert one.seconds_to_wait("k", per_minute=1) is not None


def test_it_survives_a_restart_of_redis_on_a_kept_connection(settings, redis_client) -> None:
    one = Limiter(settings.REDIS_URL)
    assert one.seconds_to_wait("k", per_minute=1) is None
    redis_client.client_kill_filter(_type="normal", skipme=True)

    assert one.seconds_to_wait("k", per_minute=1) is not None


def test_it_logs_a_dead_redis_once_a_minute(settings, port_of_nobody, caplog) -> None:
    one = Limiter(f"redis://127.0.0.1:{port_of_nobody}/0")
    for _ in range(3):
        one._rests_until = 0
        one.seconds_to_wait("k", per_minute=1)

    assert len([record for record in caplog.records if "requests_not_counted" in record.getMessage()]) == 1


def test_it_keeps_one_limiter_a_process(settings) -> None:
    assert limiter(settings.REDIS_URL) is limiter(settings.REDIS_URL)
