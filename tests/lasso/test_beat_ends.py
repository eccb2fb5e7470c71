"""Beat ends when it is asked to, also where its turn does not come to an end."""

from __future__ import annotations

import signal
import subprocess
import sys

from local.processes import ROOT

HANGING = """
import threading, types
from datetime import timedelta
from lasso import celery
celery.LONGEST_TURN = timedelta(seconds=0.5)
celery.end_beat_in_order(types.SimpleNamespace(_is_shutdown=threading.Event()))
def hang_here():
    print("ready", flush=True)
    threading.Event().wait()
hang_here()
"""


def test_it_says_where_it_hangs_and_ends() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HANGING], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as beat:
        assert beat.stdout is not None
        assert beat.stdout.readline() == "ready\n"
        beat.send_signal(signal.SIGTERM)
        _, said = beat.communicate(timeout=60)

    assert beat.returncode == 0
    assert "hang_here" in said
