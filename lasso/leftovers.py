"""What the packages that we stand on leave behind: sessions, the admin's log, and rows of beat without a task."""

from __future__ import annotations

from datetime import datetime

from celery import current_app
from django.apps import apps
from django.conf import settings
from django.db import connection

from lasso.forgetting import Forgetting, Rows, delete_some, register

SESSIONS = Rows(table="django_session", where="expire_date < %(now)s", order="expire_date", key="session_key")
# Numbers have the order of time, so the oldest are found without an index on it.
ADMIN_LOG = Rows(
    table="django_admin_log",
    where="id <= (SELECT min(id) + %(most)s FROM django_admin_log) AND action_time < %(before)s",
    order="id",
)
# Of a version of ours that had other tasks, or that was begun from beat's settings and is no longer there.
DROP_TASKS = """
DELETE FROM django_celery_beat_periodictask WHERE id = ANY(ARRAY(
  SELECT id FROM django_celery_beat_periodictask
  WHERE split_part(task, '.', 1) = ANY(%(apps)s) AND NOT task = ANY(%(tasks)s) FOR UPDATE SKIP LOCKED))
"""
# Whoever makes a task for a schedule holds the schedule's row (reporting.beat_schedule).
DROP_SCHEDULES = """
DELETE FROM django_celery_beat_crontabschedule WHERE id = ANY(ARRAY(
  SELECT id FROM django_celery_beat_crontabschedule AS schedule
  WHERE NOT EXISTS (SELECT 1 FROM django_celery_beat_periodictask WHERE crontab_id = schedule.id)
  FOR UPDATE SKIP LOCKED))
"""


def forget_some_sessions(now: datetime) -> int:
    """Delete sessions that are over."""
    return delete_some(SESSIONS, {"now": now})


def forget_some_admin_log(now: datetime) -> int:
    """Delete what the administration's log has told for ADMIN_LOG_RETENTION."""
    return delete_some(ADMIN_LOG, {"before": now - settings.ADMIN_LOG_RETENTION})


def drop_beat_leftovers(now: datetime) -> int:  # noqa: ARG001 - as all steps
    """Delete beat's rows of tasks of ours that there are no more, and crontabs that nothing runs by."""
    from django_celery_beat.models import PeriodicTasks  # there are models only once Django has started

    current_app.loader.import_default_modules()
    ours = [app.label for app in apps.get_app_configs()]
    with connection.cursor() as cursor:
        cursor.execute(DROP_TASKS, {"apps": ours, "tasks": list(current_app.tasks)})
        dropped = int(cursor.rowcount)
        cursor.execute(DROP_SCHEDULES)
    if dropped:
        PeriodicTasks.update_changed()  # beat reads its table anew
    return dropped


def register_leftovers() -> None:
    """Called when Django starts."""
    register(
        Forgetting(name="sessions", setting="SESSION_LIFETIME", tables=("sessions.Session",), step=forget_some_sessions)
    )
    register(
        Forgetting(
            name="the admin's log",
            setting="ADMIN_LOG_RETENTION",
            tables=("admin.LogEntry",),
            step=forget_some_admin_log,
        )
    )
    register(
        Forgetting(
            name="leftovers of beat",
            setting="",
            tables=("django_celery_beat.PeriodicTask", "django_celery_beat.CrontabSchedule"),
            step=drop_beat_leftovers,
        )
    )
