"""Endpoints that belong to one thing, such as an integration's export, and are shared with nothing else.

Each has its own method, sign-in, limits, health and signing secret, even where another has the same URL. It is changed
in place, so that what waits goes to the new address, and closed in the end.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from urllib.parse import urlsplit

from django.db import transaction

from accounts.models import Organisation
from delivery.auth import AuthConfig
from delivery.cancelling import cancel_some
from delivery.endpoints import EndpointChanges, enable_endpoint, fingerprint_of
from delivery.models import Endpoint
from delivery.signing import new_signing_secret
from delivery.url_templates import check_url_template
from delivery.waking import wake_endpoint
from lasso.encryption import decrypt, encrypt

Method = Endpoint.Method


class Unchanged(Enum):
    """The value of an argument that was left out."""

    UNCHANGED = "unchanged"


UNCHANGED = Unchanged.UNCHANGED


def create_owned_endpoint(
    *,
    organisation: Organisation,
    owner: str,
    url: str,
    method: Method | str = Method.POST,
    auth: AuthConfig | None = None,
    limits: EndpointChanges | None = None,
    label: str = "",
) -> Endpoint:
    """Make the endpoint of `owner`, such as "integration:<id>:export". In the caller's transaction, if it has one.

    `url` may hold `{cvr}` and `{lassoId}`, which each delivery fills in. `label` is what people call the owner, in
    mails. It signs with a secret of its own. An owner has one endpoint at a time; after `close_endpoint` it may get
    another.

    Raises:
        EndpointURLError: nothing can be delivered to the URL.
        ValueError: no owner, or a method other than POST and PUT.
        django.db.IntegrityError: the owner has an endpoint already.
    """
    if not owner:
        raise ValueError("An endpoint without an owner is made by find_or_create_endpoint.")
    check_url_template(url)
    auth_json = auth.as_json() if auth else ""
    return Endpoint.objects.create(
        organisation=organisation,
        owner=owner,
        label=label,
        url=url,
        method=Method(method),
        auth=encrypt(auth_json),
        signing_secret=encrypt(new_signing_secret()),
        fingerprint=fingerprint_of(url, auth_json, owner=owner),
        **(limits or {}),
    )


def change_owned_endpoint(
    *,
    endpoint: Endpoint,
    now: datetime,
    url: str | Unchanged = UNCHANGED,
    method: Method | str | Unchanged = UNCHANGED,
    auth: AuthConfig | Unchanged | None = UNCHANGED,
    label: str | Unchanged = UNCHANGED,
) -> None:
    """Change it in place, from the next call on: what waits goes to the new address, with the new sign-in.

    With another address or sign-in its health begins anew: pauses and failures were the old one's, and one that was
    switched off because nothing got through is switched on, what waits due at once. One that a person switched off
    stays off. The signing secret stays. `auth=None` takes the sign-in away; limits are `change_endpoint`'s.

    Raises:
        EndpointURLError: nothing can be delivered to the URL; nothing was changed.
        ValueError: it has no owner or is closed, or the method is neither POST nor PUT.
    """
    if not isinstance(url, Unchanged):
        check_url_template(url)
    with transaction.atomic():
        locked = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
        if not locked.owner or locked.closed_at is not None:
            raise ValueError("Only an endpoint that has an owner and is not closed can be changed.")
        locked.url = locked.url if isinstance(url, Unchanged) else url
        locked.method = locked.method if isinstance(method, Unchanged) else Method(method)
        locked.label = locked.label if isinstance(label, Unchanged) else label
        auth_json = decrypt(locked.auth) if isinstance(auth, Unchanged) else auth.as_json() if auth else ""
        if not isinstance(auth, Unchanged):
            locked.auth = encrypt(auth_json)
        fingerprint = fingerprint_of(locked.url, auth_json, owner=locked.owner)
        is_elsewhere = fingerprint != locked.fingerprint
        locked.fingerprint = fingerprint
        locked.save(update_fields=["url", "method", "label", "auth", "fingerprint"])
        if is_elsewhere:
            _begin_anew(locked, now=now)
        wake_endpoint(locked.pk)
    endpoint.refresh_from_db()


def needs_sign_in_anew(*, endpoint: Endpoint, url: str) -> bool:
    """Whether the sign-in that is stored must be given again (or taken away) when the endpoint moves to this URL.

    It was meant for one host: otherwise whoever may change the URL could have what is never shown sent to their own.
    """
    return endpoint.auth != "" and _origin(url) != _origin(endpoint.url)


def close_endpoint(*, endpoint: Endpoint, reason: str, now: datetime) -> bool:
    """End it for good: nothing is sent any more, and what waits is Cancelled with `reason`, a sentence for the log.

    The first CHUNK at once, in the caller's transaction if it has one; what more there is, its lane cancels in small
    steps after the commit, and the sweep sees to it. A call that is under way ends by itself; if it fails, it is
    cancelled too. The secrets are dropped; the deliveries stay in the log as long as any. False when it was closed.
    """
    with transaction.atomic():
        is_changed = (
            Endpoint.objects.filter(pk=endpoint.pk, closed_at__isnull=True).update(
                closed_at=now,
                is_enabled=False,
                is_off_by_itself=False,
                is_probed=False,
                disabled_at=now,
                disabled_reason=reason,
                auth="",
                signing_secret="",
                previous_signing_secret="",
                previous_signing_secret_until=None,
            )
            == 1
        )
        if is_changed:
            cancel_some(endpoint=endpoint, now=now, reason=reason)
            wake_endpoint(endpoint.pk)
    endpoint.refresh_from_db()
    return is_changed


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        # It will be refused for what it is.
        return url, ""
    return parts.scheme.lower(), parts.netloc.lower()


def _begin_anew(endpoint: Endpoint, *, now: datetime) -> None:
    Endpoint.objects.filter(pk=endpoint.pk).update(
        failing_since=None,
        failure_count=0,
        last_success_at=None,
        last_failure_at=None,
        paused_until=None,
        recent_calls=[],
        next_call_at=None,
    )
    if endpoint.is_off_by_itself:
        enable_endpoint(endpoint=endpoint, now=now)
