"""A customer of reports: orders batches of every kind at a steady pace, and cancels, stops and retries some."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.chaos.calling import PatientClient
from bench.chaos.register import UNKNOWN_CVR, Register

TYPES = ("Revision", "RevisionUdvidet", "ReelleEjere", "Finans")
LISTENER_SIZE = 20
MAILBOXES, WEBHOOKS = 6, 24  # so many endpoints of each kind share the deliveries
SMALLEST, LARGEST = 5, 60
PAUSE = 0.2
# One batch in so many.
SCHEDULED_EVERY, UNKNOWN_EVERY, CANCELLED_EVERY, STANDARD_EVERY = 8, 6, 20, 24


@dataclass(slots=True)
class Order:
    """A batch as it was ordered. `id` is empty until somebody answered; `retried` counts reports run again."""

    name: str
    size: int
    is_listener: bool = False
    has_unknown: bool = False
    id: str = ""
    retried: int = 0
    is_stopped: bool = False
    was_asked_to_cancel: bool = False


@dataclass(slots=True)
class ReportOrders:
    """Orders until so many reports were ordered, spread over the run."""

    client: PatientClient
    register: Register
    webhook_url: str
    random: random.Random
    orders: list[Order] = field(default_factory=list)
    reports: int = 0  # those of listeners not counted

    def keep_up(self, target: int) -> None:
        """Order until so many reports are ordered."""
        while self.reports < target:
            self.order_some()

    def order_some(self) -> Order:
        """One batch like any other."""
        number = len(self.orders)
        is_standard = number % STANDARD_EVERY == 0
        largest = SMALLEST if is_standard else LARGEST
        cvrs: list[int] = self.random.sample(self.register.cvrs, self.random.randint(SMALLEST, largest))
        order = Order(name=f"batch {number}", size=len(cvrs))
        if number % UNKNOWN_EVERY == 1:
            cvrs[0], order.has_unknown = UNKNOWN_CVR, True
        fields: dict[str, Any] = {
            "type": TYPES[number % len(TYPES)],
            "engine": "standard" if is_standard else "fast",
        }
        if number % SCHEDULED_EVERY == 3:
            fields["scheduledTime"] = later(self.random.uniform(2, 15))
        self._send(order, cvrs, fields)
        self.reports += order.size
        if number % CANCELLED_EVERY == 7:
            time.sleep(self.random.uniform(0, 2))
            self.cancel(order)
        elif number % 5 == 4:
            self.retry_one()
        return order

    def order_scheduled(self, *, seconds: float) -> Order:
        """One batch that starts so many seconds from now."""
        cvrs = self.random.sample(self.register.cvrs, 10)
        order = Order(name=f"batch {len(self.orders)}", size=len(cvrs))
        self._send(order, cvrs, {"type": "Finans", "engine": "fast", "scheduledTime": later(seconds)})
        self.reports += order.size
        return order

    def listen(self) -> Order:
        """A listener, whose items run as their owners change."""
        cvrs = self.register.cvrs[:LISTENER_SIZE]
        order = Order(name=f"batch {len(self.orders)}", size=len(cvrs), is_listener=True)
        fields = {"type": "ReelleEjere", "engine": "fast", "isListener": True, "triggerNow": True}
        self._send(order, cvrs, fields)
        return order

    def _send(self, order: Order, cvrs: Sequence[int], fields: dict[str, Any]) -> None:
        # Kept before it is sent: whether it was taken without an answer is looked up in the end.
        self.orders.append(order)
        number = len(self.orders)
        body = {
            "batchName": order.name,
            "format": "{cvr}-{type}",
            "errorAppend": "#error",
            "notificationWebhookUrl": f"{self.webhook_url}/{number % WEBHOOKS}",
            "notificationEmail": f"mailbox-{number % MAILBOXES}@receiver.example",
            "items": [{"cvr": cvr} for cvr in cvrs],
            **fields,
        }
        answer = self.client.post("/apps/reporting/batches", body)
        if answer is not None and answer.ok:
            order.id = answer.json()["id"]
        elif answer is not None:
            raise RuntimeError(f"An order was refused: {answer.status_code} {answer.text[:500]}")

    def cancel(self, order: Order) -> None:
        """Cancel a batch; one that has finished meanwhile is left as it is."""
        if order.id:
            order.was_asked_to_cancel = True
            self.client.post(f"/apps/reporting/batches/{order.id}/cancel")

    def stop(self, order: Order) -> None:
        """End a listener."""
        if order.id:
            answer = self.client.post(f"/apps/reporting/batches/{order.id}/stop")
            order.is_stopped = answer is not None and answer.ok

    def retry_one(self) -> None:
        """Run what failed of a finished batch again: its company is unknown still, so it fails again."""
        for order in self.orders:
            if order.has_unknown and order.id and not order.retried:
                path = f"/apps/reporting/batches/{order.id}"
                found = self.client.get(path)
                if found is not None and found.json()["status"] == "FinishedWithErrors":
                    answer = self.client.post(f"{path}/retry")
                    order.retried += int(answer is not None and answer.ok)
                    return


def later(seconds: float) -> str:
    """A moment from now, as the API takes it."""
    return f"{datetime.now(UTC) + timedelta(seconds=seconds + 1):%Y-%m-%d %H:%M:%S}"
