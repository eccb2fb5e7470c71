"""The frame, for Django."""

from django.apps import AppConfig


class LassoConfig(AppConfig):
    """The frame."""

    name = "lasso"
