"""The Redis transport of the message broker, mended where a lost connection ended the worker.

When Redis goes away while a worker holds messages, kombu 5.7 closes the connection and then asks it for its address in
order to put the messages back. That is an AttributeError, which nobody expects, and the worker ends. Told as the lost
connection that it is, it is one of the errors that kombu and Celery get over: they wait for Redis and go on.
"""

from __future__ import annotations

from typing import Any

from kombu.transport import redis as packaged
from redis.exceptions import ConnectionError as RedisConnectionError


class Channel(packaged.Channel):
    """A channel that says so when its connection is closed."""

    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:  # noqa: FBT001 - its signature
        if self.connection.client is None:
            raise RedisConnectionError("The connection to Redis was closed.")
        parameters: dict[str, Any] = super()._connparams(asynchronous=asynchronous)  # type: ignore[misc]  # not in the stubs
        return parameters


class Transport(packaged.Transport):
    """kombu's Redis transport with our channel."""

    Channel = Channel
