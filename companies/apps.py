"""The companies app, for Django."""

from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    """The companies app."""

    name = "companies"

    def ready(self) -> None:
        """Say how polls of the live sources work, and let `/metrics` and the checks look at the sources."""
        from companies import checks, poll_lanes  # noqa: F401 - the checks register themselves
        from companies.forgetting import register_forgetting
        from companies.source_metrics import GAUGES
        from lanes.registry import LaneKind, register
        from lasso import metrics

        register(
            LaneKind(
                queue=poll_lanes.QUEUE,
                work=poll_lanes.work,
                due=poll_lanes.due,
                lease=poll_lanes.LEASE,
                turn_length=poll_lanes.TURN,
            )
        )
        register_forgetting()
        for gauge in GAUGES:
            metrics.register(gauge)
