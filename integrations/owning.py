"""Whose endpoints are whose: what `Endpoint.owner` says of an integration's."""

from __future__ import annotations

from uuid import UUID


def owner_of(integration_id: UUID, role: str) -> str:
    """The owner of the integration's endpoint for "export" or "update"."""
    return f"integration:{integration_id}:{role}"


def integration_of(owner: str) -> UUID | None:
    """The integration whose endpoint that is; None when it is none's."""
    kind, _, rest = owner.partition(":")
    return UUID(rest.partition(":")[0]) if kind == "integration" else None
