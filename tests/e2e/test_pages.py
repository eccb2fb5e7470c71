"""The pages for people in a real browser: nothing in the console, nothing fetched from elsewhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from local.system import System

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/", "Rapporter om danske virksomheder"),
        ("/docs", "Order a batch of reports"),
        ("/docs/errors", "lasso-api-key"),
        ("/admin/login/", "Administration"),
    ],
)
def test_it_opens_without_complaint_and_without_outside_help(
    system: System, browser: Browser, path: str, text: str
) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    fetched: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: fetched.append(request.url))

    page.goto(f"{system.url}{path}")
    page.get_by_text(text).first.wait_for()

    assert complaints == []
    assert [url for url in fetched if not url.startswith((f"{system.url}/", "data:"))] == []
    page.close()
