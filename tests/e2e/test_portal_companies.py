"""A company in a real browser beside real workers: found, read about, reported on, exported; then followed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from tests.e2e.housing import LASSO, House, own
from tests.receivers import FaultyReceiver, answer
from tests.waiting import wait_until

pytestmark = pytest.mark.e2e


def test_it_finds_a_company_and_orders_a_report_of_it(browser: Browser, house: House):
    cvr, telephone, name = house.companies[3], "+45 70 20 30 40", f"Fundet {own()}"
    house.system.change_telephone(cvr, telephone)
    with house.member(browser) as visitor:
        visitor.open("/portal/companies")
        search = visitor.main.get_by_label("CVR-nummer eller navn")
        search.press_sequentially(cvr[:7])
        line = visitor.main.locator("tr", has_text=cvr)
        line.wait_for()  # while it is typed
        company = line.get_by_role("link").inner_text()
        search.fill(company.lower())
        search.press("Enter")
        visitor.follow(company)
        visitor.reads(company)
        assert visitor.main.get_by_role("region", name="Ejerdiagram").locator("svg").first.is_visible()
        assert telephone in visitor.main.locator(".facts").first.inner_text()
        visitor.follow("Alle ændringer")
        assert telephone in visitor.main.locator(".change").first.inner_text()
        visitor.follow(company)
        visitor.main.locator(".doing").get_by_role("link", name="Finans").click()
        assert visitor.main.get_by_label("Type", exact=True).input_value() == "Finans"
        assert visitor.main.get_by_label("Indsæt CVR-numre").input_value() == cvr
        visitor.fill("Bestillingens navn", name)
        visitor.press("Videre til gennemsyn")
        visitor.press("Bestil 1")
        visitor.reads(name)
        visitor.sees("1 af 1")


def test_it_sets_up_an_integration_step_by_step_and_follows_a_company(browser: Browser, house: House):
    name = f"Vores CRM {own()}"
    with FaultyReceiver() as receiver, house.member(browser) as visitor:
        visitor.open("/portal/account")
        visitor.follow("Integrationer")
        visitor.follow("Tilføj integration")
        visitor.follow("Vælg Eget API")
        visitor.fill("Navn", name)
        for part in ("export", "update"):
            step = visitor.page.locator(f"#{part}")
            step.get_by_label("Adresse (URL)").fill(receiver.url(f"/{part}/{{cvr}}"))
            step.get_by_label("Log ind med").select_option(label="Header")
            step.get_by_label("Headerens navn").fill("X-API-KEY")
            step.get_by_label("Headerens værdi").fill("n0gle")
        visitor.main.get_by_label("Søg efter et felt").fill("telefon")
        visitor.main.get_by_label("Telefon (telephone)", exact=True).check()
        visitor.main.get_by_label("Navn i beskeden: Telefon (telephone)").fill("phone")
        visitor.main.get_by_label("Opdatering: Telefon (telephone)").check()
        visitor.main.get_by_role("button", name="Flyt op: Telefon (telephone)").click()
        visitor.main.get_by_label("CVR-nummer på en virksomhed").fill(LASSO)
        visitor.press("Vis beskederne")
        wait_until(lambda: f'"cvr": {LASSO}' in visitor.page.locator("#preview").inner_text(), seconds=20)
        shown = visitor.page.locator("#preview pre").first.inner_text()
        assert re.findall(r'"(\w+)":', shown) == ["cvr", "phone", "name"]
        for number, button in enumerate(("Afprøv eksport", "Afprøv opdatering"), 1):
            visitor.press(button)
            visitor.sees("Det virker.")
            assert [call.headers["x-api-key"] for call in receiver.calls.all()] == ["n0gle"] * number
        visitor.look()
        visitor.main.get_by_role("button", name="Gem", exact=True).last.click()
        visitor.reads(name)
        visitor.sees(f"{name} er gemt.")

        # From the company's own page.
        receiver.behaviour = answer(400, b"not this one")
        visitor.open(f"/portal/companies/{LASSO}")
        visitor.choose("Integration", name)
        visitor.press("Eksportér")
        visitor.sees(f"Virksomheden bliver eksporteret til {name} og følges fra nu af.")
        call = receiver.calls.wait_for(3, seconds=30)[2]
        assert (call.path, call.json["cvr"]) == (f"/export/{LASSO}", int(LASSO))
        house.hurry_until(lambda: len(receiver.calls.all()) == 5)

        # What failed is sent again.
        visitor.open("/portal/integrations")
        visitor.follow(name)
        visitor.sees("Eksport mislykket (1)")
        visitor.sees(re.compile("Modtageren .* 400|status 400"))
        receiver.behaviour = answer(201)
        visitor.press("Send alle mislykkede igen (1)")
        visitor.sees("1 virksomhed eksporteres igen.")
        visitor.sees("Overvåges (1)")
        visitor.press(re.compile("^Stop overvågning"))
        visitor.sees(f"{LASSO} overvåges ikke længere.")
        visitor.follow("Slet")
        visitor.press("Slet integrationen")
        visitor.page.wait_for_url(re.compile("/portal/integrations$"))
