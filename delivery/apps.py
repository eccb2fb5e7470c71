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
        from delivery import sending
        from delivery.waking import QUEUE
        from lanes.registry import LaneKind, register

        # As long as one HTTP call and its records take. A mail may take longer; then another lane begins beside it,
        # which does no harm: the delivery itself is leased for longer (delivery.claiming.LEASE).
        register(LaneKind(queue=QUEUE, work=sending.deliver, due=sending.due, lease=timedelta(seconds=30)))
