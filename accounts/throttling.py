"""How often a key may ask: an exact moving window of one minute, counted in Redis by all web processes together."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from limits import RateLimitItem, RateLimitItemPerMinute
from redis import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.models import APIKey, Organisation
from lasso.counting import REST_AFTER_FAILURE, moving_window

if TYPE_CHECKING:
    # Loading the views loads this module, because the settings name it.
    from rest_framework.views import APIView

logger = structlog.get_logger(__name__)

LOG_INTERVAL = timedelta(minutes=1)


class Limiter:
    """Counts requests in one Redis; lets everything through uncounted while it is out of reach."""

    def __init__(self, url: str) -> None:
        self._strategy = moving_window(url)
        self._rests_until = 0.0
        self._logs_again_at = 0.0

    def seconds_to_wait(self, key: str, *, per_minute: int) -> float | None:
        """None when one more request fits into the window (and counts it), else the seconds until one will."""
        return self.seconds_to_wait_for(RateLimitItemPerMinute(per_minute), key)

    def seconds_to_wait_for(self, limit: RateLimitItem, key: str) -> float | None:
        """As `seconds_to_wait`, for a window of any length."""
        if time.monotonic() < self._rests_until:
            return None
        try:
            if self._strategy.hit(limit, key):
                return None
            return max(0.0, self._strategy.get_window_stats(limit, key).reset_time - time.time())
        except (RedisError, OSError) as error:
            self._rest(error)
            return None

    def _rest(self, error: Exception) -> None:
        now = time.monotonic()
        self._rests_until = now + REST_AFTER_FAILURE.total_seconds()
        if now >= self._logs_again_at:
            self._logs_again_at = now + LOG_INTERVAL.total_seconds()
            logger.warning("requests_not_counted", reason=str(error), advice="Redis is out of reach; see REDIS_URL.")


@cache
def limiter(url: str) -> Limiter:
    """This process's limiter for a Redis."""
    return Limiter(url)


def seconds_until_test_call(organisation: Organisation) -> float | None:
    """None when the organisation may have a receiver called for a test (and counts it), else the seconds until it may.

    By the portal and by all keys together, TEST_CALLS_PER_MINUTE: such a call goes to whatever address is typed, and
    so is no means to call somebody again and again.
    """
    return limiter(settings.REDIS_URL).seconds_to_wait(
        f"test-calls:{organisation.pk}", per_minute=settings.TEST_CALLS_PER_MINUTE
    )


class TestCallThrottle(BaseThrottle):
    """TEST_CALLS_PER_MINUTE for each organisation, in the views that have a receiver called while somebody waits."""

    __test__ = False  # pytest would take the class for tests
    seconds: float | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - the framework's signature
        """Whether the call may be made."""
        if isinstance(request.auth, APIKey):
            self.seconds = seconds_until_test_call(request.auth.organisation)
        return self.seconds is None

    def wait(self) -> float | None:
        """Seconds until the next call will be made."""
        return self.seconds


class KeyThrottle(BaseThrottle):
    """API_REQUESTS_PER_MINUTE for each key."""

    seconds: float | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - the framework's signature
        """Whether the request may go on; one round trip to Redis when it may."""
        if not isinstance(request.auth, APIKey):
            return True
        self.seconds = limiter(settings.REDIS_URL).seconds_to_wait(
            request.auth.prefix, per_minute=settings.API_REQUESTS_PER_MINUTE
        )
        return self.seconds is None

    def wait(self) -> float | None:
        """Seconds until the next request will be let in."""
        return self.seconds
