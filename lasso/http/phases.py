"""How long each part of a call takes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from enum import StrEnum


class Phase(StrEnum):
    """The parts of a call, in their order. The values are stored and shown by the API: add, never rename."""

    LOOKUP = "lookup"  # of the name, and the check of its addresses
    CONNECT = "connect"
    TLS = "tls"
    SEND = "send"
    FIRST_BYTE = "first_byte"  # from the last byte sent to the first one received
    READ = "read"


class Stopwatch:
    """Measures one phase after another; a phase that is entered again adds up."""

    def __init__(self) -> None:
        self.current: Phase | None = None
        self._entered_at = 0.0
        self._seconds: dict[Phase, float] = {}

    def enter(self, phase: Phase) -> None:
        """End the phase under way and begin this one."""
        self.stop()
        self.current = phase
        self._entered_at = time.monotonic()

    def stop(self) -> None:
        """End the phase under way."""
        if self.current is not None:
            passed = time.monotonic() - self._entered_at
            self._seconds[self.current] = self._seconds.get(self.current, 0.0) + passed
            self.current = None

    def milliseconds(self) -> Mapping[str, int]:
        """The phases that were entered and have ended, in that order."""
        return {phase.value: round(seconds * 1000) for phase, seconds in self._seconds.items()}
