"""Redis, Celery, and what the clock starts."""

from __future__ import annotations

from datetime import timedelta

from lasso.env import Environment
from lasso.redis_url import with_trust

env = Environment()

# --- Redis and Celery -------------------------------------------------------------------------------------------------

REDIS_SCHEMES = frozenset({"redis", "rediss", "unix"})
BROKER_SCHEMES = REDIS_SCHEMES | {"amqp", "amqps"}
# Heroku's Redis signs its certificate itself: encrypted, but nobody vouches for it.
REDIS_TLS_VERIFY = env.boolean("REDIS_TLS_VERIFY", default=True)
REDIS_CA_FILE = env.text("REDIS_CA_FILE")
REDIS_URL = with_trust(
    env.url("REDIS_URL", "redis://localhost:6379/0", schemes=REDIS_SCHEMES),
    is_verified=REDIS_TLS_VERIFY,
    ca_file=REDIS_CA_FILE,
)
# Redis brings the messages too, unless another broker is named. What else Redis does, it does beside RabbitMQ as well:
# it counts requests and failed sign-ins, paces questions to the register and gathers figures for /metrics.
BROKER_URL = with_trust(
    env.url("BROKER_URL", REDIS_URL, schemes=BROKER_SCHEMES), is_verified=REDIS_TLS_VERIFY, ca_file=REDIS_CA_FILE
)
BROKER_IS_REDIS = BROKER_URL.startswith(("redis", "unix"))

CELERY_BROKER_URL = BROKER_URL
# None: the one that the URL names.
CELERY_BROKER_TRANSPORT = "lasso.broker:Transport" if BROKER_IS_REDIS else None
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# Longer than the longest task by far (a lane's turn and its hard limit are seconds): a message that a dead worker held
# comes back after this, but nothing waits for that, because the sweep finds the row first.
VISIBILITY_TIMEOUT = timedelta(minutes=10)
# What a request waits at most for a broker that takes connections and does not answer (seconds).
BROKER_PATIENCE = 2
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "visibility_timeout": int(VISIBILITY_TIMEOUT.total_seconds()),
        "socket_connect_timeout": BROKER_PATIENCE,
        "socket_timeout": BROKER_PATIENCE,
        "socket_keepalive": True,
        "health_check_interval": 25,
    }
    if BROKER_IS_REDIS
    # A RabbitMQ that is short of memory or disk stops reading what is published.
    else {"write_timeout": BROKER_PATIENCE}
)
# RabbitMQ and a worker that lose each other without a word (a cut cable) know it after two of these (seconds).
CELERY_BROKER_HEARTBEAT = 30
# A dead broker must never hold up a web request: one quick try, then the sweep.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_TIMEOUT = BROKER_PATIENCE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_DEFAULT_QUEUE = "sweeps"
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "lasso.beat:Scheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 2
DJANGO_CELERY_BEAT_TZ_AWARE = True

# How often the sweep looks for work that no lane holds: the longest that a lost message can delay anything.
SWEEP_INTERVAL = env.duration("SWEEP_INTERVAL", timedelta(seconds=2))

# What the clock starts. All of it may be lost or run twice: each task looks at the tables and does what is due. A
# message that nobody took soon enough is worthless, because the next one does the same.
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": every, "options": {"expires": max(every.total_seconds() * 2, 10)}}
    for name, (task, every) in {
        "sweep": ("lanes.tasks.sweep", SWEEP_INTERVAL),
        "start due batches": ("reporting.tasks.start_due_batches", SWEEP_INTERVAL),
        "follow changes": ("reporting.tasks.follow_changes", SWEEP_INTERVAL),
        "bring into force": ("companies.tasks.bring_into_force", timedelta(seconds=10)),
        "send invitations": ("portal.tasks.send_invitations", timedelta(seconds=10)),
        "forget": ("lasso.tasks.forget", timedelta(minutes=5)),
        "erase organisations": ("accounts.tasks.erase_organisations", timedelta(minutes=1)),
        "follow changes for integrations": ("integrations.tasks.follow_changes", SWEEP_INTERVAL),
    }.items()
}

# --- Reports ----------------------------------------------------------------------------------------------------------

# How long a link to a PDF works.
PDF_LINK_LIFETIME = env.duration("PDF_LINK_LIFETIME", timedelta(days=30))
# Who prints reports whose order names no engine.
REPORT_ENGINE = env.choice("REPORT_ENGINE", "standard", choices=frozenset({"standard", "fast"}))
# The most lanes that render one batch at once; more than there are worker processes is of no use.
REPORT_LANES_PER_BATCH = env.integer("REPORT_LANES_PER_BATCH", 4, least=1, most=64)
# A report process that has held more than so many megabytes ends after its turn, and a fresh one takes its place.
REPORT_PROCESS_MEGABYTES = env.integer("REPORT_PROCESS_MEGABYTES", 400, least=200)
CELERY_WORKER_MAX_MEMORY_PER_CHILD = REPORT_PROCESS_MEGABYTES * 1024  # kilobytes

# --- Integrations -----------------------------------------------------------------------------------------------------

# How long an integration's pull feed keeps an update message.
UPDATE_FEED_RETENTION = env.duration("UPDATE_FEED_RETENTION", timedelta(days=90), least=timedelta(days=1))
