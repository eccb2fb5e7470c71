"""A process that was asked to end: its turns are over, so that it begins nothing new, and what takes too long is given
up in time to be given back.

The first process of a worker is asked by TERM and tells those that it has forked by URG, which one that does not listen
yet ignores. A process manager such as Heroku's asks them all by TERM; one that works then goes on as after URG, where
Celery would drop the work.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from billiard import active_children, current_process
from celery.signals import worker_process_init, worker_shutting_down

# Heroku kills 30 s after it has asked; by then what was given up must be written down.
LONGEST_SECONDS = 20


class GivenUpError(BaseException):
    """The process ends and this work took too long. No Exception, as no fault of the work's."""


class _Process:
    is_stopping = False
    is_giving_up_possible = False


_process = _Process()


def is_stopping() -> bool:
    """Whether this process was asked to end."""
    return _process.is_stopping


@contextmanager
def may_be_given_up() -> Iterator[None]:
    """In a process of a pool: work that is raised out of when the process was asked to end and it takes too long.

    Raises:
        GivenUpError: LONGEST_SECONDS have passed since; the database's connection may be in the middle of something.
    """
    _process.is_giving_up_possible = True
    try:
        yield
    finally:
        _process.is_giving_up_possible = False


@worker_shutting_down.connect
def begin(**_: Any) -> None:
    """This process was asked to end; so are those that it has forked."""
    _process.is_stopping = True
    for child in active_children():
        with suppress(ProcessLookupError):
            if child.pid:
                os.kill(child.pid, signal.SIGURG)


@worker_process_init.connect
def listen_to_parent(**_: Any) -> None:
    """Let a process of a pool hear that it is to end."""
    _process.is_stopping = False
    signal.signal(signal.SIGURG, _stop)


def listen_to_all() -> None:
    """Let a process of a pool finish what it has in hand when it is asked to end by another than its parent.

    Called where work begins: the pool sets its own handler when a process is ready, which suits one that is idle.
    """
    if current_process().name != "MainProcess":
        signal.signal(signal.SIGTERM, _stop)


def _stop(_number: int, _frame: FrameType | None) -> None:
    if not _process.is_stopping:
        _process.is_stopping = True
        signal.signal(signal.SIGALRM, _give_up)
        signal.alarm(LONGEST_SECONDS)


def _give_up(_number: int, _frame: FrameType | None) -> None:
    if _process.is_giving_up_possible:
        raise GivenUpError
