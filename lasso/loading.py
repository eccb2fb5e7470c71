"""A process loads without Python's cyclic collector.

Loading makes a million objects that stay as long as the process. The collector would look through them again and again
while they are made, a quarter of the time of each start, and then at every full collection of the process' life.
"""

from __future__ import annotations

import gc


def begin_loading() -> None:
    """Nothing is collected from here on; called where the settings begin, which is before nearly everything else."""
    gc.disable()


def end_loading() -> None:
    """What was loaded is never looked at again, and the collector works as ever on what comes; called by Django."""
    gc.freeze()
    gc.enable()
