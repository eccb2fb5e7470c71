"""A person at a real browser: what they see is looked at, on paper and on a phone, by day and in the dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, ViewportSize, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
# As root there is no sandbox to be had; the rest keeps Chromium from calling home.
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)
SERIOUS = {"serious", "critical"}
# Browsers wait this long for what is to come (milliseconds).
PATIENCE = 30_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, for as long as one file of tests: a browser kept open longer would be in the others' way."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        yield browser
        browser.close()


class Visitor:
    """Somebody who reads the portal. Nothing may stand in the console of any page they come to."""

    def __init__(self, page: Page, url: str, *, has_scripts: bool) -> None:
        self.page = page
        self.url = url
        self.has_scripts = has_scripts
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("request", lambda request: self._note(request.url))

    def open(self, path: str) -> None:
        """Go to a path, or to a link out of a mail."""
        self.page.goto(path if "://" in path else f"{self.url}{path}")

    def sign_in(self, email: str, password: str) -> None:
        """As a member."""
        self.open("/portal/sign-in")
        self.fill("E-mail", email)
        self.fill("Adgangskode", password)
        self.press("Log ind")
        self.page.wait_for_url(f"{self.url}/portal")

    def fill(self, label: str, text: str) -> None:
        """Write into the field with this label."""
        self.page.get_by_label(label, exact=True).fill(text)

    def press(self, name: str) -> None:
        """Press the button of this name."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        """Follow the link of this name, in the page rather than in the menu."""
        self.page.locator("main").get_by_role("link", name=name, exact=True).click()

    def sees(self, text: str | re.Pattern[str]) -> Locator:
        """Wait until the text is there to be seen."""
        found = self.page.locator("main").get_by_text(text).first
        found.wait_for()
        return found

    def look(self) -> None:
        """Have axe-core judge the page as it stands: in light and in the dark, on a desktop and on a phone."""
        if not self.has_scripts:
            return
        # The preview's PDF is the browser's own page.
        self.page.evaluate(AXE_SCRIPT)
        found = self._violations({"resultTypes": ["violations"], "iframes": False})
        self.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        contrast = {"resultTypes": ["violations"], "iframes": False, "runOnly": ["color-contrast"]}
        found |= {f"in the dark: {line}" for line in self._violations(contrast)}
        self.page.set_viewport_size(PHONE)
        phone = {"resultTypes": ["violations"], "iframes": False, "runOnly": ["wcag2a", "wcag2aa", "wcag22aa"]}
        found |= {f"on a phone, in the dark: {line}" for line in self._violations(phone)}
        if self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.add("on a phone: the page is wider than the screen")
        self.page.set_viewport_size(DESKTOP)
        self.page.emulate_media(color_scheme="light", reduced_motion="reduce")
        assert found == set(), "\n".join([self.page.url, *sorted(found)])

    def _violations(self, options: dict[str, Any]) -> set[str]:
        results = self.page.evaluate("options => axe.run(document, options)", options)
        return {
            f"{violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in results["violations"]
            if violation["impact"] in SERIOUS
            for node in violation["nodes"]
        }

    def _hear(self, message: ConsoleMessage) -> None:
        # Chromium's advice to who writes pages, such as that each password should have a form of its own, is no error.
        if not message.text.startswith("[DOM]"):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _note(self, url: str) -> None:
        # Chromium's own pages show a PDF.
        if not url.startswith((f"{self.url}/", "data:", "blob:", "chrome-extension:", "chrome:")):
            self.foreign.append(url)


AXE_SCRIPT = AXE_FILE_PATH.read_text(encoding="utf-8")


@contextmanager
def visiting(browser: Browser, url: str, *, has_scripts: bool = True) -> Iterator[Visitor]:
    """A visitor with a browser of their own.

    Raises:
        AssertionError: at the end, when there was a complaint in the console or a request to another site.
    """
    context = browser.new_context(
        java_script_enabled=has_scripts,
        locale="da-DK",
        viewport=DESKTOP,
        reduced_motion="reduce",
    )
    visitor = Visitor(context.new_page(), url, has_scripts=has_scripts)
    yield visitor
    context.close()
    assert visitor.complaints == [], visitor.complaints
    assert visitor.foreign == [], visitor.foreign
