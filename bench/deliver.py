"""Deliveries a second beside a bare loop and a naive task a call; from commit to receiver, also while others hang."""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from typing import TYPE_CHECKING, Any

import psutil

from bench.measuring import RESULTS, report, running_system
from bench.sink import Sink
from lasso.embedded.processes import stop_processes

if TYPE_CHECKING:
    from delivery.models import Endpoint

ENDPOINTS = 50
# Each way has so many processes (the bare loop is also measured in one) and, in all of them together, so many threads.
PROCESSES = os.cpu_count() or 1
THREADS = 32 // PROCESSES * PROCESSES
WAYS = {
    "bare": "requests.Session.post in a loop in each thread, in one process or in one a core; nothing kept",
    "naive": "a Celery task with requests.post a call, the same broker, --pool threads, nothing durable",
    "ours": "rows, claims, attempts and signatures in PostgreSQL with fsync, --pool threads",
}
BODY = {
    "batchId": "d2e61fbf-7562-4ffb-ba33-52396c0ba12d",
    "cvr": 34580820,
    "name": "1234-34580820-LASSO X A/S",
    "pdfurl": "https://reports.lasso.example/d2e61fbf-7562-4ffb-ba33-52396c0ba12d/34580820.pdf",
    "printType": "Revision",
    "status": "Completed",
}
PATIENCE = 300.0


def arrived(sink: Sink, count: int) -> list[tuple[str, float]]:
    """All calls, as soon as so many different ids have come."""
    calls: list[tuple[str, float]] = []
    until = time.monotonic() + PATIENCE
    while len({identity for identity, _ in calls}) < count:
        if time.monotonic() > until:
            raise TimeoutError(f"Only {len(calls)} of {count} calls came within {PATIENCE:.0f} s.")
        time.sleep(0.25)
        calls += sink.take_calls()
    return calls


def steady_rate(calls: Sequence[tuple[str, float]]) -> float:
    """Calls a second between the first and the last tenth: how fast it goes when it goes."""
    moments = sorted(moment for _, moment in calls)
    first, last = len(moments) // 10, len(moments) * 9 // 10
    return (last - first) / (moments[last] - moments[first])


# --- Three ways to send the same calls --------------------------------------------------------------------------------


