"""Counters and timings of every process, gathered in Redis, where `/metrics` reads them.

Workers run on any number of machines, and nobody outside can reach them (Heroku's workers have no address), so each
process adds what it saw to one hash in Redis every few seconds. Redis may lose it: a counter that starts at nothing
again is what Prometheus' `rate()` expects. A process that is killed loses its last seconds.

Nothing here may hold up or break the work that is observed: adding takes no network, and a Redis that is away only
lets the sums wait in memory.
"""

from __future__ import annotations

import atexit
import json
import os
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter

import structlog
from prometheus_client import Metric
from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily
from redis import RedisError

from lasso.impatient_redis import impatient_redis

logger = structlog.get_logger(__name__)

KEY = "lasso:observed"
FLUSH_INTERVAL = timedelta(seconds=5)
# Upper bounds in seconds; what is longer counts in +Inf alone.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
# From an order to the last try of a delivery may be a day.
LONG_BUCKETS = (0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 21_600.0, 86_400.0)
INFINITE = "+Inf"

Labels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counter:
    """How often something happened, under the values of its labels. The name ends in `_total`."""

    name: str
    explanation: str
    labels: Labels = ()

    def add(self, *values: str, amount: float = 1) -> None:
        """It happened once more, or `amount` times; a value for each label."""
        _sums.add(_field(self, values, ""), amount)


@dataclass(frozen=True, slots=True)
class Timing:
    """How long something took: a histogram in seconds. The name ends in `_seconds`."""

    name: str
    explanation: str
    labels: Labels = ()
    buckets: tuple[float, ...] = BUCKETS

    def observe(self, duration: timedelta | float, *values: str) -> None:
        """It took so long (a timedelta, or seconds); a value for each label."""
        seconds = duration.total_seconds() if isinstance(duration, timedelta) else duration
        bucket = next((str(bound) for bound in self.buckets if seconds <= bound), INFINITE)
        _sums.add(_field(self, values, bucket), 1)
        _sums.add(_field(self, values, "sum"), max(seconds, 0.0))

    @contextmanager
    def measured(self, *values: str) -> Iterator[None]:
        """Observes how long the block took, however it ends."""
        started = perf_counter()
        try:
            yield
        finally:
            self.observe(perf_counter() - started, *values)


Instrument = Counter | Timing
_instruments: dict[str, Instrument] = {}


def counter(name: str, explanation: str, *labels: str) -> Counter:
    """A counter that `/metrics` shows from now on."""
    made = Counter(name, explanation, labels)
    _instruments[name] = made
    return made


def timing(name: str, explanation: str, *labels: str, buckets: tuple[float, ...] = BUCKETS) -> Timing:
    """A histogram of durations that `/metrics` shows from now on."""
    made = Timing(name, explanation, labels, buckets)
    _instruments[name] = made
    return made


def flush() -> None:
    """Add what this process has seen to what all have; kept for the next time when Redis is away."""
    _sums.flush()


def observed() -> list[Metric]:
    """What all processes have seen, an instrument each; empty ones too, so that a dashboard finds every name.

    Raises:
        redis.RedisError: Redis is away.
        OSError: the same.
    """
    flush()
    found: dict[str, dict[Labels, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    with impatient_redis() as client:
        fields: Mapping[bytes, bytes] = client.hgetall(KEY)
    for field, amount in fields.items():
        name, values, part = json.loads(field)
        found[name][tuple(values)][part] = float(amount)
    return [_family(instrument, found[name]) for name, instrument in sorted(_instruments.items())]


def _family(instrument: Instrument, found: Mapping[Labels, Mapping[str, float]]) -> Metric:
    # What an earlier version counted under other labels is passed over.
    shown = {values: parts for values, parts in sorted(found.items()) if len(values) == len(instrument.labels)}
    if isinstance(instrument, Counter):
        counted = CounterMetricFamily(instrument.name, instrument.explanation, labels=instrument.labels)
        for values, parts in shown.items():
            counted.add_metric(values, parts.get("", 0.0))
        return counted
    timed = HistogramMetricFamily(instrument.name, instrument.explanation, labels=instrument.labels)
    for values, parts in shown.items():
        timed.add_metric(values, _cumulative(instrument, parts), parts.get("sum", 0.0))
    return timed


def _cumulative(instrument: Timing, parts: Mapping[str, float]) -> list[tuple[str, float]]:
    total, buckets = 0.0, []
    for bound in (*map(str, instrument.buckets), INFINITE):
        total += parts.get(bound, 0.0)
        buckets.append((bound, total))
    return buckets


def _field(instrument: Instrument, values: Labels, part: str) -> str:
    if len(values) != len(instrument.labels):
        raise ValueError(f"{instrument.name} has the labels {instrument.labels}, and was given {values}.")
    return json.dumps([instrument.name, values, part], separators=(",", ":"))


class _Sums:
    """What this process has seen and not yet handed on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pending: dict[str, float] = defaultdict(float)
        self._flusher: threading.Thread | None = None

    def add(self, field: str, amount: float) -> None:
        with self._lock:
            self._pending[field] += amount
            if self._flusher is None:
                self._flusher = threading.Thread(target=self._flush_for_ever, name="observing", daemon=True)
                self._flusher.start()

    def flush(self) -> None:
        with self._lock:
            taken, self._pending = self._pending, defaultdict(float)
        if not taken:
            return
        try:
            with impatient_redis() as client:
                pipeline = client.pipeline(transaction=True)
                for field, amount in taken.items():
                    pipeline.hincrbyfloat(KEY, field, amount)
                pipeline.execute()
        except (RedisError, OSError) as error:
            logger.debug("observations_wait", reason=str(error))
            with self._lock:
                for field, amount in taken.items():
                    self._pending[field] += amount

    def _flush_for_ever(self) -> None:
        while not _ended.wait(FLUSH_INTERVAL.total_seconds()):
            self.flush()


def _begin_anew() -> None:
    # What the parent has seen it hands on itself, and its thread does not live here.
    global _sums  # noqa: PLW0603 - a fork is a new process
    _sums = _Sums()


_ended = threading.Event()
_sums = _Sums()
os.register_at_fork(after_in_child=_begin_anew)
atexit.register(flush)
