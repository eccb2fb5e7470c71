"""The frame, for Django."""

from django.apps import AppConfig

from lasso.logging import configure_structlog


class LassoConfig(AppConfig):
    """The frame."""

    name = "lasso"

    def ready(self) -> None:
        """Sets up the logs and whom else they tell, and makes known the system checks and what is forgotten.

        Of what is loaded it comes nearly last, after all models and the administration.
        """
        from lasso import checks  # noqa: F401 - registers them
        from lasso.error_reports import report_errors
        from lasso.leftovers import register_leftovers
        from lasso.loading import end_loading
        from lasso.tracing import trace_everything

        configure_structlog()
        report_errors()
        trace_everything()
        register_leftovers()
        end_loading()
