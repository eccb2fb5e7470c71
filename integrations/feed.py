"""The pull feed: an integration's update messages in the order of their commits, for `UPDATE_FEED_RETENTION`."""

from __future__ import annotations

from integrations.models import Integration, UpdateMessage


def messages_since(*, integration: Integration, after: int, limit: int) -> list[UpdateMessage]:
    """The next messages behind number `after`, oldest first; 0 begins with the oldest kept.

    A reader that goes on with the number of the last one it got misses none.
    """
    return list(UpdateMessage.objects.filter(integration=integration, id__gt=after).order_by("id")[:limit])
