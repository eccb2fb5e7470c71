"""The frame, for Django."""

from django.apps import AppConfig

from lasso.logging import configure_structlog


class LassoConfig(AppConfig):
    """The frame."""

    name = "lasso"

    def ready(self) -> None:
        """Sets up the logs and whom else they tell, and makes the system checks known."""
        from lasso import checks  # noqa: F401 - registers them
        from lasso.error_reports import report_errors
        from lasso.tracing import trace_everything

        configure_structlog()
        report_errors()
        trace_everything()
