"""The delivery app, for Django."""

from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """The delivery app."""

    name = "delivery"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how the lanes of endpoints work."""
        from delivery import overview as delivery_overview
        from delivery import sending
        from delivery.delivery_metrics import GAUGES
        from delivery.erasing import register_belongings
        from delivery.forgetting import register_forgetting
        from delivery.waking import QUEUE
        from lanes.registry import LaneKind, register
        from lasso import metrics, overview

        register_forgetting()
        register_belongings()
        overview.register("Deliveries", delivery_overview.outbound)
        for gauge in GAUGES:
            metrics.register(gauge)
        # A turn of two seconds, and the longest call (20 s) that may have begun at its end.
        register(
            LaneKind(
                queue=QUEUE,
                work=sending.deliver,
                due=sending.due,
                release=sending.release,
                lease=timedelta(seconds=35),
            )
        )
