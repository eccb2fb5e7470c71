"""Endpoints: found or made for an address, switched on and off."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Q, Value
from django.db.models.functions import Greatest
from django.utils.crypto import salted_hmac

from accounts.models import Organisation
from delivery.auth import AuthConfig
from delivery.models import Delivery, Endpoint
from delivery.signing import new_signing_secret
from delivery.waking import wake_endpoint
from lasso import http
from lasso.encryption import encrypt
from lasso.http import OutboundError


class EndpointURLError(Exception):
    """An address that nothing can be delivered to; its text is a sentence for the customer."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def check_url(url: str) -> None:
    """Refuse, when it is given to us, a webhook URL that no call would ever be made to.

    Only what the text itself says is judged: where a name leads is checked at each call, since it may change.

    Raises:
        EndpointURLError: with the reason.
    """
    try:
        http.checked_target(url)
    except OutboundError as error:
        raise EndpointURLError(error.sentence) from None


def find_or_create_endpoint(*, organisation: Organisation, url: str, auth: AuthConfig | None = None) -> Endpoint:
    """The organisation's endpoint for this URL (https:, http: or mailto:) and way to sign in.

    The same URL and sign-in give the same endpoint, also when two callers ask at once, so that all that goes there
    shares its lanes, its pauses and its health. Works inside the caller's transaction.

    Raises:
        EndpointURLError: nothing can be delivered to the URL.
    """
    _check_any(url)
    auth_json = auth.as_json() if auth else ""
    endpoint, _ = Endpoint.objects.get_or_create(
        organisation=organisation,
        fingerprint=fingerprint_of(url, auth_json),
        closed_at__isnull=True,
        defaults={
            "url": url,
            "auth": encrypt(auth_json),
            "signing_secret": "" if _is_mail(url) else encrypt(new_signing_secret()),
        },
    )
    return endpoint


def find_or_create_mailbox(*, organisation: Organisation, email: str) -> Endpoint:
    """The organisation's endpoint for an e-mail address.

    Raises:
        EndpointURLError: it is not an e-mail address.
    """
    return find_or_create_endpoint(organisation=organisation, url=f"mailto:{email.strip()}")


def enable_endpoint(*, endpoint: Endpoint, now: datetime) -> bool:
    """Switch it on again; what waits goes out now. Returns False when it was on already, or is closed.

    The time it was off is not held against what waited: each delivery keeps the time that it had left.
    """
    with transaction.atomic():
        locked = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
        if locked.is_enabled or locked.closed_at is not None:
            return False
        waited_since = Greatest(F("created_at"), Value(locked.disabled_at or now, output_field=DateTimeField()))
        # Those never tried and the others: each has an index.
        untried_or_tried = Q(attempt_count=0) | Q(attempt_count__gt=0)
        Delivery.objects.filter(untried_or_tried, endpoint=locked, status=Delivery.Status.WAITING).update(
            deadline_at=ExpressionWrapper(
                F("deadline_at") + (Value(now, output_field=DateTimeField()) - waited_since), DateTimeField()
            ),
            due_at=now,
        )
        Endpoint.objects.filter(pk=locked.pk).update(
            is_enabled=True,
            is_off_by_itself=False,
            enabled_at=now,
            disabled_at=None,
            disabled_reason="",
            paused_until=None,
            failing_since=None,
            failure_count=0,
        )
        wake_endpoint(locked.pk)
    endpoint.refresh_from_db()
    return True


def disable_endpoint(*, endpoint: Endpoint, reason: str, now: datetime, is_by_itself: bool = False) -> bool:
    """Switch it off: its deliveries wait. Returns False when it was off already; `reason` is a sentence.

    `is_by_itself` says that no person wished it.
    """
    is_changed = (
        Endpoint.objects.filter(pk=endpoint.pk, is_enabled=True).update(
            is_enabled=False, disabled_at=now, disabled_reason=reason, is_off_by_itself=is_by_itself
        )
        == 1
    )
    if is_changed:
        endpoint.refresh_from_db()
    return is_changed


class EndpointChanges(TypedDict, total=False):
    """What a person may set; what is left out stays. For the limits None is "no limit of its own"."""

    max_in_flight: int | None
    rate_per_second: int | None
    rate_per_minute: int | None
    is_probed: bool


def change_endpoint(*, endpoint: Endpoint, changes: EndpointChanges) -> None:
    """Set the endpoint's limits, and whether it is probed while it is off; they hold from the next call on."""
    values: dict[str, object] = dict(changes)
    if changes.keys() & {"rate_per_second", "rate_per_minute"}:
        # The old rate's next moment may be a minute away.
        values["next_call_at"] = None
    if not values:
        return
    with transaction.atomic():
        Endpoint.objects.filter(pk=endpoint.pk).update(**values)
        wake_endpoint(endpoint.pk)
    endpoint.refresh_from_db()


def fingerprint_of(url: str, auth_json: str, *, owner: str = "") -> str:
    """What tells an endpoint from all others of its organisation."""
    # Keyed, so that a copy of the table is no list of hashes to guess passwords against.
    text = f"{url}\n{auth_json}" if not owner else f"{url}\n{auth_json}\n{owner}"
    return salted_hmac("delivery.endpoints", text, algorithm="sha256").hexdigest()


def _check_any(url: str) -> None:
    if not _is_mail(url):
        check_url(url)
        return
    address = url.partition(":")[2]
    try:
        validate_email(address)
    except ValidationError:
        raise EndpointURLError(f"{address!r} is not an e-mail address.") from None


def _is_mail(url: str) -> bool:
    return url.lower().startswith("mailto:")
