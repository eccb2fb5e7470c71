"""System checks of the lanes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from lanes.registry import LaneKind, all_kinds


@register
def turns_end_before_messages_come_back(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - Django's signature
    **kwargs: Any,  # noqa: ARG001
) -> list[CheckMessage]:
    """Each turn must be over before Redis gives its message to another worker, or the work goes round for ever."""
    return [
        Error(
            f"A turn on the queue {kind.queue!r} may take {_longest(kind)}, but its message comes back after "
            f"{settings.VISIBILITY_TIMEOUT}.",
            hint="Make VISIBILITY_TIMEOUT in the settings longer than the longest turn.",
            id="lanes.E001",
        )
        for kind in all_kinds()
        if _longest(kind) >= settings.VISIBILITY_TIMEOUT
    ]


def _longest(kind: LaneKind) -> timedelta:
    return max(kind.time_limit or timedelta(0), kind.turn_length + kind.lease)
