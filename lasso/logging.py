"""Logs as JSON lines (or laid out for a person), each with the id of its request or task, none with a secret.

Our own events (structlog) and the standard library's records (Django, Celery, gunicorn) take the same way out, so what
is redacted is redacted in both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, Processor, WrappedLogger

REDACTED = "[redacted]"
# Names under which a secret may be logged, in lower case and without dashes and underscores.
SECRET_NAMES = frozenset(
    {
        "accesskey",
        "accesstoken",
        "apikey",
        "auth",
        "authconfig",
        "authorization",
        "clientsecret",
        "cookie",
        "cookies",
        "encryptionkeys",
        "lassoapikey",
        "password",
        "secret",
        "secretkey",
        "sessionid",
        "setcookie",
        "signingsecret",
        "token",
        "webhooksecret",
    }
)
# So are register_password and refresh_token.
SECRET_ENDINGS = ("password", "secret", "token")
# Secrets inside of text: the query of a request line, a header, the user part of an address, a key as we make them,
# the signed part of a link to a PDF, the secret part of links to a new password and of invitations, a signing secret.
SECRET_TEXTS = (
    (re.compile(r"(accessKey=)[^&\s\"']+", re.IGNORECASE), rf"\1{REDACTED}"),
    (re.compile(r"((?:lasso-api-key|authorization)[\"']?\s*[:=]\s*)[^\r\n,}]+", re.IGNORECASE), rf"\1{REDACTED}"),
    (re.compile(r"(://[^\s:/@]*:)[^\s/@]+@"), rf"\1{REDACTED}@"),
    (re.compile(r"\b([A-Za-z0-9]{8})\.[A-Za-z0-9]{32}\b"), rf"\1.{REDACTED}"),
    (re.compile(r"(/reports/)[^/\s\"']{20,}"), rf"\1{REDACTED}"),
    (re.compile(r"(/new-password/[^/\s\"']+/|/join/)[^/\s\"'?]+"), rf"\1{REDACTED}"),
    (re.compile(r"\bwhsec_[A-Za-z0-9+/=]+"), f"whsec_{REDACTED}"),
    (
        re.compile(
            r"((?:password|secret|token|sessionid)[\"']?\s*[:=]\s*\[?)(?:\"[^\"]*\"|'[^']*'|[^\s,;&)}\]]+)",
            re.IGNORECASE,
        ),
        rf"\1{REDACTED}",
    ),
)
# Ids and names of states, which most of a line is: none of the patterns above can stand in them.
WORD = re.compile(r"(?!whsec_)[\w-]*")


def redacted(value: Any) -> Any:
    """The value without the secrets in it, however deep it is nested."""
    if isinstance(value, str):
        if WORD.fullmatch(value):
            return value
        for pattern, replacement in SECRET_TEXTS:
            value = pattern.sub(replacement, value)
        return value
    if isinstance(value, Mapping):
        return {name: REDACTED if _is_secret(name) else redacted(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [redacted(inner) for inner in value]
    return value


def redact(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:  # noqa: ARG001 - structlog's signature
    """The processor that takes secrets out of an event; the last one before it is written."""
    bare = {key: value for key, value in event.items() if not key.startswith("_")}
    return {**event, **redacted(bare)}


def _is_secret(name: object) -> bool:
    if not isinstance(name, str):
        return False
    plain = name.lower().replace("-", "").replace("_", "")
    return plain in SECRET_NAMES or plain.endswith(SECRET_ENDINGS)


# What every event passes, wherever it comes from.
SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def handed_on(logger: WrappedLogger, name: str, event: EventDict) -> tuple[tuple[EventDict], dict[str, Any]]:
    """The event for the standard library, and the exception where its handlers look for one (Sentry's does)."""
    arguments, options = structlog.stdlib.ProcessorFormatter.wrap_for_formatter(logger, name, event)
    return arguments, {**options, "exc_info": event.get("exc_info")}


def configure_structlog() -> None:
    """Hands our own events to the standard library, whose formatter writes them."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            handed_on,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def logging_config(*, level: str, layout: str) -> dict[str, Any]:
    """Django's LOGGING for a level ("info") and a layout ("json" or "console")."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {"()": "lasso.logging.formatter", "layout": layout},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["console"], "level": level.upper()},
        "loggers": {
            # django_structlog logs the same failures, with the request's id and user.
            "django.request": {"level": "CRITICAL"},
            # Django brings a handler of its own for these; ours writes them.
            "django": {"handlers": [], "level": level.upper(), "propagate": True},
            "django.server": {"handlers": [], "level": level.upper(), "propagate": True},
            # A line for each message would drown the rest: a lane turns several times a second.
            "celery": {"level": "WARNING"},
            # django_structlog logs a failed task, with the same traceback.
            "celery.app.trace": {"level": "CRITICAL"},
            # Warns of every HEAD, whose body Django leaves to the server to drop.
            "gunicorn.http.wsgi": {"level": "ERROR"},
        },
    }


def formatter(layout: str) -> structlog.stdlib.ProcessorFormatter:
    """The way out for a layout; one that is not known counts as "json" (the settings have refused it by then)."""
    endings = _endings()
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED, processors=endings.get(layout, endings["json"])
    )


def _endings() -> dict[str, list[Processor]]:
    leave_out = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    # Local variables of a traceback's frames may hold anything that a customer sent.
    as_data = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
    return {
        "json": [as_data, redact, leave_out, structlog.processors.JSONRenderer(default=str)],
        "console": [
            structlog.processors.format_exc_info,
            redact,
            leave_out,
            structlog.dev.ConsoleRenderer(colors=False),
        ],
    }
