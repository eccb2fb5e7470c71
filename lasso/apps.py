"""The frame, for Django."""

from django.apps import AppConfig

from lasso.logging import configure_structlog


class LassoConfig(AppConfig):
    """The frame."""

    name = "lasso"

    def ready(self) -> None:
        """Sets the logs up and makes the system checks known."""
        from lasso import checks  # noqa: F401 - registers them

        configure_structlog()
