"""An integration's lane: what is due is composed chunk by chunk, updates and exports in turns."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from integrations.clearing import clear_away
from integrations.composing_exports import Position, compose_exports
from integrations.composing_updates import compose_updates
from integrations.fetching import fetch_due
from integrations.models import Integration
from lanes.heartbeat import heartbeat
from lanes.turns import Turn

LEASE = timedelta(seconds=15)
HEARTBEAT = timedelta(seconds=4)
# A question to a live source and the import of what it brings; past it the lane counts as dead.
LONGEST_STEP = timedelta(minutes=3)


def work(subject: UUID, turn: Turn) -> bool:
    """A turn of the integration's lane; whether there is more to do now."""
    if Integration.objects.filter(pk=subject, deleted_at__isnull=False).exists():
        return clear_away(integration_id=subject, is_over=lambda: turn.is_over)
    with heartbeat(turn.renew, every=HEARTBEAT, at_most=LONGEST_STEP):
        if not _compose_all(subject, turn):
            return True
        # What is fetched is composed by the next turn.
        return fetch_due(integration_id=subject, now=timezone.now())


def _compose_all(integration_id: UUID, turn: Turn) -> bool:
    """One walk through everything that is due; False when the turn was over before its end.

    Updates and exports take turns, so that ten thousand exports do not hold up a change. What is left due because
    something of it is under way is not looked at twice in a turn.
    """
    update: str | None = ""
    export: Position | None = None
    has_exports = True
    while update is not None or has_exports:
        if turn.is_over:
            return False
        if update is not None:
            update = compose_updates(integration_id=integration_id, behind=update, now=timezone.now())
        if has_exports:
            export = compose_exports(integration_id=integration_id, behind=export, now=timezone.now())
            has_exports = export is not None
    return True
