"""The integrations app, for Django."""

from __future__ import annotations

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """The integrations app."""

    name = "integrations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how an integration's lane works, what answers mean, what is monitored, and what is counted."""
        from companies.watching import register_watch
        from integrations.erasing import register_belongings
        from integrations.forgetting import register_forgetting
        from integrations.integration_metrics import GAUGES
        from integrations.outcomes import register_outcomes
        from integrations.waking import QUEUE, due_integrations
        from integrations.watching import monitored_companies
        from integrations.working import LEASE, work
        from lanes.registry import LaneKind, register
        from lasso import metrics

        register(LaneKind(queue=QUEUE, work=work, due=due_integrations, lease=LEASE))
        register_outcomes()
        register_forgetting()
        register_belongings()
        register_watch("integrations", monitored_companies)
        for gauge in GAUGES:
            metrics.register(gauge)
