"""The portal in a real browser beside real workers: from signing in to a report, with and without JavaScript."""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from local.client import Client
from local.receivers import Mail, MailReceiver, WebhookReceiver
from local.system import System
from tests.e2e.browsing import Visitor, browser, visiting
from tests.waiting import wait_until

__all__ = ["browser"]
pytestmark = pytest.mark.e2e

LASSO = "34580820"
NOBODY = "99999999"  # a wrong check digit
SCRIPTS = pytest.mark.parametrize("has_scripts", [True, False], ids=["with JavaScript", "without JavaScript"])


@dataclass(frozen=True, slots=True)
class House:
    """An organisation, a member of it, and a program of theirs."""

    system: System
    api: Client
    email: str
    password: str
    mails: MailReceiver
    companies: tuple[str, ...]

    def mail_to(self, address: str, *, count: int = 1) -> Mail:
        """The newest mail to an address, when that many have come."""
        wait_until(lambda: len(self._mails_to(address)) >= count, seconds=30)
        return self._mails_to(address)[-1]

    def _mails_to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails.mails.all() if mail.recipients == [address]]


@pytest.fixture(scope="module")
def house(system: System, mail_receiver: MailReceiver) -> Iterator[House]:
    """Made once, as whoever runs the system makes it: by commands."""
    name = f"Revisionshuset {uuid.uuid4().hex[:8]}"
    api = system.create_organisation(name, email="drift@revision.example")
    email = f"anna-{uuid.uuid4().hex[:8]}@revision.example"
    password = system.manage("add_member", name, email).split()[-1]
    companies = tuple(system.fictional_companies(2))
    yield House(system, api, email, password, mail_receiver, companies)
    api.close()


def link_in(mail: Mail) -> str:
    """The link that a mail is sent for."""
    body = mail.message.get_body(("plain",))
    assert body is not None
    found = re.search(r"http://\S+/portal/\S+", body.get_content())
    assert found is not None
    return found[0]


def member(visitor: Visitor, house: House) -> None:
    """Signs in."""
    visitor.sign_in(house.email, house.password)


@SCRIPTS
def test_it_shows_a_batch_grow_and_its_reports(browser: Browser, house: House, has_scripts: bool):
    name = f"Årets kunder {has_scripts}"
    items = [{"cvr": int(cvr)} for cvr in (*house.companies, NOBODY)]
    order = {"batchName": name, "type": "Revision", "format": "{cvr}-{name}", "items": items}
    with visiting(browser, house.system.url, has_scripts=has_scripts) as visitor:
        visitor.open("/portal/batches")
        visitor.look()  # the sign-in
        member(visitor, house)
        visitor.look()
        house.api.order(order)
        visitor.open("/portal/batches")
        visitor.look()
        visitor.follow(name)
        if has_scripts:
            visitor.sees("3 af 3")  # the page says so by itself
        else:
            wait_until(lambda: visitor.page.reload() and visitor.page.get_by_text("3 af 3").count(), seconds=60)
        assert visitor.page.locator("#batch progress").get_attribute("value") == "100"
        visitor.sees("Færdig med fejl")
        visitor.look()
        require_zip(visitor, entries=3)
        visitor.page.locator("main").get_by_role("link", name=re.compile(house.companies[0])).click()
        require_pdf(visitor)
        visitor.look()


def require_zip(visitor: Visitor, *, entries: int) -> None:
    """The download has that many files."""
    with visitor.page.expect_download() as download:
        visitor.follow("Hent alle som zip")
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        assert len(archive.namelist()) == entries


def require_pdf(visitor: Visitor) -> None:
    """The report stands in the page, and can be had as a file."""
    frame = visitor.page.locator("iframe")
    frame.wait_for()
    shown = visitor.page.request.get(f"{visitor.url}{frame.get_attribute('src')}")
    assert (shown.status, shown.body()[:5]) == (200, b"%PDF-")
    with visitor.page.expect_download() as download:
        visitor.follow("Hent PDF")
    assert Path(download.value.path()).read_bytes() == shown.body()


def test_it_makes_a_key_that_opens_the_api(browser: Browser, house: House):
    with visiting(browser, house.system.url) as visitor:
        member(visitor, house)
        visitor.open("/portal/account")
        visitor.look()
        visitor.follow("API-nøgler")
        visitor.fill("Navn", "Vores program")
        visitor.press("Opret nøgle")
        key = visitor.page.locator(".notice.good code").inner_text()
        visitor.look()
        program = Client(house.system.url, key)
        assert program.request("GET", "/apps/reporting/batches").status_code == 200
        program.close()
        visitor.press("Spær Vores program")
        visitor.sees("Nøglen Vores program virker ikke længere.")
        visitor.open("/portal/account/api")
        visitor.sees(f"{house.system.url}/apps/reporting/batches")
        visitor.look()


