"""What one would write first: a Celery task a call, and the broker keeps it. Celery's own defaults; nothing durable."""

from __future__ import annotations

import os

import requests
from celery import Celery

app = Celery("naive", broker=os.environ["REDIS_URL"])
app.conf.task_ignore_result = True


@app.task(name="naive.call", queue="naive")
def call(url: str, identity: str, body: str) -> None:
    """POST the body."""
    headers = {"content-type": "application/json", "webhook-id": identity}
    requests.post(url, data=body.encode(), headers=headers, timeout=15)
