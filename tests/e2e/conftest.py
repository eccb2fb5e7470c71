"""The whole system for end-to-end tests: the Procfile's own processes on a database and a Redis made for them."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, sync_playwright

from lasso.embedded.redis import Redis
from local.client import Client
from local.processes import ROOT
from local.receivers import Mail, MailReceiver, WebhookReceiver
from local.system import System
from tests.companies.distribution import PASSWORD, USER, Distribution
from tests.e2e.browsing import CHROMIUM, OPTIONS
from tests.e2e.commands import QuickSystem
from tests.e2e.housing import House, house_of
from tests.e2e.integrating import Customer, customer_of


@dataclass(frozen=True, slots=True)
class EndToEnd:
    """What a test acts with: a client of an organisation of its own, and receivers of its own."""

    system: System
    redis: Redis
    client: Client
    webhooks: WebhookReceiver
    mails: MailReceiver
    mailbox: str  # an address that only this test uses

    def received_mails(self) -> list[Mail]:
        """The mails that came for this test."""
        return [mail for mail in self.mails.mails.all() if mail.recipients == [self.mailbox]]


@dataclass(frozen=True, slots=True)
class Demonstrated:
    """What `python -m demo` printed, and its folder, in which `data` holds servers that any command may start anew."""

    result: subprocess.CompletedProcess[str]
    folder: Path


@pytest.fixture(scope="session")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> Demonstrated:
    """The demo, run once from nothing as `bin/demo` does, with servers of its own."""
    unset = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")
    folder = tmp_path_factory.mktemp("demonstrated") / "demo"
    servers = [sys.executable, "-m", "lasso.embedded", "--data", str(folder / "data")]
    result = subprocess.run(
        [*servers, sys.executable, "-m", "demo", str(folder)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in unset},
        capture_output=True,
        text=True,
        check=False,
    )
    return Demonstrated(result, folder)


@pytest.fixture(scope="session")
def own_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """A Redis that tests may flush, stop and start: it comes back with the same port and password, empty."""
    server = Redis(tmp_path_factory.mktemp("e2e") / "redis")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def own_database(migrated_database: str) -> Iterator[str]:
    """The address of a new database that is migrated already, dropped at the end."""
    url, name = os.environ["DATABASE_URL"], f"e2e_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{migrated_database}"')
        yield f"{url.rpartition('/')[0]}/{name}"
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def mail_receiver() -> Iterator[MailReceiver]:
    """Where the system sends every mail."""
    with MailReceiver() as receiver:
        yield receiver


@pytest.fixture(scope="session")
def distribution() -> Iterator[Distribution]:
    """The company register's distribution service, which the system has the credentials of."""
    with Distribution() as service:
        yield service


@pytest.fixture(scope="session")
def system(
    tmp_path_factory: pytest.TempPathFactory,
    own_redis: Redis,
    own_database: str,
    mail_receiver: MailReceiver,
    distribution: Distribution,
) -> Iterator[System]:
    """All processes, ready, with the fictional register; started once for all end-to-end tests."""
    variables = {
        "DATABASE_URL": own_database,
        "REDIS_URL": own_redis.url,
        "EMAIL_URL": mail_receiver.url,
        "SWEEP_INTERVAL": "1s",
        "REGISTER_URL": distribution.url(""),
        "REGISTER_USER": USER,
        "REGISTER_PASSWORD": PASSWORD,
    }
    with QuickSystem(tmp_path_factory.mktemp("system"), variables=variables) as running:
        running.prepare()
        running.start()
        yield running


@pytest.fixture(scope="session")
def customer(system: System, mail_receiver: MailReceiver) -> Iterator[Customer]:
    """An organisation for integrations, each of which has its own endpoints, and a register that takes changes in."""
    with customer_of(system, mail_receiver, f"integrations-{uuid.uuid4().hex[:8]}") as one:
        yield one


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium for the tests of a file, each of which opens a context of its own.

    No longer: Playwright keeps an event loop in this thread, which Django's ORM refuses to work beside.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def house(system: System, mail_receiver: MailReceiver) -> Iterator[House]:
    """An organisation with a member who uses the portal."""
    with house_of(system, mail_receiver) as one:
        yield one


@pytest.fixture
def end_to_end(system: System, own_redis: Redis, mail_receiver: MailReceiver) -> Iterator[EndToEnd]:
    """The running system and an organisation of the test's own."""
    own = uuid.uuid4().hex[:12]
    client = system.create_organisation(f"Organisation {own}", email=f"owner-{own}@customer.example")
    with WebhookReceiver() as webhooks:
        yield EndToEnd(system, own_redis, client, webhooks, mail_receiver, f"{own}@receiver.example")
        client.close()
    system.processes.require_running()
