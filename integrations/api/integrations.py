"""`/apps/integrations`: set one up, list, read, change and delete them; and the fields that they may map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import organisation_of
from accounts.idempotency import idempotent
from delivery.api.parameters import PAGING_PARAMETERS, check_parameters
from delivery.health import health_of
from integrations.answers import FieldsAnswer, IntegrationAnswer, IntegrationsPage, field_answer, integration_answer
from integrations.api import examples
from integrations.api.forms import IntegrationChangesForm, IntegrationForm
from integrations.api.reading import changes_in, mapping_in, new_endpoints
from integrations.counting import counts_of
from integrations.finding import find_integration, integrations_of, older_than
from integrations.mapping import exportable_fields
from integrations.models import Integration
from integrations.setting_up import change_integration, create_integration, delete_integration
from lasso.errors import NotFound
from lasso.openapi import paging_parameters
from lasso.paging import Listing, page_size
from lasso.parsing import object_of

TAG = "integrations"
# Each has its figures counted, so that a page of them is a page of work.
USUAL_PAGE = 20
LARGEST_PAGE = 100


def integration_or_404(request: Request, integration_id: UUID) -> Integration:
    """The caller's integration.

    Raises:
        NotFound: there is none, it was deleted, or it belongs to somebody else.
    """
    integration = find_integration(organisation_of(request), integration_id)
    if integration is None:
        raise NotFound(f"There is no integration {integration_id}.")
    return integration


def answers(integrations: Sequence[Integration]) -> list[dict[str, Any]]:
    """The integrations as the API shows them, with their figures."""
    now = timezone.now()
    endpoints = [
        endpoint_id
        for integration in integrations
        for endpoint_id in (integration.export_endpoint_id, integration.update_endpoint_id)
        if endpoint_id is not None
    ]
    health = health_of(endpoints, now=now)
    counts = counts_of([integration.pk for integration in integrations])
    return [
        integration_answer(integration, counts=counts[integration.pk], health=health, now=now)
        for integration in integrations
    ]


def answer_of(integration: Integration) -> dict[str, Any]:
    """An integration that was just saved, read anew."""
    found = find_integration(integration.organisation, integration.pk)
    return answers([found or integration])[0]


class IntegrationsView(APIView):
    """All integrations, and a new one."""

    @extend_schema(
        operation_id="listIntegrations",
        summary="List integrations and how they are doing",
        description="Newest first. Give `continuationToken` back as `cToken` for the next page.",
        parameters=paging_parameters(most=LARGEST_PAGE, when_left_out=str(USUAL_PAGE)),
        responses={200: IntegrationsPage},
        examples=[examples.INTEGRATIONS],
        tags=[TAG],
    )
    def get(self, request: Request) -> Response:
        """One page."""
        check_parameters(request, known=PAGING_PARAMETERS)
        organisation = organisation_of(request)
        listing = Listing(scope=("integrations", str(organisation.pk)), shape=(str, str))
        position = listing.position_in(request)
        size = page_size(request, default=USUAL_PAGE, most=LARGEST_PAGE)
        integrations = integrations_of(organisation)
        if position is not None:
            integrations = older_than(integrations, created_at=str(position[0]), integration_id=str(position[1]))
        # One more than the page shows whether there is a next one.
        found = list(integrations[: size + 1])
        shown = found[:size]
        token = listing.token_at(shown[-1].created_at.isoformat(), str(shown[-1].pk)) if len(found) > size else None
        return Response({"continuationToken": token, "results": answers(shown)})

    @extend_schema(
        operation_id="createIntegration",
        summary="Register your own API",
        description="Companies are exported to `exportEndpoint` as the JSON that `mapping` describes. What was "
        "exported is monitored from then on; when one of its fields that are marked Update changes, all fields that "
        "are marked Update go to `updateEndpoint`, which may be left out and added later.\n\n"
        "Every call is signed by Standard Webhooks. `POST /apps/endpoints/{id}/rotate` with the id of the export or "
        "the update endpoint gives the secret to check that with.\n\n"
        "After a 400 nothing was stored. `warnings` says what is odd about an integration that was.",
        request=IntegrationForm,
        responses={201: IntegrationAnswer},
        examples=[examples.NEW_INTEGRATION, examples.NEW_SMALLEST_INTEGRATION, examples.INTEGRATION],
        tags=[TAG],
    )
    @idempotent()
    def post(self, request: Request) -> Response:
        """Create one."""
        form = IntegrationForm.read(object_of(request))
        export, update = new_endpoints(form)
        saved = create_integration(
            organisation=organisation_of(request),
            name=form.name,
            export=export,
            update=update,
            mapping=mapping_in(form.mapping),
            now=timezone.now(),
        )
        return Response(answer_of(saved.integration), status=201)


class IntegrationView(APIView):
    """One integration."""

    @extend_schema(
        operation_id="readIntegration",
        summary="Read an integration and how it is doing",
        responses={200: IntegrationAnswer},
        examples=[examples.INTEGRATION],
        tags=[TAG],
    )
    def get(self, request: Request, integration_id: UUID) -> Response:
        """The integration."""
        return Response(answers([integration_or_404(request, integration_id)])[0])

    @extend_schema(
        operation_id="changeIntegration",
        summary="Change an integration",
        description="What is left out stays as it is, within `exportEndpoint` and `updateEndpoint` too. What waits "
        "goes to a changed address. An update endpoint that is added serves everything exported before; `null` takes "
        "it away. `mapping` replaces all of the mapping: it sends nothing by itself, and holds from the next message.",
        request=IntegrationChangesForm,
        responses={200: IntegrationAnswer},
        examples=[examples.ADD_UPDATE_ENDPOINT, examples.INTEGRATION],
        tags=[TAG],
    )
    def patch(self, request: Request, integration_id: UUID) -> Response:
        """Change it."""
        integration = integration_or_404(request, integration_id)
        changes = changes_in(IntegrationChangesForm.read(object_of(request)))
        saved = change_integration(integration=integration, changes=changes, now=timezone.now())
        return Response(answer_of(saved.integration))

    @extend_schema(
        operation_id="deleteIntegration",
        summary="Delete an integration",
        description="Nothing is sent any more, what waited is cancelled, and its companies are monitored no longer. "
        "The log of its deliveries stays.",
        responses={204: None},
        tags=[TAG],
    )
    def delete(self, request: Request, integration_id: UUID) -> Response:
        """Delete it."""
        delete_integration(integration=integration_or_404(request, integration_id), now=timezone.now())
        return Response(status=204)


class FieldsView(APIView):
    """What may be mapped."""

    @extend_schema(
        operation_id="listIntegrationFields",
        summary="List the fields that can be mapped",
        description="In the order of the catalogue. `display` is what a mapping editor shows: the label, and in "
        "parentheses the name that the field has in the JSON.",
        responses={200: FieldsAnswer},
        examples=[examples.FIELDS],
        tags=[TAG],
    )
    def get(self, request: Request) -> Response:
        """The catalogue."""
        check_parameters(request, known=())
        return Response({"results": [field_answer(field) for field in exportable_fields()]})
