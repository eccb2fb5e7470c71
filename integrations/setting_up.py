"""Integrations are created, changed and deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from accounts.models import Organisation
from delivery.auth import AuthConfig
from delivery.endpoints import EndpointChanges
from integrations.mapping import FieldMapping
from integrations.models import Integration


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEndpoint:
    """Where messages go: `url` may hold {cvr} and {lassoId}, `method` is POST or PUT, `limits` how much it takes."""

    url: str
    method: str = "POST"
    auth: AuthConfig | None = None
    limits: EndpointChanges = field(default_factory=lambda: EndpointChanges())


class EndpointEdit(TypedDict, total=False):
    """What is to be changed of an endpoint; what is left out stays. `auth` None takes the sign-in away."""

    url: str
    method: str
    auth: AuthConfig | None
    limits: EndpointChanges


class IntegrationChanges(TypedDict, total=False):
    """What is to be changed of an integration; what is left out stays.

    `update` None takes the update endpoint away; for an integration without one it must have a `url`.
    """

    name: str
    export: EndpointEdit
    update: EndpointEdit | None
    mapping: FieldMapping


@dataclass(frozen=True, slots=True)
class Saved:
    """An integration as it was saved, and what is odd about it, as sentences for the customer."""

    integration: Integration
    warnings: tuple[str, ...]


def create_integration(
    *,
    organisation: Organisation,
    name: str,
    export: NewEndpoint,
    update: NewEndpoint | None = None,
    mapping: FieldMapping,
    now: datetime,
) -> Saved:
    """Make an integration; all that is wrong is told at once, and then nothing is stored.

    Raises:
        FieldErrors: with the paths `name`, `exportEndpoint.url`, `exportEndpoint.method`, `updateEndpoint.…` and
            `mapping[n].field` (`name`, `constant`).
    """
    raise NotImplementedError


def change_integration(*, integration: Integration, changes: IntegrationChanges, now: datetime) -> Saved:
    """Change any part of it; all that is wrong is told at once, and then nothing is stored.

    What waits goes to a changed address, with the changed sign-in. A changed mapping sends nothing by itself: it holds
    from the next message that is composed. An update endpoint that is added serves every company exported before, for
    changes from then on; when it is taken away, the updates that wait are cancelled.

    Raises:
        FieldErrors: as `create_integration`.
    """
    raise NotImplementedError


def delete_integration(*, integration: Integration, now: datetime) -> None:
    """Delete it: nothing is sent any more from this moment on, nobody finds it.

    What waits is cancelled, and the rows are deleted, by a lane in small steps (`integrations.clearing`). The log of
    its deliveries stays.
    """
    raise NotImplementedError
