"""The reporting app, for Django."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.apps import AppConfig
from django.core import checks

if TYPE_CHECKING:
    from lanes.turns import Turn

# A turn's work plus the longest rendering: past it the worker process is killed and replaced.
TIME_LIMIT = timedelta(seconds=120)


class ReportingConfig(AppConfig):
    """The reporting app."""

    name = "reporting"

    def ready(self) -> None:
        """Say how a batch's lanes work and which companies are listened to, and have workers prepare themselves."""
        from companies.watching import register_watch
        from lanes.registry import LaneKind, register
        from lasso import metrics
        from reporting import worker  # noqa: F401 - connects itself
        from reporting.claiming import LEASE
        from reporting.erasing import register_belongings
        from reporting.fonts import check_fonts
        from reporting.forgetting import register_forgetting
        from reporting.report_metrics import GAUGES
        from reporting.waking import QUEUE, due_batches
        from reporting.watching import companies_listened_for_beneficial_owners, listened_companies

        register_watch(
            "reporting.listening", listened_companies, beneficial_owners=companies_listened_for_beneficial_owners
        )
        checks.register(check_fonts)
        register_forgetting()
        register_belongings()
        for gauge in GAUGES:
            metrics.register(gauge)
        register(LaneKind(queue=QUEUE, work=_render_lane, due=due_batches, lease=LEASE, time_limit=TIME_LIMIT))


def _render_lane(batch_id: UUID, turn: Turn) -> bool:
    # The PDF engine is heavy: only the processes that render load it.
    from reporting.rendering import render_lane

    return render_lane(batch_id, turn)
