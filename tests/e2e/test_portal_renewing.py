"""Pages that renew themselves every few seconds, and what a person does on them meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Route

from tests.e2e.browsing import Visitor
from tests.e2e.housing import House, own
from tests.waiting import wait_until

pytestmark = pytest.mark.e2e

STOP = "Stop overvågningen"
SEARCH = re.compile(r"/portal/batches\?")
MARK = "document.getElementById('batch').dataset.old = 'true'"
IS_RENEWED = "() => !document.getElementById('batch').dataset.old"
FOCUSED = "document.activeElement.textContent.trim()"
ADDRESSES = "document.activeElement.getAttribute('href')"


@pytest.fixture
def visitor(browser: Browser, house: House) -> Iterator[Visitor]:
    """A member at the page of a batch that listens, and so renews itself for ever."""
    batch = house.order(f"Fornyes {own()}", house.companies[0], type="ReelleEjere", isListener=True, triggerNow=True)
    with house.member(browser) as visitor:
        visitor.open(f"/portal/batches/{batch}")
        visitor.sees(STOP)
        yield visitor


def button(visitor: Visitor) -> Locator:
    """What ends the listening."""
    return visitor.main.get_by_role("button", name=STOP)


def renewed(visitor: Visitor) -> None:
    """Wait until the page has renewed itself."""
    visitor.page.evaluate(MARK)
    visitor.page.wait_for_function(IS_RENEWED)


def test_it_leaves_the_focus_on_a_button(visitor: Visitor):
    button(visitor).focus()
    renewed(visitor)
    assert visitor.page.evaluate(FOCUSED) == STOP


def test_it_leaves_the_focus_on_a_link(visitor: Visitor):
    link = visitor.main.get_by_role("link", name="Hent alle som zip")
    link.wait_for()
    link.focus()
    renewed(visitor)
    assert visitor.page.evaluate(ADDRESSES) == link.get_attribute("href")


def test_it_does_not_take_away_what_is_being_pressed(visitor: Visitor):
    button(visitor).hover()
    visitor.page.mouse.down()
    with visitor.page.expect_response("**/portal/batches/*") as response:
        pass
    response.value.finished()
    visitor.page.mouse.up()
    visitor.sees("Overvågningen er stoppet.")


def test_it_goes_on_renewing_itself_after_a_press_that_led_nowhere(visitor: Visitor):
    button(visitor).hover()
    visitor.page.mouse.down()
    visitor.page.mouse.move(0, 0)
    visitor.page.mouse.up()
    renewed(visitor)


def test_it_goes_where_a_link_leads_though_the_answer_to_a_search_comes_meanwhile(visitor: Visitor):
    page, name = visitor.page, visitor.main.get_by_role("heading", level=1).inner_text()
    visitor.open("/portal/batches")
    held: list[Route] = []
    page.route(SEARCH, lambda route: held.append(route))  # noqa: PLW0108 - takes no bound method
    visitor.choose("Type", "Reelle ejere")
    # To count lets the browser be heard.
    wait_until(lambda: visitor.main.count() and held, seconds=30)

    visitor.main.get_by_role("link", name=name, exact=True).hover()
    page.mouse.down()
    with page.expect_response(SEARCH) as response:
        held[0].continue_()
    response.value.finished()
    page.mouse.up()

    visitor.reads(name)
