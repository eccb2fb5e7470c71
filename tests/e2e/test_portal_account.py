"""Accounts in a real browser beside real workers: keys, members, new passwords, organisations."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e.browsing import visiting
from tests.e2e.housing import House, link_in, new_address, own

pytestmark = pytest.mark.e2e


def answer_to(lines: str, *, key: str) -> Any:
    """What the site answers to lines of the page, typed into a shell."""
    environment = {**os.environ, "no_proxy": "*", "KEY": key}
    command = ["bash", "-c", lines]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout)


def test_it_makes_a_key_that_opens_the_api_by_the_lines_of_the_page(browser: Browser, house: House):
    with house.member(browser) as visitor:
        visitor.open("/portal/account")
        visitor.follow("API-nøgler")
        visitor.fill("Navn", "Vores program")
        visitor.press("Opret nøgle")
        key = visitor.page.locator(".notice.good code").inner_text()
        visitor.follow("Brug API’et")
        lines = visitor.main.locator("pre").first.inner_text().partition("\n")[2]
        assert key not in visitor.page.content()
        batch = answer_to(lines, key=key)
        visitor.open(f"/portal/batches/{batch['id']}")
        visitor.reads(batch["name"])
        visitor.open("/portal/account/keys")
        visitor.press("Spær Vores program")
        visitor.sees("Nøglen Vores program virker ikke længere.")
        assert answer_to(lines, key=key)["httpStatusCode"] == 401


def test_it_lets_an_invited_person_join_forget_the_password_and_switch(browser: Browser, house: House):
    email, password = new_address("bo"), f"en lang sætning {own()}"
    with house.member(browser) as visitor:
        visitor.open("/portal/account/members")
        visitor.fill("E-mail", email)
        visitor.press("Invitér")
        visitor.sees(f"{email} får om lidt en invitation.")
    with visiting(browser, house.url) as visitor:
        visitor.open(link_in(house.mail_to(email)))
        visitor.look()
        for label, text in (("Fornavn", "Bo"), ("Efternavn", "Prøve"), ("Adgangskode", "helt en anden sætning")):
            visitor.fill(label, text)
        visitor.press("Kom i gang")
        visitor.page.wait_for_url(f"{visitor.url}/portal")
        visitor.page.locator(".side").get_by_role("button", name="Log ud").click()
        visitor.follow("Glemt adgangskoden?")
        visitor.fill("E-mail", email)
        visitor.press("Send linket")
        visitor.sees(email)
        visitor.look()
        visitor.open(link_in(house.mail_to(email, count=2)))
        visitor.look()
        visitor.fill("Adgangskode", password)
        visitor.press("Gem adgangskoden")
        visitor.sees("Adgangskoden er ændret.")
        visitor.sign_in(email, password)

        # A second organisation: nothing of the first is seen while it works for that.
        batch = house.order(f"Kun her {own()}", house.companies[0])
        other = f"Andetsteds {own()}"
        house.system.create_organisation(other, email="leder@andetsteds.example").close()
        house.system.manage("add_member", other, email)
        visitor.open(f"/portal/batches/{batch}")
        switch = visitor.page.locator(".side").get_by_label("Organisation")
        switch.select_option(label=other)
        visitor.page.wait_for_url(f"{visitor.url}/portal")
        visitor.open("/portal/batches")
        visitor.sees("Her er ingen bestillinger")
        assert visitor.page.request.get(f"{visitor.url}/portal/batches/{batch}").status == 404
        visitor.page.locator(".side").get_by_role("button", name="English").click()
        visitor.reads("Reports")
        assert visitor.page.locator("html").get_attribute("lang") == "en"
