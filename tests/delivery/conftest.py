"""What deliveries are tested with: an organisation, receivers on loopback that may be called, and a lane's turn."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.keys import create_api_key
from accounts.models import Organisation
from delivery.endpoints import find_or_create_endpoint, find_or_create_mailbox
from delivery.models import Delivery, Endpoint
from delivery.queueing import queue_delivery
from delivery.sending import deliver
from delivery.transports.kept import close_kept
from tests.mail_receivers import FaultyMailReceiver
from tests.receivers import FaultyReceiver

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def organisation(db: None) -> Organisation:
    return Organisation.objects.create(name="Fiktiv Revision", email="drift@fiktiv.example", language="en")


@pytest.fixture
def api(organisation: Organisation) -> APIClient:
    """A program with a key of the organisation."""
    return client_of(organisation)


@pytest.fixture
def stranger(organisation: Organisation) -> APIClient:
    """A program of another organisation."""
    return client_of(Organisation.objects.create(name="Fremmed og Søn", email="post@fremmed.example"))


def client_of(organisation: Organisation) -> APIClient:
    """A client that sends a new key of the organisation."""
    client = APIClient()
    client.credentials(HTTP_LASSO_API_KEY=create_api_key(organisation=organisation, name="test").text)
    return client


@pytest.fixture
def receiver(settings: Any) -> Iterator[FaultyReceiver]:
    """An HTTP receiver that deliveries may reach."""
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    with FaultyReceiver() as running:
        yield running


@pytest.fixture
def mail_server(settings: Any) -> Iterator[FaultyMailReceiver]:
    """The mail server of the settings."""
    with FaultyMailReceiver() as running:
        settings.EMAIL_BACKEND = "lasso.mail.SMTPBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = running.port
        settings.DEFAULT_FROM_EMAIL = "Lasso <reports@lasso.example>"
        yield running


@pytest.fixture
def endpoint(organisation: Organisation, receiver: FaultyReceiver) -> Endpoint:
    """An endpoint that something has got through to before: it may be called more than once at a time."""
    return proven(find_or_create_endpoint(organisation=organisation, url=receiver.url()))


def proven(endpoint: Endpoint) -> Endpoint:
    """The endpoint with a success a while ago."""
    endpoint.last_success_at = timezone.now() - timedelta(hours=1)
    endpoint.save(update_fields=["last_success_at"])
    return endpoint


@pytest.fixture
def mailbox(organisation: Organisation, mail_server: FaultyMailReceiver) -> Endpoint:
    return find_or_create_mailbox(organisation=organisation, email="modtager@fiktiv.example")


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[uuid.UUID]:
    """The subjects that were woken; no message is sent, since no worker runs here."""
    subjects: list[uuid.UUID] = []

    def wake_another(*, queue: str, subject: uuid.UUID, most: int) -> int:
        assert queue == "deliveries"
        subjects.append(subject)
        return 1

    monkeypatch.setattr("delivery.waking.wake_another", wake_another)
    return subjects


@pytest.fixture(autouse=True)
def alarms(monkeypatch: pytest.MonkeyPatch) -> list[tuple[datetime, int]]:
    """The moments at which lanes asked to be woken, and how many of them; nobody wakes them."""
    asked: list[tuple[datetime, int]] = []

    def wake_at(moment: datetime, *, queue: str, subject: uuid.UUID, width: int) -> None:
        assert queue == "deliveries"
        asked.append((moment, width))

    monkeypatch.setattr("delivery.sending.wake_at", wake_at)
    return asked


@pytest.fixture(autouse=True)
def _closed_transports() -> Iterator[None]:
    """No connection outlives its test."""
    yield
    close_kept()


@dataclass
class ShortTurn:
    """A lane's turn that is over when it has been asked so often."""

    most: int = 100
    number: int = 0

    @property
    def is_over(self) -> bool:
        self.most -= 1
        return self.most < 0


@pytest.fixture
def run_lane() -> Callable[..., bool]:
    """Run one turn of an endpoint's lane; returns whether more is due."""

    def run(endpoint: Endpoint, *, most: int = 100) -> bool:
        turn: Any = ShortTurn(most)
        return deliver(endpoint.pk, turn)

    return run


@pytest.fixture
def queue() -> Callable[..., Delivery]:
    """Queue a report's webhook or mail."""

    def queue_one(endpoint: Endpoint, **options: Any) -> Delivery:
        options.setdefault("purpose", "report_webhook")
        options.setdefault("body", {"cvr": "99000007"})
        options.setdefault("now", timezone.now() - timedelta(seconds=1))
        delivery = queue_delivery(endpoint=endpoint, **options)
        # As after a commit, which a test inside of a transaction never reaches: nothing waits for it any more.
        connection.run_on_commit.clear()
        return delivery

    return queue_one
