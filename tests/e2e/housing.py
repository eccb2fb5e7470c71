"""An organisation whose member sits at a browser, beside a program of theirs that speaks with the API."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from playwright.sync_api import Browser, StorageState

from local.client import Client
from local.receivers import Mail, MailReceiver
from local.system import System
from tests.e2e.browsing import Visitor, visiting
from tests.waiting import wait_until

LASSO = "34580820"
NOBODY = "99999999"  # a wrong check digit
FINISH_SECONDS = 60
HURRY = """
UPDATE delivery_delivery SET due_at = now() WHERE status = 'Waiting' AND due_at > now()
AND organisation_id = (SELECT id FROM accounts_organisation WHERE name = %(name)s)
"""
# Fictional ones with owners; those of other tests begin with other digits.
COMPANIES = """
SELECT cvr FROM companies_company WHERE cvr LIKE '990%' AND is_active
AND cvr IN (SELECT owned_cvr FROM companies_ownershipedge WHERE end_date IS NULL) ORDER BY cvr DESC LIMIT 4
"""


@dataclass(slots=True)
class House:
    """An organisation, a member of it, and a program of theirs."""

    system: System
    api: Client
    name: str
    email: str
    password: str
    mails: MailReceiver
    companies: tuple[str, ...]
    state: StorageState | None = None
    """What the member's browser keeps once they have signed in."""

    @property
    def url(self) -> str:
        """The site."""
        return self.system.url

    @contextmanager
    def member(self, browser: Browser, *, has_scripts: bool = True, **options: Any) -> Iterator[Visitor]:
        """The member, signed in: by the form the first time, and from then on by what their browser kept."""
        with visiting(browser, self.url, has_scripts=has_scripts, state=self.state, **options) as visitor:
            if self.state is None:
                visitor.sign_in(self.email, self.password)
                self.state = visitor.page.context.storage_state()
            yield visitor

    def batch_named(self, name: str) -> dict[str, Any]:
        """The one batch of that name."""
        (batch,) = [one for one in self.api.batches() if one["name"] == name]
        return batch

    def finish(self, batch_id: str) -> None:
        """Wait until all reports of a batch are made."""
        wait_until(lambda: self.api.batch(batch_id)["completionPercentage"] == 1, seconds=FINISH_SECONDS)

    def order(self, name: str, *cvrs: str, **fields: Any) -> str:
        """Order a batch by the API; its id."""
        items = [{"cvr": cvr} for cvr in cvrs]
        order = {"batchName": name, "type": "Revision", "format": "{cvr}-{name}", "items": items, **fields}
        return str(self.api.order(order)["id"])

    def hurry_until(self, condition: Callable[[], object]) -> None:
        """Make what waits to be tried again due now, until the condition holds."""

        def hurried() -> object:
            with psycopg.connect(self.system.variables["DATABASE_URL"]) as connection:
                connection.execute(HURRY, {"name": self.name})
            return condition()

        wait_until(hurried, seconds=60)

    def mail_to(self, address: str, *, count: int = 1) -> Mail:
        """The newest mail to an address, when that many have come."""
        wait_until(lambda: len(self._mails_to(address)) >= count, seconds=30)
        return self._mails_to(address)[-1]

    def _mails_to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails.mails.all() if mail.recipients == [address]]


@contextmanager
def house_of(system: System, mails: MailReceiver) -> Iterator[House]:
    """Made as whoever runs the system makes it: by commands."""
    name = f"Revisionshuset {own()}"
    api = system.create_organisation(name, email="drift@revision.example")
    email = new_address("anna")
    password = system.manage("add_member", name, email).split()[-1]
    with psycopg.connect(system.variables["DATABASE_URL"]) as connection:
        companies = connection.execute(COMPANIES).fetchall()
    yield House(system, api, name, email, password, mails, tuple(cvr for (cvr,) in companies))
    api.close()


def own() -> str:
    """What tells a test's things from those of others."""
    return uuid.uuid4().hex[:8]


def new_address(name: str) -> str:
    """An address that nobody has yet."""
    return f"{name}-{own()}@revision.example"


def link_in(mail: Mail) -> str:
    """The link that a mail is sent for."""
    body = mail.message.get_body(("plain",))
    assert body is not None
    found = re.search(r"http://\S+/portal/\S+", body.get_content())
    assert found is not None
    return found[0]
