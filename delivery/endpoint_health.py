"""What each try tells about its endpoint: that it works, that it does not, that it wants to be left alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from delivery.endpoints import disable_endpoint, enable_endpoint
from delivery.models import Endpoint
from delivery.purposes import Purpose
from delivery.telling import tell_switched_off
from delivery.wording import Answer

# An endpoint that nothing got through to for so long, in so many tries, is switched off.
FAILING_LIMIT = timedelta(hours=24)
FAILING_TRIES = 10
# A success is noted at most so often, so that parallel lanes do not queue up for one row.
SUCCESS_NOTED_EVERY = timedelta(minutes=1)
# How long one that is switched off is left alone between two probes.
PROBED_EVERY = timedelta(days=1)


def note_success(endpoint: Endpoint, *, now: datetime) -> None:
    """Something got through. One that is switched off, and was only probed, is switched on again."""
    is_noted = endpoint.last_success_at is not None and now - endpoint.last_success_at < SUCCESS_NOTED_EVERY
    if not is_noted or endpoint.failing_since is not None:
        Endpoint.objects.filter(pk=endpoint.pk, fingerprint=endpoint.fingerprint).update(
            failing_since=None, failure_count=0, last_success_at=now
        )
        endpoint.failing_since, endpoint.failure_count, endpoint.last_success_at = None, 0, now
    if not endpoint.is_enabled and endpoint.is_probed:
        enable_endpoint(endpoint=endpoint, now=now)


def note_try(endpoint: Endpoint, *, purpose: Purpose, is_unwanted: bool, answer: Answer, now: datetime) -> bool:
    """A try came to nothing; returns whether the endpoint was switched off by it, which one mail tells.

    `is_unwanted` says that the receiver wants nothing more. In the caller's transaction. A try at an address that the
    endpoint no longer has tells nothing about it.
    """
    # Without the key: a delivery that is being queued meanwhile holds that, and must not be waited for.
    locked = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    if locked.fingerprint != endpoint.fingerprint:
        return False
    locked.failure_count += 1
    locked.failing_since = locked.failing_since or now
    locked.last_failure_at = now
    locked.save(update_fields=["failure_count", "failing_since", "last_failure_at"])
    endpoint.failure_count, endpoint.failing_since = locked.failure_count, locked.failing_since
    reason = _switch_off_reason(locked, purpose, is_unwanted=is_unwanted, now=now)
    if not reason or not disable_endpoint(endpoint=locked, reason=reason, now=now, is_by_itself=not is_unwanted):
        return False
    tell_switched_off(endpoint=locked, is_unwanted=is_unwanted, answer=answer, now=now)
    return True


def hold_endpoint(endpoint: Endpoint) -> None:
    """Lock it before any delivery that waits, as everybody does who locks both (`endpoints.enable_endpoint`)."""
    Endpoint.objects.select_for_update(no_key=True).values_list("pk").get(pk=endpoint.pk)


def note_pause(endpoint: Endpoint, *, until: datetime) -> None:
    """The receiver asked to be left alone until then; the longest such wish counts, of those at its present address."""
    locked = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    if locked.fingerprint != endpoint.fingerprint:
        return
    if locked.paused_until is None or locked.paused_until < until:
        locked.paused_until = until
        locked.save(update_fields=["paused_until"])
    endpoint.paused_until = locked.paused_until


def take_probe(*, endpoint: Endpoint, now: datetime) -> bool:
    """Whether a probe of the endpoint is due now; taken so that nobody else makes it for a day."""
    with transaction.atomic():
        locked = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
        last = max(filter(None, (locked.probed_at, locked.disabled_at)), default=None)
        if locked.is_enabled or not locked.is_probed or (last is not None and now - last < PROBED_EVERY):
            return False
        locked.probed_at = now
        locked.save(update_fields=["probed_at"])
    return True


def _switch_off_reason(endpoint: Endpoint, purpose: Purpose, *, is_unwanted: bool, now: datetime) -> str:
    if is_unwanted:
        return "The receiver answered 410 Gone: it wants nothing more."
    if not purpose.switches_off or endpoint.failure_count < FAILING_TRIES or endpoint.failing_since is None:
        return ""
    if now - endpoint.failing_since < FAILING_LIMIT:
        return ""
    return f"Nothing got through for 24 hours, in {endpoint.failure_count} attempts."
