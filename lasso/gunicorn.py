"""How gunicorn serves the web process: ``gunicorn lasso.wsgi --config lasso/gunicorn.py``."""

from __future__ import annotations

import os

bind = f"{os.environ.get('BIND_ADDRESS') or '0.0.0.0'}:{os.environ.get('PORT') or '8000'}"  # noqa: S104
# Threads wait for PostgreSQL and for slow clients; processes are for the work between.
worker_class = "lasso.gunicorn_worker.Worker"
workers = int(os.environ.get("WEB_CONCURRENCY") or "2")
threads = int(os.environ.get("WEB_THREADS") or "8")
# A batch of 100,000 items takes seconds; a large zip flows for as long as it flows, which gthread does not count.
timeout = 60
# Heroku kills what has not ended 30 s after TERM.
graceful_timeout = 20
# Longer than the keep-alive of the proxies in front, so that it is they who close an idle connection.
keepalive = 75
# Every worker is renewed now and then, not all at once.
max_requests = 10_000
max_requests_jitter = 1_000
# The first line of a request, in bytes: the most that gunicorn can be told to read (error code 23 names it).
limit_request_line = 8190
# Heartbeats of the workers: on a disk that is busy they would be late.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112
# gunicornc is not used, and its socket would lie in the home folder, one for all who share it.
control_socket_disable = True
# The request's log line comes from the application (django_structlog), as JSON and without the key in its query.
accesslog = None
errorlog = "-"
logger_class = "lasso.gunicorn_logger.GunicornLogger"
