"""What the processes count is gathered in Redis, and /metrics shows it as one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from redis import Redis

from lasso import observing
from lasso.metrics import written
from lasso.observing import KEY, Counter, Timing, counter, flush, observed, timing


@pytest.fixture(autouse=True)
def instruments(settings, monkeypatch) -> Iterator[None]:
    """Nothing counted yet, and no instrument but the test's own."""
    monkeypatch.setattr(observing, "KEY", f"{KEY}:{os.getpid()}:test")
    monkeypatch.setattr(observing, "_instruments", {})
    monkeypatch.setattr(observing, "_sums", observing._Sums())
    with Redis.from_url(settings.REDIS_URL) as client:
        client.delete(observing.KEY)
        yield
        client.delete(observing.KEY)


def shown() -> list[str]:
    return [line for line in written(observed()).splitlines() if not line.startswith("#")]


def test_it_adds_up_by_label() -> None:
    calls = counter("lasso_calls_total", "Calls.", "answer")

    calls.add("2xx")
    calls.add("2xx", amount=2)
    calls.add('a "b"')

    assert shown() == ['lasso_calls_total{answer="2xx"} 3.0', 'lasso_calls_total{answer="a \\"b\\""} 1.0']


def test_it_shows_durations_as_a_histogram() -> None:
    took = timing("lasso_work_seconds", "Work.", "kind", buckets=(0.1, 1.0))

    took.observe(0.1, "a")
    took.observe(timedelta(seconds=0.5), "a")
    took.observe(7, "a")
    took.observe(-1, "a")  # a clock that was set back

    assert shown() == [
        'lasso_work_seconds_bucket{kind="a",le="0.1"} 2.0',
        'lasso_work_seconds_bucket{kind="a",le="1.0"} 3.0',
        'lasso_work_seconds_bucket{kind="a",le="+Inf"} 4.0',
        'lasso_work_seconds_count{kind="a"} 4.0',
        'lasso_work_seconds_sum{kind="a"} 7.6',
    ]


def test_it_observes_also_what_failed() -> None:
    took = timing("lasso_work_seconds", "Work.", buckets=(60.0,))

    with pytest.raises(ZeroDivisionError), took.measured():
        _ = 1 // 0

    assert shown()[:2] == ['lasso_work_seconds_bucket{le="60.0"} 1.0', 'lasso_work_seconds_bucket{le="+Inf"} 1.0']


def test_it_gathers_what_a_forked_process_saw_once() -> None:
    calls = counter("lasso_calls_total", "Calls.")
    calls.add(amount=5)

    child = os.fork()
    if child == 0:
        calls.add(amount=2)
        flush()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0

    assert shown() == ["lasso_calls_total 7.0"]


def test_it_keeps_what_redis_did_not_take(settings) -> None:
    calls = counter("lasso_calls_total", "Calls.")
    there, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:9/0"
    calls.add()
    flush()
    with pytest.raises(ConnectionError):
        raise_what_redis_says()
    settings.REDIS_URL = there
    calls.add()

    assert shown() == ["lasso_calls_total 2.0"]


def raise_what_redis_says() -> None:
    try:
        observed()
    except Exception as error:
        raise ConnectionError from error


def test_it_shows_metrics_without_redis(client, db, settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"

    answer = client.get("/metrics")

    assert answer.status_code == 200
    assert "lasso_up 1.0" in answer.content.decode()


def test_it_refuses_a_value_without_a_label() -> None:
    with pytest.raises(ValueError, match=r"lasso_calls_total has the labels \('answer',\), and was given \(\)"):
        Counter("lasso_calls_total", "Calls.", ("answer",)).add()
    with pytest.raises(ValueError, match="lasso_work_seconds"):
        Timing("lasso_work_seconds", "Work.").observe(1, "too much")
    assert shown() == []


def test_it_passes_over_what_an_earlier_version_counted_under_other_labels() -> None:
    counter("lasso_calls_total", "Calls.", "answer").add("2xx")
    flush()
    counter("lasso_calls_total", "Calls.", "purpose", "answer").add("mail", "2xx")

    assert shown() == ['lasso_calls_total{answer="2xx",purpose="mail"} 1.0']
