"""A Redis client for what must not wait: it answers within a second, or does not count."""

from __future__ import annotations

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

TIMEOUT_SECONDS = 1.0


def impatient_redis() -> Redis:
    """A client of the settings' Redis that tries once; to be closed.

    Its methods raise redis.RedisError or OSError when Redis does not answer within TIMEOUT_SECONDS.
    """
    return Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
