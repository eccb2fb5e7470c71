"""What a worker process does before its first report, so that no report pays for it."""

from __future__ import annotations

import gc
from typing import Any

from celery.signals import worker_init, worker_process_init

from reporting.waking import QUEUE


@worker_init.connect
def warm_up_parent(sender: Any, **_: Any) -> None:
    """Load the engines, the fonts, the stylesheet and the templates once in the parent, if it serves the reports.

    The processes that it forks inherit them, which halves the time to their first report and shares the memory.
    """
    if QUEUE not in sender.app.amqp.queues.consume_from:
        return
    from reporting.contents.templating import load_templates
    from reporting.document import warm_up

    load_templates()
    warm_up()
    gc.collect()
    gc.freeze()


@worker_process_init.connect
def take_the_collector_out(**_: Any) -> None:
    """A process of the pool runs the collector once after each report, and not at all while it renders."""
    from reporting.document import freeze_collector

    freeze_collector()
