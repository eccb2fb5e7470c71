"""Integrations are created, changed and deleted."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from django.db import transaction

from accounts.models import Organisation
from delivery.auth import AuthConfig
from delivery.endpoints import EndpointChanges, EndpointURLError, change_endpoint
from delivery.models import Endpoint
from delivery.owned_endpoints import (
    UNCHANGED,
    change_owned_endpoint,
    close_endpoint,
    create_owned_endpoint,
    needs_sign_in_anew,
)
from delivery.url_templates import check_url_template
from integrations.chunks import lock_integration
from integrations.mapping import FieldMapping, check_mapping, mapping_of, rows_of
from integrations.models import Integration, MappedField
from integrations.owning import owner_of
from integrations.waking import wake_integration
from lasso.errors import FieldError, FieldErrors, NotFound

LONGEST_NAME = 200  # characters
EXPORT, UPDATE = "export", "update"
PATHS = {EXPORT: "exportEndpoint", UPDATE: "updateEndpoint"}

AUTH_ANEW = (
    "must be given again, or null for none: the URL leads to another host, and the sign-in that is stored was meant "
    "for the one before."
)
DELETED = "The integration was deleted."
ENDPOINT_REMOVED = "The integration's update endpoint was removed."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEndpoint:
    """Where messages go: `url` may hold {cvr} and {lassoId}, `method` is POST or PUT, `limits` how much it takes."""

    url: str
    method: str = "POST"
    auth: AuthConfig | None = None
    limits: EndpointChanges = field(default_factory=EndpointChanges)


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
    errors = [*_name_errors(name), *_endpoint_errors(export, EXPORT), *_endpoint_errors(update, UPDATE)]
    checked = check_mapping(mapping=mapping, update_url=update.url if update else None)
    _refuse([*errors, *checked.errors])
    integration = Integration(
        id=uuid.uuid4(), organisation=organisation, name=name.strip(), created_at=now, changed_at=now
    )
    with transaction.atomic():
        integration.export_endpoint = _create_endpoint(integration, export, EXPORT)
        integration.update_endpoint = _create_endpoint(integration, update, UPDATE) if update else None
        integration.save(force_insert=True)
        MappedField.objects.bulk_create(rows_of(mapping, integration=integration))
    return Saved(integration, checked.warnings)


def change_integration(*, integration: Integration, changes: IntegrationChanges, now: datetime) -> Saved:
    """Change any part of it; all that is wrong is told at once, and then nothing is stored.

    What waits goes to a changed address, with the changed sign-in. A changed mapping sends nothing by itself: it holds
    from the next message that is composed. An update endpoint that is added serves every company exported before, for
    changes from then on; when it is taken away, the updates that wait are cancelled.

    Raises:
        FieldErrors: as `create_integration`, and `exportEndpoint.authConfig` (`updateEndpoint.…`): another host, and
            the stored sign-in is neither given again nor taken away.
        NotFound: it was deleted.
    """
    with transaction.atomic():
        # With its mapping and endpoints as they are now, whatever the caller has read before.
        changed = lock_integration(integration.pk)
        if changed is None:
            raise NotFound(DELETED)
        mapping = changes.get("mapping") or mapping_of(changed)
        checked = check_mapping(mapping=mapping, update_url=_update_url(changed, changes))
        _refuse([*_change_errors(changed, changes), *checked.errors])
        changed.name = changes.get("name", changed.name).strip()
        changed.changed_at = now
        _change_export(changed, changes, now=now)
        _change_update(changed, changes, now=now)
        changed.save()
        if "mapping" in changes:
            MappedField.objects.filter(integration=changed).delete()
            MappedField.objects.bulk_create(rows_of(mapping, integration=changed))
    saved = Integration.objects.select_related("export_endpoint", "update_endpoint").get(pk=changed.pk)
    return Saved(saved, checked.warnings)


def delete_integration(*, integration: Integration, now: datetime) -> None:
    """Delete it: nothing is sent any more from this moment on, nobody finds it.

    What waits is cancelled, and the rows are deleted, by a lane in small steps (`integrations.clearing`). The log of
    its deliveries stays.

    Raises:
        NotFound: it was deleted before.
    """
    with transaction.atomic():
        deleted = lock_integration(integration.pk)
        if deleted is None:
            raise NotFound(DELETED)
        deleted.deleted_at = now
        deleted.save(update_fields=["deleted_at"])
        for endpoint in (deleted.export_endpoint, deleted.update_endpoint):
            if endpoint is not None:
                close_endpoint(endpoint=endpoint, reason=DELETED, now=now)
        wake_integration(deleted.pk)


def _change_export(integration: Integration, changes: IntegrationChanges, *, now: datetime) -> None:
    _change_endpoint(integration, integration.export_endpoint, changes.get("export", EndpointEdit()), now=now)


def _change_update(integration: Integration, changes: IntegrationChanges, *, now: datetime) -> None:
    if "update" not in changes and integration.update_endpoint is None:
        return
    edit, endpoint = changes.get("update", EndpointEdit()), integration.update_endpoint
    if endpoint is None:
        integration.update_endpoint = _create_endpoint(integration, _new(edit), UPDATE) if edit else None
    elif edit is None:
        integration.update_endpoint = None
        close_endpoint(endpoint=endpoint, reason=ENDPOINT_REMOVED, now=now)
    else:
        _change_endpoint(integration, endpoint, edit, now=now)


def _create_endpoint(integration: Integration, new: NewEndpoint, role: str) -> Endpoint:
    return create_owned_endpoint(
        organisation=integration.organisation,
        owner=owner_of(integration.pk, role),
        url=new.url,
        method=new.method,
        auth=new.auth,
        limits=new.limits,
        label=integration.name,
    )


def _change_endpoint(integration: Integration, endpoint: Endpoint, edit: EndpointEdit, *, now: datetime) -> None:
    change_owned_endpoint(
        endpoint=endpoint,
        now=now,
        url=edit.get("url", UNCHANGED),
        method=edit.get("method", UNCHANGED),
        auth=edit.get("auth", UNCHANGED),
        label=integration.name,
    )
    if "limits" in edit:
        change_endpoint(endpoint=endpoint, changes=edit["limits"])


def _new(edit: EndpointEdit) -> NewEndpoint:
    """A new endpoint of an edit that has its URL."""
    return NewEndpoint(
        url=edit["url"],
        method=edit.get("method", "POST"),
        auth=edit.get("auth"),
        limits=edit.get("limits", EndpointChanges()),
    )


def _update_url(integration: Integration, changes: IntegrationChanges) -> str | None:
    """The update endpoint's URL after the changes; None for no endpoint."""
    edit = changes.get("update", EndpointEdit())
    if edit is None:
        return None
    present = integration.update_endpoint.url if integration.update_endpoint else None
    return edit.get("url", present)


