"""The integrations app, for Django."""

from __future__ import annotations

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """The integrations app."""

    name = "integrations"
    default_auto_field = "django.db.models.BigAutoField"
