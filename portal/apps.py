"""The portal app, for Django."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages for people. It has no models: what it shows and does belongs to the other apps."""

    name = "portal"
