"""At most three requests a second to one host, counted in Redis by all processes together.

While Redis is out of reach each process keeps to one request a second by itself, so that a few processes together stay
near the limit.
"""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from functools import cache

import structlog
from django.conf import settings
from limits import RateLimitItemPerSecond
from redis import RedisError

from lasso.counting import REST_AFTER_FAILURE, moving_window

log = structlog.get_logger(__name__)

REQUESTS_PER_SECOND = 3
INTERVAL_WITHOUT_REDIS = timedelta(seconds=1)
SHORTEST_WAIT = 0.01  # seconds
LONGEST_WAIT = 0.4  # others wait too, so look again soon


class Pace:
    """The turns of this process at every host, with one Redis."""

    def __init__(self, url: str) -> None:
        self._strategy = moving_window(url)
        self._limit = RateLimitItemPerSecond(REQUESTS_PER_SECOND)
        self._lock = threading.Lock()
        self._asks_redis_again_at = 0.0
        self._next_alone: dict[str, float] = {}

    def wait_for_turn(self, host: str, *, at_most: timedelta) -> bool:
        """Wait until one more request may go to the host; False, with nothing counted, when that takes too long."""
        until = time.monotonic() + at_most.total_seconds()
        while (seconds := self._seconds_to_wait(host)) > 0:
            if time.monotonic() + seconds > until:
                return False
            time.sleep(min(max(seconds, SHORTEST_WAIT), LONGEST_WAIT))
        return True

    def _seconds_to_wait(self, host: str) -> float:
        """0 when a request may go now (and it is counted)."""
        if time.monotonic() >= self._asks_redis_again_at:
            try:
                if self._strategy.hit(self._limit, "source", host):
                    return 0.0
                stats = self._strategy.get_window_stats(self._limit, "source", host)
                return max(SHORTEST_WAIT, float(stats.reset_time) - time.time())
            except (RedisError, OSError) as error:
                self._asks_redis_again_at = time.monotonic() + REST_AFTER_FAILURE.total_seconds()
                log.warning("source_requests_not_counted", reason=str(error), advice="Redis is out of reach.")
        return self._seconds_alone(host)

    def _seconds_alone(self, host: str) -> float:
        with self._lock:
            now = time.monotonic()
            seconds = self._next_alone.get(host, 0.0) - now
            if seconds > 0:
                return seconds
            self._next_alone[host] = now + INTERVAL_WITHOUT_REDIS.total_seconds()
            return 0.0


@cache
def _pace(url: str) -> Pace:
    return Pace(url)


def wait_for_turn(host: str, *, at_most: timedelta) -> bool:
    """As `Pace.wait_for_turn`, with the Redis of the settings."""
    return _pace(settings.REDIS_URL).wait_for_turn(host, at_most=at_most)
