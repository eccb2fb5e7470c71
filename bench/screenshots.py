"""The pictures of docs/portal.md, taken by Chromium on the fictional register; measures nothing."""

from __future__ import annotations

import io
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from bench.measuring import running_system
from local.client import Client
from local.processes import ROOT

CHROMIUM = Path("/usr/bin/chromium")
MEMBER = "anna@revision.example"
PATIENCE_SECONDS = 60.0
COLOURS_OF_A_REPORT = 2000
HOUSE = "Revisionshuset Eksempel"
BATCHES = (
    ("Årets kunder", "Revision", 5),
    ("Kreditvurdering, forår", "Finans", 3),
    ("Reelle ejere, hvidvask", "ReelleEjere", 3),
    ("Nye kunder, uge 12", "RevisionUdvidet", 2),
)


def order_all(client: Client, companies: list[str]) -> None:
    """A few batches, finished, and one that waits for its time."""
    for name, report_type, count in BATCHES:
        items = [{"cvr": int(cvr)} for cvr in companies[:count]]
        client.order({"batchName": name, "type": report_type, "format": "{cvr}-{name}", "items": items})
    while any(batch["completionPercentage"] < 1 for batch in client.batches()):
        time.sleep(0.5)
    later = {
        "batchName": "Regnskaber, næste år",
        "type": "Finans",
        "format": "{cvr}",
        "items": [{"cvr": int(companies[0])}],
    }
    client.order({**later, "scheduledTime": "2999-01-02 06:00:00"})


def keep(page: Page, name: str, *, colours: int = 0) -> None:
    """The page as a small PNG with a palette, once it has that many colours.

    The browser's own viewer of PDFs tells nobody when it has drawn one; a page of a report has many colours.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        if len(picture.getcolors(1 << 24) or ()) >= colours or time.monotonic() > until:
            break
        time.sleep(0.5)
    picture.quantize(128, dither=Image.Dither.NONE).save(ROOT / "docs" / f"{name}.png", optimize=True)


def show_owners(page: Page, url: str, companies: list[str]) -> None:
    """The page of the company with the most owners above it, from their chart on."""

    def owner_count(cvr: str) -> int:
        page.goto(f"{url}/portal/companies/{cvr}")
        return page.locator(".as-text li").count()

    page.goto(f"{url}/portal/companies/{max(companies, key=owner_count)}")
    page.get_by_role("heading", name="Ejerdiagram", exact=True).evaluate("heading => heading.scrollIntoView()")


def main() -> None:
    """Order, sign in, and take the pictures."""
    with running_system("screenshots") as system, sync_playwright() as playwright:
        client = system.create_organisation(HOUSE, email=MEMBER)
        password = system.manage("add_member", HOUSE, MEMBER).split()[-1]
        companies = system.fictional_companies(5)
        order_all(client, companies)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="da-DK", reduced_motion="reduce")
        page.goto(f"{system.url}/portal/sign-in?next=/portal/batches")
        page.get_by_label("E-mail").fill(MEMBER)
        page.get_by_label("Adgangskode").fill(password)
        page.locator("main button.primary").click()
        page.get_by_role("link", name=BATCHES[0][0]).wait_for()
        keep(page, "portal-batches")
        page.get_by_role("link", name=BATCHES[0][0]).click()
        page.locator("#batch tbody th a").first.click()
        page.locator("iframe").wait_for()
        keep(page, "portal-report", colours=COLOURS_OF_A_REPORT)
        show_owners(page, system.url, system.fictional_companies(25))
        keep(page, "portal-company")
        browser.close()


if __name__ == "__main__":
    main()
