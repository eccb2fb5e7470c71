"""What every transport takes and does."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self
from uuid import UUID

from delivery.auth import AuthConfig, auth_from_json
from delivery.models import Delivery
from delivery.outcomes import Outcome
from delivery.signing import signing_secrets
from delivery.url_templates import filled_url
from lasso.encryption import decrypt


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One try, with the secrets opened; they do not show in its representation."""

    id: UUID  # the same over all tries
    url: str  # with nothing left to fill in
    body: str
    sent_at: datetime
    method: str = "POST"
    auth: AuthConfig | None = None
    signing_secrets: tuple[str, ...] = field(default=(), repr=False)  # each of them signs


class Transport(ABC):
    """A way out. `send` reports every failure as an outcome; what it raises is a fault in our code."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def send(self, message: Message) -> Outcome:
        """Make one try."""

    @abstractmethod
    def close(self) -> None:
        """Close what is kept open."""


def url_of(delivery: Delivery) -> str:
    """Where the delivery goes: only an owned endpoint's URL has placeholders to fill in, a batch's is literal."""
    endpoint = delivery.endpoint
    return filled_url(endpoint.url, cvr=delivery.cvr) if endpoint.owner else endpoint.url


def message_of(delivery: Delivery, *, now: datetime) -> Message:
    """The delivery as a message that is sent now.

    Raises:
        lasso.encryption.InvalidToken: the endpoint's secrets cannot be read.
    """
    endpoint = delivery.endpoint
    return Message(
        id=delivery.public_id,
        url=url_of(delivery),
        body=delivery.body,
        sent_at=now,
        method=endpoint.method,
        auth=auth_from_json(decrypt(endpoint.auth)),
        signing_secrets=signing_secrets(endpoint, now=now),
    )
