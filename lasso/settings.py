"""Every setting, from the environment; nothing set means the safest choice.

`docs/settings.md` and `.env.example` name each variable; a test holds them together.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import dj_database_url
import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured

from lasso import __version__
from lasso.buckets import bucket_storage
from lasso.email_url import parse_email_url
from lasso.env import Environment
from lasso.logging import logging_config
from lasso.openapi_document import OPENAPI_DOCUMENT

# Lets `admin.ModelAdmin[Batch]` and the like, which the type checker wants, be written without tricks.
django_stubs_ext.monkeypatch()

env = Environment()

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = __version__

# --- Who we are ---------------------------------------------------------------------------------------------------

SECRET_KEY = env.required(
    "SECRET_KEY",
    "give a long random text, the same for every process, or run the command under `python -m lasso.embedded`.",
)
# Encrypts the secrets that customers give us. The first key encrypts, all decrypt. Empty: derived from SECRET_KEY.
ENCRYPTION_KEYS = env.words("ENCRYPTION_KEYS")
DEBUG = env.boolean("DEBUG", default=False)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
# The address that links in webhooks, mails and answers start with.
PUBLIC_URL = env.url("PUBLIC_URL", "http://localhost:8000", schemes=frozenset({"http", "https"})).rstrip("/")
SECURE = PUBLIC_URL.startswith("https://")

ROOT_URLCONF = "lasso.urls"
WSGI_APPLICATION = "lasso.wsgi.application"
APPEND_SLASH = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "rest_framework_api_key",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "django_structlog",
    "lasso",
    "lanes",
    "accounts",
    "companies",
    "delivery",
    "reporting",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lasso.middleware.content_security_policy",
    "django_structlog.middlewares.RequestMiddleware",
    "lasso.middleware.english_for_programs",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Security -----------------------------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = SECURE
# Probes come from beside the process, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "lasso.pages.csrf_failure"
# Set when a router in front ends TLS and sets X-Forwarded-Proto itself, as Heroku's does.
if env.boolean("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTH_USER_MODEL = "accounts.User"

# --- PostgreSQL ---------------------------------------------------------------------------------------------------

try:
    DATABASES = {
        "default": dj_database_url.parse(
            env.url("DATABASE_URL", "postgres:///lasso", schemes=frozenset({"postgres", "postgresql"})),
            conn_max_age=600,
            conn_health_checks=True,
        )
    }
except ValueError as error:
    raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}.") from error
# A database that cannot be reached is an answer, not a wait (seconds); the URL may say otherwise.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)

# --- Redis and Celery ---------------------------------------------------------------------------------------------

REDIS_SCHEMES = frozenset({"redis", "rediss", "unix"})
REDIS_URL = env.url("REDIS_URL", "redis://localhost:6379/0", schemes=REDIS_SCHEMES)
BROKER_URL = env.url("BROKER_URL", REDIS_URL, schemes=REDIS_SCHEMES | {"amqp", "amqps", "redis+socket"})

CELERY_BROKER_URL = BROKER_URL
# None: the one that the URL names.
CELERY_BROKER_TRANSPORT = "lasso.broker:Transport" if BROKER_URL.startswith(("redis", "unix")) else None
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# Longer than the longest task by far (a lane's turn and its hard limit are seconds): a message that a dead worker held
# comes back after this, but nothing waits for that, because the sweep finds the row first.
VISIBILITY_TIMEOUT = timedelta(minutes=10)
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "visibility_timeout": int(VISIBILITY_TIMEOUT.total_seconds()),
        "socket_connect_timeout": 2,
        "socket_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 25,
    }
    if BROKER_URL.startswith(("redis", "unix"))
    else {}
)
# A dead broker must never hold up a web request: one quick try, then the sweep.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_TIMEOUT = 2
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
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
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
        "forget old requests": ("accounts.tasks.forget_old_requests", timedelta(hours=1)),
    }.items()
}

# --- Reports ------------------------------------------------------------------------------------------------------

# How long a link to a PDF works.
PDF_LINK_LIFETIME = env.duration("PDF_LINK_LIFETIME", timedelta(days=30))
# The most lanes that render one batch at once; more than there are worker processes is of no use.
REPORT_LANES_PER_BATCH = env.integer("REPORT_LANES_PER_BATCH", 4, least=1, most=64)

# --- Delivery -----------------------------------------------------------------------------------------------------

# Hosts and networks that outgoing calls may reach although they are not public: the demo's receiver, or a customer's
# network on a machine of one's own. Empty: public addresses only.
OUTBOUND_ALLOWED_HOSTS = env.words("OUTBOUND_ALLOWED_HOSTS")
OUTBOUND_ALLOWED_NETWORKS = env.networks("OUTBOUND_ALLOWED_NETWORKS")
# Certificates that outgoing calls trust besides the public ones: a PEM file with a company's own authority.
OUTBOUND_CA_FILE = env.text("OUTBOUND_CA_FILE")
# Calls to one endpoint that may be under way at once.
DELIVERY_LANES_PER_ENDPOINT = env.integer("DELIVERY_LANES_PER_ENDPOINT", 4, least=1, most=64)

# --- Mail ---------------------------------------------------------------------------------------------------------

# smtp://user:password@host:port, smtps:// for TLS from the start, smtp+tls:// for STARTTLS; empty: mail is printed.
MAIL_SERVER = parse_email_url(env.text("EMAIL_URL"))
EMAIL_BACKEND = MAIL_SERVER.backend
EMAIL_HOST = MAIL_SERVER.host
EMAIL_PORT = MAIL_SERVER.port
EMAIL_HOST_USER = MAIL_SERVER.user
EMAIL_HOST_PASSWORD = MAIL_SERVER.password
EMAIL_USE_TLS = MAIL_SERVER.uses_starttls
EMAIL_USE_SSL = MAIL_SERVER.uses_tls
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Lasso <lasso@localhost>")

# --- The API ------------------------------------------------------------------------------------------------------

API_REQUESTS_PER_MINUTE = env.integer("API_REQUESTS_PER_MINUTE", 500, least=1)
DATA_UPLOAD_MAX_MEMORY_SIZE = 50 * 1024 * 1024
# Whoever reads /metrics must send it as a bearer token; empty: /metrics is open and belongs behind a proxy.
METRICS_TOKEN = env.text("METRICS_TOKEN")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.APIKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.authentication.HasOrganisation"],
    "DEFAULT_THROTTLE_CLASSES": ["accounts.throttling.KeyThrottle"],
    "DEFAULT_PARSER_CLASSES": ["lasso.parsing.LenientJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "lasso.openapi.Schema",
    "EXCEPTION_HANDLER": "lasso.errors.answer_exception",
    "UNAUTHENTICATED_USER": None,
    # Answers are JSON; "format" in a query is a file-name format, not a wish for another renderer.
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = OPENAPI_DOCUMENT

# --- Files --------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
# Where PDFs are kept when no S3 bucket is set. Processes on several machines need the bucket.
MEDIA_ROOT = Path(env.text("STORAGE_DIR", str(BASE_DIR / "var" / "storage")))
S3_BUCKET = env.text("S3_BUCKET")
STORAGES = {
    "default": (
        bucket_storage(
            name=S3_BUCKET,
            endpoint_url=env.text("S3_ENDPOINT_URL"),
            region=env.text("S3_REGION"),
            access_key_id=env.text("S3_ACCESS_KEY_ID"),
            secret_access_key=env.text("S3_SECRET_ACCESS_KEY"),
        )
        if S3_BUCKET
        else {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    ),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}

# --- Language and time --------------------------------------------------------------------------------------------

LANGUAGE_CODE = "da"
LANGUAGES = [("da", "Dansk"), ("en", "English")]
USE_I18N = True
USE_TZ = True
# Moments are stored and shown by the API in UTC; people read Danish time.
TIME_ZONE = "UTC"
DANISH_TIME_ZONE = "Europe/Copenhagen"

# --- Logs ---------------------------------------------------------------------------------------------------------

LOGGING = logging_config(
    level=env.choice("LOG_LEVEL", "info", choices=frozenset({"debug", "info", "warning", "error"})),
    layout=env.choice("LOG_FORMAT", "json", choices=frozenset({"json", "console"})),
)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
# One line for a request, when it is finished; lanes turn several times a second, so only their failures are news.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
DJANGO_STRUCTLOG_CELERY_DEFAULT_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_CELERY_TASK_FAILURE_LOG_LEVEL = logging.ERROR
