"""How often an endpoint may be called: so many calls a second, so many a minute, over all workers together.

The moments of the last minute's calls are kept with the endpoint, so the limit is exact: in no stretch of a second (or
a minute) do more calls begin. A call that must wait costs no attempt; nobody works for the endpoint until then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from delivery.models import Endpoint

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
# Two calls take different times on their way; counted a little longer, they keep the limit where they arrive too.
MARGIN = timedelta(milliseconds=50)


def has_rate(endpoint: Endpoint) -> bool:
    """Whether the endpoint has a limit of calls in a time."""
    return endpoint.rate_per_second is not None or endpoint.rate_per_minute is not None


def next_call_at(
    recent_calls: Sequence[datetime], *, per_second: int | None, per_minute: int | None, now: datetime
) -> datetime:
    """When the next call may begin: `now`, or a later moment. `recent_calls` are oldest first."""
    earliest = now
    for most, stretch in ((per_second, SECOND), (per_minute, MINUTE)):
        if most is not None and len(recent_calls) >= most:
            earliest = max(earliest, recent_calls[-most] + stretch + MARGIN)
    return earliest


def may_call(*, endpoint: Endpoint, now: datetime) -> bool:
    """Whether a call may begin now; if not, when one may is noted, and the sweep leaves the endpoint alone until then.

    Locks the endpoint until the end of the caller's transaction, so that lanes look one after another.
    """
    locked = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    endpoint.recent_calls = locked.recent_calls
    opens_at = next_call_at(
        locked.recent_calls, per_second=locked.rate_per_second, per_minute=locked.rate_per_minute, now=now
    )
    endpoint.next_call_at = opens_at if opens_at > now else None
    if endpoint.next_call_at != locked.next_call_at:
        Endpoint.objects.filter(pk=endpoint.pk).update(next_call_at=endpoint.next_call_at)
    return endpoint.next_call_at is None


def note_call(*, endpoint: Endpoint, now: datetime) -> None:
    """Note that a call begins now; in the transaction of `may_call`."""
    recent = [moment for moment in endpoint.recent_calls if now - moment <= MINUTE + MARGIN]
    endpoint.recent_calls = [*recent, now]
    Endpoint.objects.filter(pk=endpoint.pk).update(recent_calls=endpoint.recent_calls)
