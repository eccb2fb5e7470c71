"""The portal app, for Django."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages for people. What they show and do belongs to the other apps; its one model is an order half filled in."""

    name = "portal"

    def ready(self) -> None:
        """Say what is forgotten."""
        from portal.forgetting import register_forgetting

        register_forgetting()
