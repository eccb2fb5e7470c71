"""`/healthz`: the process answers. `/readyz`: so does everything that it needs.

An app adds what it knows with `register`; the check must be quick, bounded in time, and say nothing secret.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import RedisError

from lasso import __version__
from lasso.impatient_redis import impatient_redis

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: whether requests can be served, and the facts for whoever looks."""

    is_ready: bool
    facts: dict[str, Any] = field(default_factory=dict)


Check = Callable[[], Finding]
_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Adds a check to `/readyz`; called from an app's `ready`."""
    _checks[name] = check


def database() -> Finding:
    """Whether PostgreSQL answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        return _failed("database", error)
    return Finding(is_ready=True)


def redis() -> Finding:
    """Whether Redis answers. Without it work goes on by the sweep, but slowly, and requests are not counted."""
    try:
        with impatient_redis() as client:
            client.ping()
    except (RedisError, OSError) as error:
        return _failed("redis", error)
    return Finding(is_ready=True)


register("database", database)
register("redis", redis)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django's signature
    """200 as long as this process answers at all."""
    return JsonResponse({"status": "alive", "version": __version__})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django's signature
    """200 when every check is ready, 503 when one is not; each check with its facts."""
    findings = {name: check() for name, check in _checks.items()}
    is_ready = all(finding.is_ready for finding in findings.values())
    body = {
        "status": "ready" if is_ready else "not ready",
        "checks": {
            name: {"status": "ready" if finding.is_ready else "not ready", **finding.facts}
            for name, finding in findings.items()
        },
    }
    return JsonResponse(body, status=200 if is_ready else 503)


def _failed(name: str, error: Exception) -> Finding:
    # The text of the error may hold an address or a user's name: it belongs into the log, not into a public answer.
    logger.warning("not_ready", check=name, reason=str(error))
    return Finding(is_ready=False, facts={"reason": f"out of reach ({type(error).__name__})"})
