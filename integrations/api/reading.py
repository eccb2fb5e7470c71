"""From forms to what the verbs take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework.request import Request

from delivery.auth import AuthConfig, AuthConfigError, parse_auth
from delivery.endpoints import EndpointChanges
from integrations.api.forms import (
    EndpointEditForm,
    EndpointForm,
    ExportsForm,
    IntegrationChangesForm,
    IntegrationForm,
    LimitsForm,
    MappedFieldForm,
)
from integrations.mapping import Entry, FieldMapping
from integrations.setting_up import EndpointEdit, IntegrationChanges, NewEndpoint
from lasso.errors import FieldError, FieldErrors, MalformedBody
from lasso.forms import names_of
from lasso.parsing import kind_of, object_of

EXPORT, UPDATE = "exportEndpoint", "updateEndpoint"


def read_exports(request: Request) -> list[str]:
    """The CVR numbers in the body: an object with `cvrs`, or the list itself; doubled ones once.

    Raises:
        MalformedBody: it is neither.
        FieldErrors: one of them is no CVR number, or there are none or too many.
    """
    data: Any = request.data
    if isinstance(data, dict):
        return ExportsForm.read(object_of(request)).cvrs
    if not isinstance(data, list):
        raise MalformedBody(f'The body is {kind_of(data)}; send {{"cvrs": [34580820]}}, or the list alone.')
    try:
        return ExportsForm.read({"cvrs": data}).cvrs
    except FieldErrors as refusal:
        # A list has no name of its own.
        errors = [FieldError(error.path.removeprefix("cvrs"), error.message) for error in refusal.errors]
        raise FieldErrors(errors, count=refusal.count) from None


def new_endpoints(form: IntegrationForm) -> tuple[NewEndpoint, NewEndpoint | None]:
    """Both endpoints of a new integration.

    Raises:
        FieldErrors: how to sign in is wrong.
    """
    errors: list[FieldError] = []
    export = _new_endpoint(form.export_endpoint, EXPORT, errors)
    update = _new_endpoint(form.update_endpoint, UPDATE, errors) if form.update_endpoint else None
    if errors:
        raise FieldErrors(errors)
    return export, update


def mapping_in(fields: Sequence[MappedFieldForm]) -> FieldMapping:
    """The mapping as data; whether it is a good one is checked when it is saved.

    Raises:
        FieldErrors: an entry has neither field nor constant.
    """
    missing = [
        FieldError(f"mapping[{number}].field", "is missing; name a field of the catalogue, or give a constant.")
        for number, entry in enumerate(fields)
        if not entry.field and "constant" not in entry.model_fields_set
    ]
    if missing:
        raise FieldErrors(missing)
    return FieldMapping(
        tuple(
            Entry(field=entry.field, name=entry.name, constant=entry.constant, is_update=entry.update)
            for entry in fields
        )
    )


def changes_in(form: IntegrationChangesForm) -> IntegrationChanges:
    """What the body changes of an integration.

    Raises:
        FieldErrors: there is nothing in it, or how to sign in is wrong.
    """
    given = form.model_fields_set
    if not given:
        names = ", ".join(sorted(names_of(IntegrationChangesForm).names))
        raise FieldErrors([FieldError("", f"The body changes nothing; send {names}.")])
    errors: list[FieldError] = []
    changes: IntegrationChanges = {}
    if "name" in given:
        changes["name"] = form.name
    if "export_endpoint" in given:
        changes["export"] = _edit(form.export_endpoint, EXPORT, errors)
    if "update_endpoint" in given:
        changes["update"] = _edit(form.update_endpoint, UPDATE, errors) if form.update_endpoint else None
    if "mapping" in given:
        changes["mapping"] = mapping_in(form.mapping)
    if errors:
        raise FieldErrors(errors)
    return changes


def _new_endpoint(form: EndpointForm, path: str, errors: list[FieldError]) -> NewEndpoint:
    return NewEndpoint(
        url=form.url, method=form.method, auth=_auth(form.auth_config, path, errors), limits=_limits(form)
    )


def _edit(form: EndpointEditForm, path: str, errors: list[FieldError]) -> EndpointEdit:
    given = form.model_fields_set
    edit: EndpointEdit = {}
    if "url" in given:
        edit["url"] = form.url
    if "method" in given:
        edit["method"] = form.method
    if "auth_config" in given:
        edit["auth"] = _auth(form.auth_config, path, errors)
    if limits := _limits(form):
        edit["limits"] = limits
    return edit


def _auth(data: dict[str, Any] | None, path: str, errors: list[FieldError]) -> AuthConfig | None:
    try:
        return parse_auth(data, path=f"{path}.authConfig")
    except AuthConfigError as error:
        errors.append(FieldError(error.path, error.message))
        return None


def _limits(form: LimitsForm) -> EndpointChanges:
    limits: EndpointChanges = {}
    if "max_in_flight" in form.model_fields_set:
        limits["max_in_flight"] = form.max_in_flight
    if "rate_per_second" in form.model_fields_set:
        limits["rate_per_second"] = form.rate_per_second
    if "rate_per_minute" in form.model_fields_set:
        limits["rate_per_minute"] = form.rate_per_minute
    return limits
