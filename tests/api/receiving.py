"""A model of a receiver that answers as chance wants, and what it must never be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from local.receivers import WebhookHandler
from tests import receivers


@dataclass(frozen=True, slots=True)
class Answered:
    """A message about a company, and what it was answered."""

    cvr: int
    is_export: bool
    status: int
    webhook_id: str


@dataclass
class Receiver:
    """Answers webhooks, exports (POST) and updates (PUT), and keeps what breaks a promise.

    `updated_names` are the members of an update by the message's `webhook-id`, `repeated` the messages that somebody
    asked to be sent again, `cancelled` those that are not to come any more, `companies` those that the integration has:
    what is told of any other was to be withdrawn.
    """

    companies: set[int] = field(default_factory=set)
    answers: Any = field(default_factory=lambda: cycle([200]))
    said: dict[int, Any] = field(default_factory=dict)
    has: set[int] = field(default_factory=set)
    updated_names: dict[str, Sequence[str]] = field(default_factory=dict)
    repeated: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    answered: list[Answered] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)

    def __call__(self, handler: WebhookHandler) -> None:
        webhook_id, status = handler.call.headers["webhook-id"], next(self.answers)
        if webhook_id in self.cancelled:
            self.breaches.append(f"{webhook_id} was cancelled, and came all the same")
        if handler.call.path.startswith("/companies"):
            self._judge(handler.call.json, webhook_id, status, is_export=handler.command == "POST")
        receivers.answer(status)(handler)

    def forget(self, cvr: int) -> None:
        """The receiver no longer has the company, or the integration no longer does."""
        self.has.discard(cvr)
        self.said.pop(cvr, None)

    def _judge(self, message: dict[str, Any], webhook_id: str, status: int, *, is_export: bool) -> None:
        cvr = message["cvr"]
        if cvr not in self.companies:
            self.breaches.append(f"{cvr} was told of, and the integration does not have it")
        if not is_export and cvr not in self.has:
            self.breaches.append(f"an update of {cvr} before its export was accepted")
        if not is_export and self.said.get(cvr) == message and webhook_id not in self.repeated:
            self.breaches.append(f"an update of {cvr} that says what was accepted last")
        if status in {200, 201, 204}:
            names = self.updated_names[webhook_id]
            self.said[cvr] = {name: message[name] for name in names}
            self.has.add(cvr)
        elif status == 409 and is_export:
            self.has.add(cvr)
        elif status == 404 and not is_export:
            self.forget(cvr)
        self.answered.append(Answered(cvr, is_export, status, webhook_id))
