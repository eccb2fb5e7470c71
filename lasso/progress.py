"""How far a command has come, told in a way that suits who reads it."""

from __future__ import annotations

import time
from datetime import timedelta

from django.core.management.base import OutputWrapper

# A log is read afterwards: a line for each step would bury what else it says.
LOG_INTERVAL = timedelta(minutes=1)


class Progress:
    """A line that is written over on a terminal; elsewhere whole lines, the first at once and then one a minute."""

    def __init__(self, output: OutputWrapper, things: str, *, interval: timedelta = LOG_INTERVAL) -> None:
        self._output = output
        self._things = things
        self._interval = interval.total_seconds()
        self._due_at = time.monotonic()

    def tell(self, number: int) -> None:
        """So many things are done."""
        is_terminal = self._output.isatty()
        if not is_terminal and time.monotonic() < self._due_at:
            return
        self._due_at = time.monotonic() + self._interval
        self._output.write(f"{number} {self._things}…", ending="\r" if is_terminal else "\n")
