"""`/metrics`: what Prometheus reads. An app adds a gauge with `register`, counters and timings by `lasso.observing`.

With METRICS_TOKEN set, a reader needs `Authorization: Bearer TOKEN`; without it the page is open, and a proxy in front
should keep it inside.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import structlog
from django.conf import settings
from django.db import Error, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis import RedisError

from lasso import __version__, observing

logger = structlog.get_logger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
STARTED_AT = time.time()
# Whoever looks must not weigh on those who work: a gauge that takes longer is left out this time.
LONGEST_GAUGE_MILLISECONDS = "2000"


@dataclass(frozen=True, slots=True)
class Sample:
    """One value, under its labels: the same names in each sample of a gauge."""

    value: float
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gauge:
    """A quantity that is read when somebody asks, from the database unless it says otherwise."""

    name: str
    explanation: str
    read: Callable[[], Iterable[Sample]]
    is_in_database: bool = True


_gauges: dict[str, Gauge] = {}


def register(gauge: Gauge) -> None:
    """Adds a gauge to `/metrics`; called from an app's `ready`."""
    _gauges[gauge.name] = gauge


def _constant(name: str, explanation: str, sample: Sample) -> None:
    register(Gauge(name, explanation, lambda: [sample], is_in_database=False))


_constant("lasso_up", "1 while the web process answers.", Sample(1))
_constant("lasso_build_info", "The version that runs.", Sample(1, {"version": __version__}))
_constant("lasso_process_start_time_seconds", "When this web process started (Unix time).", Sample(STARTED_AT))


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Every gauge, counter and histogram in Prometheus' text format."""
    wanted = settings.METRICS_TOKEN
    sent = request.headers.get("authorization", "").removeprefix("Bearer ")
    if wanted and not hmac.compare_digest(sent.encode(), wanted.encode()):
        return HttpResponse(
            "Send the header Authorization: Bearer METRICS_TOKEN.\n",
            status=401,
            content_type="text/plain; charset=utf-8",
            headers={"WWW-Authenticate": 'Bearer realm="metrics"'},
        )
    return HttpResponse(written(everything()), content_type=CONTENT_TYPE)


def everything() -> Iterator[Metric]:
    """The gauges as they are now, then what the processes have counted; what cannot be read is left out and logged."""
    for gauge in _gauges.values():
        yield from read(gauge)
    try:
        yield from observing.observed()
    except (RedisError, OSError) as error:
        logger.warning("observations_not_read", reason=str(error))


def written(found: Iterable[Metric]) -> str:
    """Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Found(found))
    return generate_latest(registry).decode()


class _Found(Collector):
    """What was found, in the shape that prometheus_client writes."""

    def __init__(self, found: Iterable[Metric]) -> None:
        self._found = found

    def collect(self) -> Iterable[Metric]:
        return self._found

    def describe(self) -> Iterable[Metric]:
        return ()  # or it would collect twice


def read(gauge: Gauge) -> Iterator[Metric]:
    """A gauge as it is now; none when it cannot be read."""
    try:
        samples = list(_read_in_time(gauge) if gauge.is_in_database else gauge.read())
    except (Error, OSError) as error:
        logger.warning("gauge_not_read", gauge=gauge.name, reason=str(error))
        return
    names = list(samples[0].labels) if samples else []
    family = GaugeMetricFamily(gauge.name, gauge.explanation, labels=names)
    for sample in samples:
        family.add_metric([sample.labels[name] for name in names], sample.value)
    yield family


def _read_in_time(gauge: Gauge) -> list[Sample]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [LONGEST_GAUGE_MILLISECONDS])
        return list(gauge.read())
