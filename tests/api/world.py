"""A small world behind the API: an organisation with a batch, a delivery, an endpoint and a company of each kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.keys import create_api_key
from accounts.models import Organisation
from accounts.organisations import create_organisation
from delivery.models import Delivery, Endpoint
from delivery.sending import deliver
from delivery.transports.kept import close_kept
from integrations.exporting import order_exports
from integrations.models import Integration
from integrations.setting_up import NewEndpoint, create_integration
from reporting.models import Batch
from reporting.moves import cancel_batch, stop_listening
from tests.integrations.conftest import MAPPING
from tests.integrations.driving import ShortTurn, run, wait_is_over
from tests.receivers import FaultyReceiver, answer
from tests.reporting.conftest import HAVGRUS, LASSO, NORDLYS, place, render_all

# Its check digit is right, and nobody has it: its report fails.
NOWHERE = 99000023
TOMORROW = "{:%Y-%m-%d} 01:00:00"


@dataclass(frozen=True, slots=True)
class World:
    """Who asks, and which values of each parameter mean something to them."""

    organisation: Organisation
    key: str
    values: dict[str, list[str]]


def build_world(receiver: FaultyReceiver) -> World:
    """Everything that the API can show, at a receiver that refuses what comes at `/refused` and accepts the rest."""
    organisation = create_organisation(name="Revisionshuset Eksempel", email="drift@revision.example")[0]
    batches = _batches(organisation, receiver)
    integrations = [_integration(organisation, receiver, name) for name in ("CRM", "Arkiv")]
    _deliver(receiver)
    return World(
        organisation=organisation,
        key=create_api_key(organisation=organisation, name="fuzzing").text,
        values={
            "batch_id": [str(batch.pk) for batch in batches],
            "delivery_id": _ids(Delivery, "public_id"),
            "endpoint_id": _ids(Endpoint, "pk"),
            "integration_id": [str(integration.pk) for integration in integrations],
            "cvr": [str(cvr) for cvr in (NORDLYS, HAVGRUS, LASSO, NOWHERE)],
            "url": [receiver.url("/webhook"), receiver.url("/refused")],
        },
    )


def _batches(organisation: Organisation, receiver: FaultyReceiver) -> list[Batch]:
    tomorrow = TOMORROW.format(timezone.now() + timedelta(days=1))

    def order(*cvrs: int, **fields: Any) -> Batch:
        batch = place(organisation, *cvrs, engine="fast", **fields)
        batch.refresh_from_db()
        return batch

    def ended(batch: Batch, verb: Callable[..., object]) -> Batch:
        verb(batch, now=timezone.now())
        return batch

    told = order(NORDLYS, NOWHERE, LASSO, notificationWebhookUrl=receiver.url("/webhook"))
    refused = order(
        NORDLYS, notificationWebhookUrl=receiver.url("/refused"), notificationEmail="modtager@kunde.example"
    )
    for batch in (told, refused):
        render_all(batch.pk)
    return [
        told,
        refused,
        order(NORDLYS),
        order(NORDLYS, scheduledTime=tomorrow),
        order(NORDLYS, type="ReelleEjere", isListener=True),
        ended(order(NORDLYS, type="ReelleEjere", isListener=True), stop_listening),
        ended(order(NORDLYS, HAVGRUS), cancel_batch),
    ]


def _integration(organisation: Organisation, receiver: FaultyReceiver, name: str) -> Integration:
    integration = create_integration(
        organisation=organisation,
        name=name,
        export=NewEndpoint(url=receiver.url("/companies")),
        update=NewEndpoint(url=receiver.url("/companies/{cvr}"), method="PUT"),
        mapping=MAPPING,
        now=timezone.now(),
    ).integration
    order_exports(integration=integration, cvrs=[str(cvr) for cvr in (NORDLYS, LASSO, NOWHERE)], now=timezone.now())
    run(integration)
    return integration


def _deliver(receiver: FaultyReceiver) -> None:
    """Each webhook once; those at `/refused` until they have failed."""
    for endpoint in Endpoint.objects.filter(url__startswith="http"):
        turn: Any = ShortTurn()
        if endpoint.url.endswith("/refused"):
            receiver.behaviour = answer(500)
            for _ in range(7):
                wait_is_over()
                deliver(endpoint.pk, turn)
        receiver.behaviour = answer(200)
        deliver(endpoint.pk, turn)
    close_kept()


def _ids(model: Any, name: str) -> list[str]:
    return [str(value) for value in model.objects.order_by("pk").values_list(name, flat=True)]
