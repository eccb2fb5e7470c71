"""The Celery application: messages are hints, so it keeps nothing that a lost message could lose."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
from datetime import timedelta
from threading import Timer
from types import FrameType
from typing import Any

from celery import Celery
from celery.fixups.django import (  # type: ignore[attr-defined]  # the stubs lack the second
    DjangoFixup,
    DjangoWorkerFixup,
)
from celery.signals import beat_init, setup_logging
from django.db import close_old_connections
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lasso.settings")

# Of beat, after it was asked to end: a tick takes milliseconds, and its sleep at most two seconds.
LONGEST_TURN = timedelta(seconds=10)


class WorkerFixup(DjangoWorkerFixup):  # type: ignore[misc]  # unknown to the stubs
    """Keeps the database's connections from one task to the next, as requests do: as long as CONN_MAX_AGE says.

    Celery's own closes them after each task, and a lane's turn would begin with a new connection, on which nothing is
    planned yet and whose first statements take many times as long.
    """

    def close_database(self, **kwargs: Any) -> None:  # noqa: ARG002 - its signature
        """Close those that are broken or too old; called before and after each task."""
        close_old_connections()


class Fixup(DjangoFixup):
    """Celery's care for Django, with our care for connections."""

    _worker_fixup: Any

    @property
    def worker_fixup(self) -> Any:
        """What runs around tasks."""
        if self._worker_fixup is None:
            self._worker_fixup = WorkerFixup(self.app)
        return self._worker_fixup

    @worker_fixup.setter
    def worker_fixup(self, value: Any) -> None:
        self._worker_fixup = value


def fixup(app: Celery) -> Fixup:
    """What Celery calls when the application is made."""
    made = Fixup(app)
    made.install()
    return made


fixups: Any = {fixup}  # the stubs know names only
app = Celery("lasso", fixups=fixups)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Gives every line that a task logs the task's id and the id of the request that caused it.
app.steps["worker"].add(DjangoStructLogInitStep)


@beat_init.connect
def end_beat_in_order(sender: Any, **kwargs: Any) -> None:  # noqa: ARG001 - the signal's
    """Let beat come to the end of its turn when it is asked to end.

    Celery's own handler closes the connection to the broker where it stands. Where a message is being sent, that makes
    another error of the SystemExit, which is logged as a message that failed, and beat goes on for ever.

    It has nothing in hand that could be lost: where its turn does not come to an end, it says where it hangs, and ends.
    """

    def stop(_number: int, _frame: FrameType | None) -> None:
        sender._is_shutdown.set()  # noqa: SLF001 - stop() logs too, which a handler must not
        last = Timer(LONGEST_TURN.total_seconds(), _end_at_once)
        last.daemon = True
        last.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def _end_at_once() -> None:
    faulthandler.dump_traceback(file=sys.__stderr__ or 2)
    os._exit(0)


@setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Being connected is enough: Celery then leaves the logs as Django's LOGGING set them up, in workers and beat."""
