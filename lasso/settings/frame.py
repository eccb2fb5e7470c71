"""Who we are, how we are kept safe, the database, language and logs."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import dj_database_url
import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured

from lasso import __version__
from lasso.env import Environment
from lasso.loading import begin_loading
from lasso.logging import logging_config

begin_loading()

# Lets `admin.ModelAdmin[Batch]` and the like, which the type checker wants, be written without tricks.
django_stubs_ext.monkeypatch()

env = Environment()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VERSION = __version__

# --- Who we are -------------------------------------------------------------------------------------------------------

SECRET_KEY = env.required(
    "SECRET_KEY",
    "give a long random text, the same for every process, or run the command under `python -m lasso.embedded`.",
)
# Earlier ones, that still open what was signed with them: sessions, links, continuation tokens.
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
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
    "integrations",
    "django_htmx",
    "portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lasso.middleware.count_requests",
    "lasso.middleware.content_security_policy",
    "django_structlog.middlewares.RequestMiddleware",
    "lasso.middleware.speak_english",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.reader.know_reader",
    "django_htmx.middleware.HtmxMiddleware",
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
                "portal.pages.page_context",
            ],
        },
    },
]

# --- Security ---------------------------------------------------------------------------------------------------------

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
LOGIN_URL = "portal:sign-in"
# A link to a new password (seconds).
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=1).total_seconds())
# How long somebody who signed in may go on without doing so again.
SESSION_LIFETIME = env.duration("SESSION_LIFETIME", timedelta(days=14), least=timedelta(hours=1))
SESSION_COOKIE_AGE = int(SESSION_LIFETIME.total_seconds())

# --- PostgreSQL -------------------------------------------------------------------------------------------------------

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
# Whether connections keep frequent statements planned; not possible through a pooler that shares connections.
DATABASE_PREPARES = env.boolean("DATABASE_PREPARES", default=True)
# A database that cannot be reached is an answer, not a wait (seconds); the URL may say otherwise.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)

# --- Language and time ------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "da"
LANGUAGES = [("da", "Dansk"), ("en", "English")]
USE_I18N = True
USE_TZ = True
# Moments are stored and shown by the API in UTC; people read Danish time.
TIME_ZONE = "UTC"
DANISH_TIME_ZONE = "Europe/Copenhagen"

# --- Logs -------------------------------------------------------------------------------------------------------------

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
