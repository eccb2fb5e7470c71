"""What the clock starts, published over connections that are mended when they break."""

from __future__ import annotations

import time
from typing import ClassVar

import structlog
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django_celery_beat.schedulers import DatabaseScheduler

logger = structlog.get_logger(__name__)


class Scheduler(DatabaseScheduler):  # type: ignore[misc]  # untyped
    """django-celery-beat's, without a producer of its own.

    Celery's beat opens one connection and publishes over it for ever. Redis' clients mend theirs; one to RabbitMQ stays
    broken when the broker has been away, and nothing would be started until somebody restarts beat. Without one, each
    message goes by the pool that requests publish by, which replaces what is broken, and a broker that is away is an
    error in the log and not a wait.
    """

    producer: ClassVar[None] = None

    def setup_schedule(self) -> None:
        """Write down what the settings want started; wait for the first migration where all is started at once."""
        # Without its tables the scheduler would go on with an empty schedule, or end.
        while not _has_tables():
            logger.warning("tables_missing", advice="Waiting for: manage.py release")
            time.sleep(1)
        super().setup_schedule()


def _has_tables() -> bool:
    loader = MigrationLoader(connection)
    return all(newest in loader.applied_migrations for newest in loader.graph.leaf_nodes("django_celery_beat"))
