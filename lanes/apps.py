"""The lanes app, for Django."""

from django.apps import AppConfig


class LanesConfig(AppConfig):
    """The lanes app."""

    name = "lanes"
