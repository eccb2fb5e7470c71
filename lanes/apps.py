"""The lanes app, for Django."""

from django.apps import AppConfig


class LanesConfig(AppConfig):
    """The lanes app."""

    name = "lanes"

    def ready(self) -> None:
        """Lets `/readyz` and `/metrics` look at the queues, and Django check their times."""
        from lanes import checks  # noqa: F401 - registers itself
        from lanes import overview as lanes_overview
        from lanes.forgetting import register_forgetting
        from lanes.lane_metrics import GAUGES
        from lanes.readiness import queues
        from lasso import health, metrics, overview

        register_forgetting()
        health.register("queues", queues)
        overview.register("Queues", lanes_overview.queues)
        for gauge in GAUGES:
            metrics.register(gauge)
