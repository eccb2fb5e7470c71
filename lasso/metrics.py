"""`/metrics`: what Prometheus reads. An app adds a gauge with `register`.

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
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lasso import __version__

logger = structlog.get_logger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
STARTED_AT = time.time()


@dataclass(frozen=True, slots=True)
class Sample:
    """One value, under its labels."""

    value: float
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gauge:
    """A quantity that is read when somebody asks."""

    name: str
    explanation: str
    read: Callable[[], Iterable[Sample]]


_gauges: dict[str, Gauge] = {}


def register(gauge: Gauge) -> None:
    """Adds a gauge to `/metrics`; called from an app's `ready`."""
    _gauges[gauge.name] = gauge


register(Gauge("lasso_up", "1 while the web process answers.", lambda: [Sample(1)]))
register(Gauge("lasso_build_info", "The version that runs.", lambda: [Sample(1, {"version": __version__})]))
register(
    Gauge(
        "lasso_process_start_time_seconds", "When this web process started (Unix time).", lambda: [Sample(STARTED_AT)]
    )
)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Every gauge in Prometheus' text format."""
    wanted = settings.METRICS_TOKEN
    sent = request.headers.get("authorization", "").removeprefix("Bearer ")
    if wanted and not hmac.compare_digest(sent.encode(), wanted.encode()):
        return HttpResponse(
            "Send the header Authorization: Bearer METRICS_TOKEN.\n",
            status=401,
            content_type="text/plain; charset=utf-8",
            headers={"WWW-Authenticate": 'Bearer realm="metrics"'},
        )
    lines = [line for gauge in _gauges.values() for line in written(gauge)]
    return HttpResponse("\n".join(lines) + "\n", content_type=CONTENT_TYPE)


def written(gauge: Gauge) -> Iterator[str]:
    """A gauge in Prometheus' text format; one that cannot be read now is left out and logged."""
    try:
        samples = list(gauge.read())
    except (Error, OSError) as error:
        logger.warning("gauge_not_read", gauge=gauge.name, reason=str(error))
        return
    yield f"# HELP {gauge.name} {_escaped(gauge.explanation)}"
    yield f"# TYPE {gauge.name} gauge"
    for sample in samples:
        labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in sorted(sample.labels.items()))
        yield f"{gauge.name}{{{labels}}} {sample.value:.17g}" if labels else f"{gauge.name} {sample.value:.17g}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
