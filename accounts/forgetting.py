"""What accounts forget: answers to repeated requests, and invitations that are over."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from lasso.forgetting import Forgetting, Rows, delete_some, register

REQUESTS = Rows(table="accounts_idempotentrequest", where="created_at < %(before)s", order="created_at")
# Few: an organisation has one open invitation of an address.
INVITATIONS = Rows(table="accounts_invitation", where="expires_at < %(before)s OR accepted_at < %(before)s", order="id")


def forget_some_requests(now: datetime) -> int:
    """Delete some of the Idempotency-Keys that are older than IDEMPOTENCY_RETENTION, with their answers."""
    return delete_some(REQUESTS, {"before": now - settings.IDEMPOTENCY_RETENTION})


def forget_some_invitations(now: datetime) -> int:
    """Delete some of the invitations that expired or were taken up longer than LEFTOVER_RETENTION ago."""
    return delete_some(INVITATIONS, {"before": now - settings.LEFTOVER_RETENTION})


def register_forgetting() -> None:
    """Called when Django starts."""
    register(
        Forgetting(
            name="repeated requests",
            setting="IDEMPOTENCY_RETENTION",
            tables=("accounts.IdempotentRequest",),
            step=forget_some_requests,
        )
    )
    register(
        Forgetting(
            name="invitations",
            setting="LEFTOVER_RETENTION",
            tables=("accounts.Invitation",),
            step=forget_some_invitations,
        )
    )
