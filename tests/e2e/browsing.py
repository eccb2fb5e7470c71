"""A person at a real browser: what they see is looked at, on paper and on a phone, by day and in the dark."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, StorageState, ViewportSize

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
AXE_SCRIPT = AXE_FILE_PATH.read_text(encoding="utf-8")
# The preview's PDF is the browser's own page. `selectors` would be worked out for every element that is right, too.
AXE_OPTIONS = {"resultTypes": ["violations"], "iframes": False, "pingWaitTime": 0}
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE_RUN = """
async options => {
    const results = await axe.run(document, options);
    return results.violations.flatMap(found => found.nodes.map(
        node => [found.impact, `${found.id}: ${node.target} ${node.failureSummary}`]));
}
"""
IS_TOO_WIDE = "document.documentElement.scrollWidth > window.innerWidth"


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

    @property
    def main(self) -> Locator:
        """The page without its menu."""
        return self.page.locator("main")

    def open(self, path: str) -> None:
        """Go to a path, or to a link out of a mail."""
        self.page.goto(path if "://" in path else f"{self.url}{path}", wait_until="domcontentloaded")

    def sign_in(self, email: str, password: str) -> None:
        """As a member."""
        self.open("/portal/sign-in")
        self.fill("E-mail", email)
        self.fill("Adgangskode", password)
        self.press("Log ind")
        self.page.wait_for_url(f"{self.url}/portal")

    def fill(self, label: str, text: str) -> None:
        """Write into the field with this label."""
        self.main.get_by_label(label, exact=True).fill(text)

    def choose(self, label: str, choice: str) -> None:
        """Choose what is called so in the field with this label."""
        self.main.get_by_label(label, exact=True).select_option(label=choice)

    def press(self, name: str | re.Pattern[str]) -> None:
        """Press the first button of this name."""
        self.main.get_by_role("button", name=name, exact=isinstance(name, str)).first.click()

    def follow(self, name: str | re.Pattern[str]) -> None:
        """Follow the first link of this name, in the page rather than in the menu."""
        self.main.get_by_role("link", name=name, exact=isinstance(name, str)).first.click()

    def sees(self, text: str | re.Pattern[str]) -> Locator:
        """Wait until the text is there to be seen."""
        found = self.main.get_by_text(text).first
        found.wait_for()
        return found

    def reads(self, heading: str) -> None:
        """Wait until the page has this as its heading."""
        self.main.get_by_role("heading", name=heading, exact=True, level=1).wait_for()

    def look(self) -> None:
        """Have axe-core judge the page as it stands, and see that nothing hangs out of it.

        Raises:
            AssertionError: there is a serious fault, or the page is wider than the screen.
        """
        if not self.has_scripts:
            return
        self.page.evaluate(AXE_SCRIPT)
        found = self._violations({**AXE_OPTIONS, "runOnly": AXE_TAGS})
        if self.page.evaluate(IS_TOO_WIDE):
            found.append("the page is wider than the screen")
        assert found == [], "\n".join([self.page.url, *found])

    def _violations(self, options: Mapping[str, Any]) -> list[str]:
        results: list[tuple[str, str]] = self.page.evaluate(AXE_RUN, options)
        return sorted(sentence for impact, sentence in results if impact in SERIOUS)

    def _hear(self, message: ConsoleMessage) -> None:
        # Chromium's advice to who writes pages, such as that each password should have a form of its own, is no error.
        if not message.text.startswith("[DOM]"):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _note(self, url: str) -> None:
        # Chromium's own pages show a PDF.
        if not url.startswith((f"{self.url}/", "data:", "blob:", "chrome-extension:", "chrome:")):
            self.foreign.append(url)


@contextmanager
def visiting(
    browser: Browser, url: str, *, has_scripts: bool = True, state: StorageState | None = None, **options: Any
) -> Iterator[Visitor]:
    """A visitor with a browser of their own: signed in when they bring the `state` of one that was.

    `options` are playwright's for a context, such as `color_scheme`.

    Raises:
        AssertionError: at the end, when there was a complaint in the console or a request to another site.
    """
    given: dict[str, Any] = {"locale": "da-DK", "viewport": DESKTOP, "reduced_motion": "reduce", **options}
    context: BrowserContext = browser.new_context(java_script_enabled=has_scripts, storage_state=state, **given)
    try:
        visitor = Visitor(context.new_page(), url, has_scripts=has_scripts)
        yield visitor
    finally:
        context.close()
    assert visitor.complaints == [], visitor.complaints
    assert visitor.foreign == [], visitor.foreign