def _refuse(errors: list[FieldError]) -> None:
    if errors:
        raise FieldErrors(errors)


def _change_errors(integration: Integration, changes: IntegrationChanges) -> Iterator[FieldError]:
    if "name" in changes:
        yield from _name_errors(changes["name"])
    export = changes.get("export", EndpointEdit())
    yield from _edit_errors(export, EXPORT)
    yield from _sign_in_errors(export, integration.export_endpoint, EXPORT)
    edit = changes.get("update")
    if edit is not None:
        if integration.update_endpoint is None and "url" not in edit:
            yield FieldError(f"{PATHS[UPDATE]}.url", "is missing; an endpoint that is added needs a URL.")
        yield from _edit_errors(edit, UPDATE)
        yield from _sign_in_errors(edit, integration.update_endpoint, UPDATE)


def _sign_in_errors(edit: EndpointEdit, endpoint: Endpoint | None, role: str) -> Iterator[FieldError]:
    """Judged by the endpoint as it is under the integration's lock, whatever another change did meanwhile."""
    if endpoint is None or "auth" in edit or "url" not in edit:
        return
    if needs_sign_in_anew(endpoint=endpoint, url=edit["url"]):
        yield FieldError(f"{PATHS[role]}.authConfig", AUTH_ANEW)


def _name_errors(name: str) -> Iterator[FieldError]:
    if not name.strip():
        yield FieldError("name", "must not be empty.")
    elif len(name.strip()) > LONGEST_NAME:
        yield FieldError("name", f"has {len(name.strip())} characters; at most {LONGEST_NAME} are possible.")
    elif "\0" in name:
        yield FieldError("name", "has a NUL character, which cannot be stored.")


def _endpoint_errors(new: NewEndpoint | None, role: str) -> Iterator[FieldError]:
    if new is not None:
        yield from _edit_errors({"url": new.url, "method": new.method}, role)


def _edit_errors(edit: EndpointEdit, role: str) -> Iterator[FieldError]:
    if "url" in edit:
        try:
            check_url_template(edit["url"])
        except EndpointURLError as error:
            yield FieldError(f"{PATHS[role]}.url", error.message)
    if "method" in edit and edit["method"] not in Endpoint.Method.values:
        yield FieldError(f"{PATHS[role]}.method", f"{edit['method'][:60]!r} is not a method; write POST or PUT.")