@SCRIPTS
def test_it_lets_an_invited_person_join_and_choose_a_new_password(browser: Browser, house: House, has_scripts: bool):
    email, password = f"bo-{uuid.uuid4().hex[:8]}@revision.example", f"en lang sætning {uuid.uuid4().hex[:8]}"
    with visiting(browser, house.system.url, has_scripts=has_scripts) as visitor:
        member(visitor, house)
        visitor.open("/portal/account/members")
        visitor.fill("E-mail", email)
        visitor.press("Invitér")
        visitor.sees(f"{email} får om lidt en invitation.")
        visitor.look()
    with visiting(browser, house.system.url, has_scripts=has_scripts) as visitor:
        visitor.open(link_in(house.mail_to(email)))
        visitor.look()
        for label, text in (("Fornavn", "Bo"), ("Efternavn", "Prøve"), ("Adgangskode", "helt en anden sætning")):
            visitor.fill(label, text)
        visitor.press("Kom i gang")
        visitor.page.wait_for_url(f"{visitor.url}/portal")
        visitor.page.locator(".side").get_by_role("button", name="Log ud").click()
        visitor.page.get_by_role("link", name="Glemt adgangskoden?").click()
        visitor.fill("E-mail", email)
        visitor.look()
        visitor.press("Send linket")
        visitor.sees(email)
        visitor.look()
        visitor.open(link_in(house.mail_to(email, count=2)))
        visitor.look()
        visitor.fill("Adgangskode", password)
        visitor.press("Gem adgangskoden")
        visitor.sees("Adgangskoden er ændret.")
        visitor.sign_in(email, password)


@SCRIPTS
def test_it_orders_reports_of_pasted_numbers(browser: Browser, house: House, has_scripts: bool):
    name = f"Indsat {has_scripts}"
    with visiting(browser, house.system.url, has_scripts=has_scripts) as visitor:
        member(visitor, house)
        visitor.open("/portal/batches/new")
        visitor.look()
        visitor.fill("Bestillingens navn", name)
        visitor.page.locator("[name=companies]").fill(f"{house.companies[0]}\n{house.companies[0]}\n{NOBODY}")
        visitor.press("Videre til gennemsyn")
        visitor.look()
        visitor.page.get_by_role("button", name=re.compile("Bestil kun de gode")).click()
        visitor.page.get_by_role("heading", name=name).wait_for()
        (batch,) = [one for one in house.api.batches() if one["name"] == name]
        wait_until(lambda: house.api.batch(batch["id"])["completionPercentage"] == 1, seconds=60)
        visitor.page.reload()
        visitor.page.locator("main").get_by_role("link", name=re.compile(house.companies[0])).click()
        require_pdf(visitor)


def test_it_exports_a_company_to_an_integration_and_shows_the_delivery(browser: Browser, house: House):
    with WebhookReceiver() as receiver, visiting(browser, house.system.url) as visitor:
        member(visitor, house)
        visitor.open("/portal/integrations")
        visitor.look()
        visitor.follow("Tilføj integration")
        visitor.look()
        visitor.follow("Vælg Eget API")
        visitor.look()
        visitor.fill("Navn", "Vores CRM")
        visitor.page.locator("#export").get_by_label("Adresse (URL)").fill(receiver.url("/companies"))
        visitor.page.get_by_role("button", name="Gem", exact=True).last.click()
        visitor.follow("Eksportér virksomheder")
        visitor.look()
        visitor.page.locator("textarea").fill(LASSO)
        visitor.page.locator("main form").get_by_role("button").first.click()
        visitor.sees("Eksporteres nu og overvåges derefter: 1")
        visitor.look()
        (call,) = receiver.calls.wait_for(1, seconds=30)
        assert str(call.json["cvr"]) == LASSO
        visitor.open("/portal/integrations")
        visitor.follow("Vores CRM")
        visitor.sees("Overvåges (1)")
        visitor.look()
        visitor.open("/portal/deliveries")
        visitor.look()
        visitor.page.locator("tbody th a").first.click()
        visitor.look()
        visitor.open("/portal/deliveries/endpoints")
        visitor.look()
        visitor.page.locator("tbody th a").first.click()
        visitor.look()
