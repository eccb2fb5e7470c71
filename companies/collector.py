"""Python's garbage collector while much is read that it has nothing to do with."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[Callable[[], object]]:
    """Pause the collector; call what is given between two portions of work.

    Documents are trees: they are freed when they are let go of. The collector walks through them again and again while
    they are built, which took half of the time of an import. The call collects what else has been left behind since.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield lambda: gc.collect(0)
    finally:
        if was_enabled:
            gc.enable()
