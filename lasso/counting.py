"""Counting in Redis how often something happens, by all processes together."""

from __future__ import annotations

from datetime import timedelta

from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.retry import Retry

# Redis is beside us; one that needs longer than this is as good as dead, and nobody waits for it.
REDIS_TIMEOUT = timedelta(milliseconds=250)
# How long it should not be asked after a failure: a dead Redis costs one short wait, not one a count.
REST_AFTER_FAILURE = timedelta(seconds=5)


def moving_window(url: str) -> MovingWindowRateLimiter:
    """An exact moving window, counted in the Redis of the URL.

    Its methods raise redis.RedisError or OSError when Redis does not answer within REDIS_TIMEOUT.
    """
    pool = ConnectionPool.from_url(
        url,
        socket_timeout=REDIS_TIMEOUT.total_seconds(),
        socket_connect_timeout=REDIS_TIMEOUT.total_seconds(),
        # Once more, because a connection kept from before a restart of Redis fails at its first use.
        retry=Retry(NoBackoff(), 1),
    )
    return MovingWindowRateLimiter(RedisStorage("redis://", connection_pool=pool, key_prefix="lasso"))
