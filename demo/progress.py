"""How far it is: bars on a terminal, a line every couple of seconds elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import TextIO

WIDTH = 30
LINE_SECONDS = 2.0


def bar(share: float, width: int = WIDTH) -> str:
    """A share from 0 to 1 as a bar."""
    full = round(share * width)
    return f"[{'#' * full}{'.' * (width - full)}]"


class Progress:
    """Shows how many of each thing are done, again and again."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout
        self.is_terminal = self.stream.isatty()
        self.started = time.monotonic()
        self._shown_at = 0.0
        self._lines = 0

    def show(self, done: Mapping[str, tuple[int, int]], *, is_last: bool = False) -> None:
        """Show name: (done, of how many). Elsewhere than on a terminal it may be called as often as one likes."""
        now = time.monotonic()
        if self.is_terminal:
            self._draw(done)
        elif is_last or now - self._shown_at >= LINE_SECONDS:
            self._shown_at = now
            parts = "  ".join(f"{name} {count}/{of}" for name, (count, of) in done.items())
            print(f"{now - self.started:5.1f} s  {parts}", file=self.stream, flush=True)

    def _draw(self, done: Mapping[str, tuple[int, int]]) -> None:
        if self._lines:
            self.stream.write(f"\x1b[{self._lines}A")
        for name, (count, of) in done.items():
            self.stream.write(f"\x1b[2K  {name:<24} {bar(count / of if of else 1.0)} {count:>3}/{of}\n")
        self._lines = len(done)
        self.stream.flush()
