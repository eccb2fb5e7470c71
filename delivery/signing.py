"""Signatures by Standard Webhooks: the receiver proves with them who sent a message, and when."""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction
from standardwebhooks.webhooks import Webhook

from delivery.models import Endpoint
from lasso.encryption import decrypt, encrypt

SECRET_BYTES = 32  # Standard Webhooks: 24 to 64
# What a receiver gets to change over: both secrets sign until then.
DEFAULT_GRACE = timedelta(hours=24)
LONGEST_GRACE = timedelta(days=7)


class GraceError(ValueError):
    """A time for changing over that is below zero or longer than LONGEST_GRACE."""

    def __init__(self) -> None:
        super().__init__(f"The old secret may go on for 0 s to {LONGEST_GRACE.days} days beside the new one.")


def new_signing_secret() -> str:
    """A secret as Standard Webhooks writes it: `whsec_` and base64."""
    return "whsec_" + b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def renew_signing_secret(*, endpoint: Endpoint, now: datetime, grace: timedelta = DEFAULT_GRACE) -> str:
    """Sign the endpoint's deliveries with a new secret from now on; returns it, for the only time.

    For the time of grace each delivery also carries a signature by the secret before, so that a receiver that knows
    either of them can verify it. No grace makes the old secret worthless at once: for one that has leaked. A secret
    that was itself in its grace is dropped: never more than two sign.

    Raises:
        GraceError: `grace` is below zero or above LONGEST_GRACE.
    """
    if not timedelta() <= grace <= LONGEST_GRACE:
        raise GraceError
    secret = new_signing_secret()
    with transaction.atomic():
        # Two that renew at once would otherwise both keep the same secret as the one before.
        endpoint.refresh_from_db(
            fields=["signing_secret"], from_queryset=Endpoint.objects.select_for_update(no_key=True)
        )
        _replace(endpoint, secret, now=now, grace=grace)
    return secret


def _replace(endpoint: Endpoint, secret: str, *, now: datetime, grace: timedelta) -> None:
    endpoint.previous_signing_secret = endpoint.signing_secret if grace else ""
    endpoint.previous_signing_secret_until = now + grace if endpoint.previous_signing_secret else None
    endpoint.signing_secret = encrypt(secret)
    endpoint.save(update_fields=["signing_secret", "previous_signing_secret", "previous_signing_secret_until"])


def signing_secrets(endpoint: Endpoint, *, now: datetime) -> tuple[str, ...]:
    """The secrets that sign a message to the endpoint now, opened, the newest first; none for a mailbox.

    Raises:
        lasso.encryption.InvalidToken: they cannot be read.
    """
    tokens = [endpoint.signing_secret]
    if endpoint.previous_signing_secret_until is not None and now < endpoint.previous_signing_secret_until:
        tokens.append(endpoint.previous_signing_secret)
    return tuple(decrypt(token) for token in tokens if token)


def signed_headers(*, signing_secrets: Sequence[str], message_id: str, body: str, now: datetime) -> dict[str, str]:
    """The three headers for a body that is sent now, with a signature by each secret.

    The id stays the same over all attempts, so that the receiver can tell a message it has had before; the time and so
    the signatures are the attempt's.
    """
    # The package relabels a moment of another zone as UTC instead of converting it.
    moment = now.astimezone(UTC)
    signatures = [Webhook(secret).sign(msg_id=message_id, timestamp=moment, data=body) for secret in signing_secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
