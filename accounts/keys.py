"""API keys: made once, shown once, revoked for good."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, cast

from accounts.models import APIKey, Organisation, User


class NewKey(NamedTuple):
    """A key's row, and its text, which nobody can read again."""

    row: APIKey
    text: str


def create_api_key(
    *, organisation: Organisation, name: str, created_by: User | None = None, expires_at: datetime | None = None
) -> NewKey:
    """A new key for an organisation; only its hash is kept."""
    row, text = APIKey.objects.create_key(
        organisation=organisation, name=name, created_by=created_by, expiry_date=expires_at
    )
    # The manager comes from the package, which types it for its abstract model.
    return NewKey(cast("APIKey", row), text)


def revoke_api_key(*, key: APIKey) -> None:
    """Ends a key at once; this cannot be undone."""
    APIKey.objects.filter(pk=key.pk).update(revoked=True)
    key.revoked = True
