"""Signatures by Standard Webhooks: the receiver proves with them who sent a message, and when."""

from __future__ import annotations

from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook


def signed_headers(*, secret: str, message_id: str, body: str, now: datetime) -> dict[str, str]:
    """The three headers for a body that is sent now.

    The id stays the same over all attempts, so that the receiver can tell a message it has had before; the time and so
    the signature are the attempt's.
    """
    # The package relabels a moment of another zone as UTC instead of converting it.
    moment = now.astimezone(UTC)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(msg_id=message_id, timestamp=moment, data=body),
    }
