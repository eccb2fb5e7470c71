"""What is promised, whatever happens in whatever order: chance leads, a model of the receiver judges."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.utils import timezone

from delivery.models import Delivery
from integrations.exporting import export_again, order_exports, stop_monitoring
from integrations.models import MonitoredCompany
from local.receivers import WebhookHandler
from tests import receivers
from tests.integrations.conftest import LASSO, NORDLYS
from tests.integrations.driving import State, change, compose, run, send, state_of, wait_is_over

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]
CVRS = (LASSO, NORDLYS)
TELEPHONES = ("70000001", "70000002")


@dataclass
class Model:
    """What a receiver knows that answers as it likes, and what it must never see."""

    dice: random.Random
    is_kind: bool = False
    accepted: dict[int, Any] = field(default_factory=dict)  # by company the last message, as an update says it
    has: set[int] = field(default_factory=set)  # the companies of which it accepted an export, or had them
    breaches: list[str] = field(default_factory=list)

    def __call__(self, handler: WebhookHandler) -> None:
        message, is_export = handler.call.json, handler.command == "POST"
        cvr, facts = message["cvr"], {"cvr": message["cvr"], "telephone": message["telephone"]}
        if not is_export and cvr not in self.has:
            self.breaches.append(f"an update of {cvr} before its export")
        if not is_export and self.accepted.get(cvr) == facts:
            self.breaches.append(f"an update of {cvr} that says what was accepted last")
        status = 201 if self.is_kind else self.dice.choice([200, 204, 500, 409 if is_export else 404])
        if status < 300:
            self.accepted[cvr] = facts
        if status < 300 or status == 409:
            self.has.add(cvr)
        if status == 404:
            self.forget(cvr)
        receivers.answer(status)(handler)

    def forget(self, cvr: int) -> None:
        """The receiver no longer has the company, or the integration no longer does."""
        self.has.discard(cvr)
        self.accepted.pop(cvr, None)


@dataclass
class World:
    """What may happen."""

    integration: Any
    model: Model
    telephones: dict[int, str] = field(default_factory=lambda: dict.fromkeys(CVRS, ""))

    def change(self, cvr: int) -> None:
        self.telephones[cvr] = self.model.dice.choice(TELEPHONES)
        change(cvr, "Firma A/S", self.telephones[cvr])

    def order(self, cvr: int) -> None:
        order_exports(integration=self.integration, cvrs=[str(cvr)], now=timezone.now())

    def again(self, cvr: int) -> None:
        export_again(integration=self.integration, cvrs=[str(cvr)], now=timezone.now())

    def stop(self, cvr: int) -> None:
        stop_monitoring(integration=self.integration, cvrs=[str(cvr)], now=timezone.now())
        self.model.forget(cvr)

    def compose(self, cvr: int) -> None:
        compose(self.integration)

    def send(self, cvr: int) -> None:
        send(self.integration)

    def wait(self, cvr: int) -> None:
        wait_is_over()


STEPS = (World.change, World.change, World.order, World.again, World.stop, World.compose, World.compose, World.send)


@pytest.mark.parametrize("seed", range(4))
def test_every_promise_is_kept(integration, receiver, seed):
    dice = random.Random(seed)
    model = receiver.behaviour = Model(dice)
    world = World(integration, model)
    for cvr in CVRS:
        world.change(cvr)
    for _ in range(30):
        dice.choice((*STEPS, World.send, World.wait))(world, dice.choice(CVRS))
    model.is_kind = True
    for _ in range(2):
        for cvr in CVRS:
            world.order(cvr)
        wait_is_over()
        run(integration)
    for cvr in CVRS:
        # Its last change has been told, unless nothing has changed since the receiver said that it had the company.
        world.change(cvr)
    run(integration)
    assert model.breaches == []
    assert not Delivery.objects.filter(status__in=Delivery.OPEN).exists()
    assert not MonitoredCompany.objects.filter(is_update_due=True).exists()
    for cvr in CVRS:
        said = model.accepted.get(cvr)
        assert state_of(integration, cvr) in {State.MONITORED, State.DUPLICATE}
        if said is not None:
            assert said["telephone"].replace(" ", "") == f"+45{world.telephones[cvr]}"
        else:
            assert state_of(integration, cvr) == State.DUPLICATE
