"""An absolute end for a conversation over sockets.

A socket's own timeout is for one operation: a peer that sends a byte a second never meets it. These sockets set it
anew before each operation to what is left of the whole conversation's time.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol


class Deadline:
    """A moment on the monotonic clock."""

    def __init__(self, duration: timedelta) -> None:
        self.duration = duration
        self.started_at = time.monotonic()

    @property
    def elapsed(self) -> timedelta:
        """How long it has been running."""
        return timedelta(seconds=time.monotonic() - self.started_at)

    def remaining(self) -> float:
        """Seconds left.

        Raises:
            TimeoutError: none are.
        """
        left = self.started_at + self.duration.total_seconds() - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"The {self.duration.total_seconds():g} s for the whole conversation are over.")
        return left


class HasRemaining(Protocol):
    """What a socket asks for the time left: a Deadline, or a holder of the current one."""

    def remaining(self) -> float:
        """Seconds left; raises TimeoutError when none are."""


class _Bounded:
    """Sets the socket's timeout to what is left, before each operation that may wait."""

    bound: HasRemaining | None = None
    on_received: Callable[[], None] | None = None  # called when something has come
    settimeout: Callable[[float | None], None]

    def _arm(self) -> None:
        if self.bound is not None:
            self.settimeout(self.bound.remaining())

    def _note_received(self) -> None:
        if self.on_received is not None:
            self.on_received()

    def recv(self, *args: Any, **kwargs: Any) -> bytes:
        self._arm()
        received: bytes = super().recv(*args, **kwargs)  # type: ignore[misc]
        if received:
            self._note_received()
        return received

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self._arm()
        count: int = super().recv_into(*args, **kwargs)  # type: ignore[misc]
        if count:
            self._note_received()
        return count

    def send(self, *args: Any, **kwargs: Any) -> int:
        self._arm()
        return super().send(*args, **kwargs)  # type: ignore[misc, no-any-return]

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self._arm()
        super().sendall(*args, **kwargs)  # type: ignore[misc]


class BoundedSocket(_Bounded, socket.socket):
    """A plain socket with an absolute end."""


class BoundedTLSSocket(_Bounded, ssl.SSLSocket):
    """A TLS socket with an absolute end; made by a context whose `sslsocket_class` it is."""
