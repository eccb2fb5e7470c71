"""The Celery application: messages are hints, so it keeps nothing that a lost message could lose."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lasso.settings")

app = Celery("lasso")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