def bare_rate(sink: Sink, count: int, *, processes: int) -> float:
    """(a) A loop around `requests.Session.post` in each of as many threads, in so many processes."""
    command = [sys.executable, "-m", "bench.bare"]
    values = [str(count // processes), str(THREADS // processes)]
    running = [
        subprocess.Popen(
            [*command, sink.url(f"/bare/{number}"), *values],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(processes)
    ]
    try:
        for process in running:
            assert process.stdout is not None
            process.stdout.readline()  # it is ready
        for process in running:
            assert process.stdin is not None
            process.stdin.write(json.dumps(BODY) + "\n")
            process.stdin.flush()
        return steady_rate(arrived(sink, count // processes * processes))
    finally:
        for process in running:
            process.communicate()


def naive_rate(sink: Sink, count: int) -> float:
    """(b) A Celery task a call, in as many worker processes with as many threads each, of the same pool."""
    from bench.naive import app, call

    body = json.dumps(BODY)
    with app.pool.acquire(block=True) as connection:
        for number in range(count):
            values = (sink.url(f"/naive/{number % ENDPOINTS}"), str(uuid.uuid4()), body)
            call.apply_async(values, connection=connection)  # type: ignore[call-arg] # not in the stubs
    with naive_workers():
        return steady_rate(arrived(sink, count))


@contextmanager
def naive_workers() -> Iterator[None]:
    """The naive way's workers."""
    command = ["-m", "celery", "--app", "bench.naive", "worker", "--queues", "naive", "--pool", "threads"]
    options = ["--concurrency", str(THREADS // PROCESSES), "--loglevel", "error", "--without-gossip"]
    with (RESULTS / "deliver" / "naive.log").open("wb") as log:
        processes = [
            psutil.Popen(
                [sys.executable, *command, *options, "--without-mingle", "--hostname", f"naive{number}@%h"],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            for number in range(PROCESSES)
        ]
        try:
            yield
        finally:
            stop_processes(processes, steps=((signal.SIGTERM, 20.0), (signal.SIGKILL, 5.0)))


def our_rate(sink: Sink, endpoints: Sequence[Endpoint], count: int) -> float:
    """Ours: rows, claims, attempts, signatures and all. The rows are there before, as the naive way's messages are."""
    from delivery.models import Delivery

    queue(endpoints, count, is_waiting=True)
    for endpoint in endpoints:
        switch_on(endpoint)
    calls = arrived(sink, count)
    ours = Delivery.objects.filter(endpoint__in=endpoints)
    wait_for(lambda: not ours.exclude(status=Delivery.Status.DELIVERED).exists())
    return steady_rate(calls)


# --- Rows -------------------------------------------------------------------------------------------------------------


def make_endpoints(organisation: Any, sink: Sink, *, count: int, path: str) -> list[Endpoint]:
    """Endpoints of their own on the sink."""
    from delivery.endpoints import find_or_create_endpoint

    urls = [sink.url(f"{path}/{number}") for number in range(count)]
    return [find_or_create_endpoint(organisation=organisation, url=url) for url in urls]


def queue(endpoints: Sequence[Endpoint], count: int, *, is_waiting: bool = False) -> None:
    """Queue so many deliveries, in turn to each endpoint; `is_waiting` switches the endpoints off first."""
    from django.db import transaction
    from django.utils import timezone

    from delivery.endpoints import disable_endpoint
    from delivery.queueing import queue_delivery

    for endpoint in endpoints if is_waiting else ():
        disable_endpoint(endpoint=endpoint, reason="The benchmark begins soon.", now=timezone.now())
    with transaction.atomic():
        for _, endpoint in zip(range(count), cycle(endpoints), strict=False):
            queue_delivery(endpoint=endpoint, purpose="report_webhook", body=BODY, now=timezone.now())


def switch_on(endpoint: Endpoint) -> None:
    """Let what waits go."""
    from django.utils import timezone

    from delivery.endpoints import enable_endpoint

    enable_endpoint(endpoint=endpoint, now=timezone.now())


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until it holds."""
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError(f"It did not happen within {PATIENCE:.0f} s.")
        time.sleep(0.1)


# --- Measuring --------------------------------------------------------------------------------------------------------


def latencies(
    sink: Sink, endpoints: Sequence[Endpoint], *, rate: float, seconds: float, hanging: Sequence[Endpoint] = ()
) -> list[float]:
    """Milliseconds from the commit of a delivery to its first byte at the sink, at a steady rate to all endpoints.

    The calls to those that hang are made at the same rate an endpoint, and left out of the figures.
    """
    from django.db import transaction
    from django.utils import timezone

    from delivery.queueing import queue_delivery

    moments: list[float] = []
    committed: dict[str, float] = {}
    count = int(rate * seconds)
    start = time.perf_counter()
    for number, endpoint in zip(range(count), cycle([*endpoints, *hanging]), strict=False):
        pause = start + number / rate - time.perf_counter()
        if pause > 0:
            time.sleep(pause)
        with transaction.atomic():
            # Before the lane is woken: that is part of the way.
            transaction.on_commit(lambda: moments.append(time.time()))
            delivery = queue_delivery(endpoint=endpoint, purpose="report_webhook", body=BODY, now=timezone.now())
        if endpoint not in hanging:
            committed[str(delivery.public_id)] = moments[-1]
    until = time.monotonic() + PATIENCE
    came: dict[str, float] = {}
    while not committed.keys() <= came.keys():
        if time.monotonic() > until:
            raise TimeoutError(f"{len(committed.keys() - came.keys())} calls did not come.")
        time.sleep(0.25)
        for identity, moment in sink.take_calls():
            came.setdefault(identity, moment)
    # The first ones find everything cold.
    counted = list(committed)[len(committed) // 10 :]
    return [(came[identity] - committed[identity]) * 1000 for identity in counted]


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """p50, p95 and p99."""
    cuts = statistics.quantiles(values, n=100)
    return {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98]}


def main() -> None:
    """Measure rates in turn, then latencies without and with endpoints that hang."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=5000, help="a round and a way (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rate", type=float, default=200.0, help="deliveries a second for the latencies")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long for each of the latencies")
    options = parser.parse_args()
    with (
        Sink() as sink,
        running_system("deliver", delivery_processes=PROCESSES, DELIVERY_THREADS=str(THREADS // PROCESSES)) as system,
    ):
        os.environ.update(system.variables, DJANGO_SETTINGS_MODULE="lasso.settings")
        import django

        django.setup()
        from accounts.models import Organisation

        organisation = Organisation.objects.create(name="Bench", email="bench@lasso.example")
        endpoints = make_endpoints(organisation, sink, count=ENDPOINTS, path="/ours")
        our_rate(sink, endpoints, ENDPOINTS * 10)  # does not count: connections and caches
        rows = []
        for number in range(1, options.rounds + 1):
            alone = bare_rate(sink, options.calls, processes=1)
            bare = bare_rate(sink, options.calls, processes=PROCESSES)
            ours = our_rate(sink, endpoints, options.calls)
            naive = naive_rate(sink, options.calls)
            rows.append(
                {
                    "round": number,
                    "(a) bare loop/s": alone,
                    "(a) on all cores/s": bare,
                    "(b) naive/s": naive,
                    "ours/s": ours,
                    "ours / (a)": ours / alone,
                    "on all cores": ours / bare,
                    "ours / (b)": ours / naive,
                }
            )
            print(rows[-1], file=sys.stderr, flush=True)
        healthy = percentiles(latencies(sink, endpoints, rate=options.rate, seconds=options.seconds))
        tenth = len(endpoints) // 10
        hanging = make_endpoints(organisation, sink, count=tenth, path="/hang")
        beside = percentiles(
            latencies(sink, endpoints[tenth:], rate=options.rate, seconds=options.seconds, hanging=hanging)
        )
        report(
            "deliver",
            rows=rows,
            **WAYS,
            processes_of_each_way=PROCESSES,
            threads_of_each_way_together=THREADS,
            endpoints=ENDPOINTS,
            calls_a_round=options.calls,
            median_of_ours_to_bare=statistics.median(row["ours / (a)"] for row in rows),
            median_of_ours_to_bare_on_all_cores=statistics.median(row["on all cores"] for row in rows),
            median_of_ours_to_naive=statistics.median(row["ours / (b)"] for row in rows),
            deliveries_a_second_for_latencies=options.rate,
            **{f"{name}_ms": value for name, value in healthy.items()},
            **{f"{name}_ms_while_a_tenth_of_the_endpoints_hangs": value for name, value in beside.items()},
            growth_of_p95=beside["p95"] / healthy["p95"] - 1,
        )


if __name__ == "__main__":
    main()
